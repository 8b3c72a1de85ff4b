"""What is deployed: one file per capability, read as nouns, wires and grants."""
