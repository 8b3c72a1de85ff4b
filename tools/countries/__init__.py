"""Names of countries in the languages that campaign staff write them in."""
