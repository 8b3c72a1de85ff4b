"""Pages for managers: one HTML file each, without scripts and without the network."""
