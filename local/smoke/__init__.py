"""Looks at a deployment that is live, and changes nothing."""
