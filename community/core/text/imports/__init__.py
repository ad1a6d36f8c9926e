"""HTML and Markdown of other forums → our Markdown, so that imported posts are written, edited and rendered like ours."""

from community.core.text.imports.blocks import html_to_markdown
from community.core.text.imports.commonmark import commonmark_to_html

__all__ = ["commonmark_to_html", "html_to_markdown"]
