"""Markdown → HTML that is safe to show: once, when a text is written."""

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it.main import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import blockquote
from markdown_it.rules_core.state_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from community.core.text import code, files, limits, links, mentions, quotes, spoilers
from community.core.text.characters import clean_source
from community.core.text.emphasis import InlineParser
from community.core.text.plain import plain_text
from community.core.text.sanitise import sanitised

RENDERER_VERSION = 1  # raise it when the same source would give other HTML; stored texts follow in batches

_HEADINGS = {"h1": "h3", "h2": "h4"}  # a post stands below the page's own h1 and h2
_ALIGNMENT = {"text-align:left": "to-left", "text-align:center": "to-center", "text-align:right": "to-right"}
_TASKS = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as it is stored: HTML to show, words to search, and whom it names."""

    html: SafeString
    plain: str
    version: int
    mentions: tuple[str, ...]
    files: tuple[str, ...] = ()


def render(
    source: str, *, links: mentions.MentionLinks | None = None, shown: files.FileLinks | None = None
) -> Rendered:
    """Render one text. `links.resolve` is called at most once, with every name the text may mention.

    So is `shown.resolve`, with the key of every one of our files it names; `files` are those it shows.

    `mentions` holds the names that were found, as typed, each once, leaving out those inside quoted posts.
    Raises TooLong or Invalid (field "source") for what is beyond any page. Never touches the database itself.
    """
    text = clean_source(source) if len(source) <= 4 * limits.MAX_SOURCE else source
    limits.check_source(text)
    markdown = parser()
    env: MutableMapping[str, Any] = {"links": links, "shown": shown}
    tokens = markdown.parse(text, env)
    html = markdown.renderer.render(tokens, markdown.options, env)
    named = tuple(env.get("files", ()))
    return Rendered(sanitised(html), plain_text(tokens), RENDERER_VERSION, _mentioned(tokens), named)


def needs_render(version: int) -> bool:
    """True when a stored text was rendered by other rules than today's."""
    return version != RENDERER_VERSION


def _mentioned(tokens: Sequence[Token]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    quotes: list[bool] = []
    for token in tokens:
        if token.type == "blockquote_open":
            quotes.append("data-post" in token.attrs)
        elif token.type == "blockquote_close":
            quotes.pop()
        elif token.type == "inline" and not any(quotes):
            for child in token.children or []:
                if child.nesting > 0 and (name := child.meta.get("mention")):
                    names[name] = None
    return tuple(names)


def _before_inline(state: StateCore) -> None:
    """Between blocks and their insides: refuse, attribute quotes, ask once about names."""
    limits.check_blocks(state.tokens)
    state.tokens = quotes.attribute_quotes(state.tokens)
    for index, token in enumerate(state.tokens):
        if token.type == "list_item_open":
            _task(state.tokens, index)
        elif token.tag in {"th", "td"} and "style" in token.attrs:
            token.attrs = {"class": _ALIGNMENT[str(token.attrs["style"])]}
        elif token.type in {"heading_open", "heading_close"}:
            token.tag = _HEADINGS.get(token.tag, "h5")
    resolver = cast("mentions.MentionLinks | None", state.env.get("links"))
    candidates = mentions.gather(state.tokens) if resolver else []
    state.env["mentions"] = resolver.resolve(candidates) if resolver and candidates else {}


def _task(tokens: Sequence[Token], index: int) -> None:
    inline = tokens[index + 2] if index + 2 < len(tokens) else None
    if inline is not None and inline.type == "inline" and inline.content[:4] in _TASKS:
        inline.content = _TASKS[inline.content[:4]] + inline.content[4:]
        tokens[index].attrs["class"] = "task"


def _after_inline(state: StateCore) -> None:
    resolver = cast("files.FileLinks | None", state.env.get("shown"))
    named = files.gather(state.tokens) if resolver else []
    shown = state.env["files"] = dict(resolver.resolve(named)) if resolver and named else {}
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = links.settle_links(token.children, shown)
    if shown:
        state.tokens = files.set_apart(state.tokens)


def _fence(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    token = tokens[idx]
    name = code.language(token.info) if token.type == "fence" else ""
    budget = env.setdefault("code_budget", [code.MAX_HIGHLIGHTED])
    if name and len(token.content) <= budget[0]:
        budget[0] -= len(token.content)
        inner = code.highlighted(token.content, name)
    else:
        inner = escape(token.content)
    opening = f'<code class="language-{name}">' if name else "<code>"
    # A box that scrolls must be reachable by keyboard.
    return f'<pre class="code" tabindex="0">{opening}{inner}</code></pre>\n'


def _spoiler_open(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    title = tokens[idx].meta["title"]
    # Stored once for readers of every language: the style sheet names a spoiler that its author did not.
    summary = f"<summary>{escape(title)}</summary>" if title else '<summary class="unnamed"></summary>'
    return f'<details class="spoiler">{summary}\n'


def _quote_source(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    meta: Mapping[str, Any] = tokens[idx].meta
    return f'<a class="quote-source" href="/posts/{meta["post"]}/">{escape(meta["name"])}</a>\n'


def _file_note(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    return f'<span class="file-note">{escape(tokens[idx].meta["note"])}</span>'


def _table(self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    if tokens[idx].nesting > 0:
        return '<div class="table-scroll" tabindex="0"><table>\n'
    return "</table></div>\n"


class _Markdown(MarkdownIt):
    def __init__(self) -> None:
        super().__init__("commonmark")
        self.inline = InlineParser()
        self.configure(
            "commonmark",
            {"html": False, "breaks": True, "xhtmlOut": False, "maxNesting": limits.MAX_LEVEL + 2},
        )
        self.enable(["table", "strikethrough"])
        # Every look ahead for the end of a paragraph, list or quote asks the quote rule: count there.
        self.block.ruler.at(
            "blockquote",
            limits.counted(blockquote),
            {"alt": ["paragraph", "reference", "blockquote", "list"]},
        )
        mentions.install(self)
        spoilers.install(self)
        links.install(self)
        self.core.ruler.before("inline", "before_inline", _before_inline)
        self.core.ruler.push("after_inline", _after_inline)
        for name, rule in {
            "fence": _fence,
            "code_block": _fence,
            "spoiler_open": _spoiler_open,
            "quote_source": _quote_source,
            "file_note": _file_note,
            "table_open": _table,
            "table_close": _table,
        }.items():
            self.add_render_rule(name, rule)


@cache
def parser() -> MarkdownIt:
    """The one parser, ready for any number of threads."""
    markdown = _Markdown()
    # Rule chains are compiled on first use, and not safely beside another thread: use them once, alone.
    markdown.render("*warm* up")
    return markdown
