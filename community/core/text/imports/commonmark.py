"""Markdown of other forums, raw HTML and all, as HTML to be read by `html_to_markdown`."""

from functools import cache

from markdown_it.main import MarkdownIt
from markdown_it.rules_block import blockquote
from markdown_it.rules_core.state_core import StateCore

from community.core.text import limits
from community.core.text.characters import clean_source


def commonmark_to_html(source: str) -> str:
    """HTML of a foreign Markdown text. Not safe to show: it goes on to `html_to_markdown` only.

    Raises Invalid for what would take too long to read.
    """
    text = clean_source(source)
    limits.check_source(text)
    return str(_parser().render(text))


def _check(state: StateCore) -> None:
    limits.check_blocks(state.tokens)


@cache
def _parser() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"maxNesting": limits.MAX_LEVEL + 2}).enable("table")
    markdown.block.ruler.at(
        "blockquote", limits.counted(blockquote), {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    markdown.core.ruler.before("inline", "check", _check)
    markdown.render(
        "*warm* up"
    )  # rule chains are compiled on first use, and not safely beside another thread
    return markdown
