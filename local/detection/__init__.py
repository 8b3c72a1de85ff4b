"""How soon a number that wears out is noticed: ours and its rivals on the same simulated calls."""
