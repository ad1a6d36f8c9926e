"""The forum's pages. A view parses, calls, answers."""
