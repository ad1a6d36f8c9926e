"""The web of notices."""
