"""Figures of the site: the public page of operations, and what the team looks at. It reads every room below."""
