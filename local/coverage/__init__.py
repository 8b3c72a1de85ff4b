"""Coverage: how local a pool is for a list of contacts, and where a further number helps most."""
