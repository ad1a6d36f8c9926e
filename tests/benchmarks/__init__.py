"""Figures, not tests: `make bench`. Every response is checked, or its time does not count."""
