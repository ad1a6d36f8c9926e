"""HTML of other forums → our Markdown, so that imported posts are written, edited and rendered like ours."""

from community.core.text.imports.blocks import html_to_markdown

__all__ = ["html_to_markdown"]
