"""The builder of places.bin."""
