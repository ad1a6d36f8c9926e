"""Quotes that name their post: `> [!quote 123 Name]` on the first line of a block quote."""

import re

from markdown_it.token import Token

from community.core.text.characters import clean_source

MOST_QUOTES = 50  # in one text that somebody is told of
MAX_QUOTED = 1_200  # characters of another post worth repeating

_HEAD = re.compile(r"\[!quote (\d{1,18})(?: ([^\]\n]{1,80}))?\][ \t]*(?:\n|$)")
_PICTURE = re.compile(r"!\[([^\]\n]{0,300})\]\([^)\n]{0,2000}\)")  # its words are enough in a quote
# Written by our own renderer only: members' text cannot make such a tag.
_QUOTED = re.compile(r'<blockquote class="quote" data-post="(\d{1,18})"')
_OWN_QUOTE = re.compile(r"(?:^[ ]{0,3}>.*(?:\n|$))+\n?", re.MULTILINE)


def quote_source(post_id: int, name: str, text: str) -> str:
    """Markdown that quotes `text` (Markdown) by `name` from post `post_id`, ready to write below.

    Quotes within the quoted text are left out, and a long text is cut at a line or word.
    """
    source = clean_source(text).strip()
    source = _OWN_QUOTE.sub("", source).strip() or source
    source = _PICTURE.sub(r"\1", source[: 8 * MAX_QUOTED]).strip() or source
    if len(source) > MAX_QUOTED:
        cut = source[:MAX_QUOTED]
        space = max(cut.rfind("\n"), cut.rfind(" "))
        cut = cut[:space] if space > MAX_QUOTED // 2 else cut
        if cut.count("||") % 2:  # in the middle of what a spoiler hides
            cut = cut[: cut.rfind("||")]
        source = cut.rstrip() + " …"
    said_by = " ".join(re.sub(r"[\[\]]", " ", clean_source(name)).split())[:80]
    head = f"[!quote {post_id} {said_by}]" if said_by else f"[!quote {post_id}]"
    return "\n".join(f"> {line}".rstrip() for line in [head, *source.split("\n")]) + "\n\n"


def quoted_in(html: str, *, most: int = MOST_QUOTES) -> frozenset[int]:
    """The posts that a rendered text quotes, by id; of very many the first ones."""
    return frozenset(int(pk) for pk in _QUOTED.findall(html)[:most])


def attribute_quotes(tokens: list[Token]) -> list[Token]:
    """Block tokens with the head line of each attributed quote turned into its link."""
    result: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        result.append(token)
        index += 1
        if token.type != "blockquote_open" or index + 2 >= len(tokens):
            continue
        paragraph, inline = tokens[index], tokens[index + 1]
        if paragraph.type != "paragraph_open" or inline.type != "inline":
            continue
        head = _HEAD.match(inline.content)
        if head is None:
            continue
        post_id = int(head[1])
        token.attrs |= {"class": "quote", "data-post": str(post_id)}
        source = Token("quote_source", "a", 0)
        source.meta = {"post": post_id, "name": (head[2] or "").strip() or f"#{post_id}"}
        result.append(source)
        inline.content = inline.content[head.end() :]
        if not inline.content.strip():
            index += 3  # the head stood alone: no empty paragraph
    return result
