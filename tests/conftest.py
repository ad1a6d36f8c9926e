"""The cast and the builders every test may use."""
