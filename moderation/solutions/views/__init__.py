"""Pages of known answers."""
