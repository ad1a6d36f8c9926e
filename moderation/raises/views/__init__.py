"""Pages of raises."""
