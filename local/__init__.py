"""The product on one machine: the real templates, handlers and flows, without an account."""
