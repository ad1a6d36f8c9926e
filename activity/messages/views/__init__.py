"""The web of private conversations."""
