"""One resource idea per file."""
