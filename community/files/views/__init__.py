"""The web of uploads: taking them, handing them out, and one's own."""
