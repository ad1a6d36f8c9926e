"""What somebody wrote elsewhere, as words a post row can keep. Nothing is refused: what cannot stand is mended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from django.urls import reverse

from community.core.access import Invalid
from community.core.text import (
    MAX_SOURCE,
    FileLinks,
    MentionLinks,
    Rendered,
    TooLong,
    clean_source,
    excerpt,
    html_to_markdown,
    is_blank,
    quote_source,
    render,
)
from forum.rendering import Body

QUOTED = 120  # characters of the answered post that are repeated above the answer
# Stands for the id of a post that is not stored yet; as long as an id may be, and no id for centuries.
_PLACE = 900_000_000_000_000_000

SHORTENED = "shortened"  # longer than a post may be
SIMPLIFIED = "simplified"  # formatted beyond what can be set: kept as plain text
EMPTIED = "emptied"  # nothing readable in it

Quotable = tuple[int, str, str]  # post id, author's name, words


@dataclass(frozen=True, slots=True)
class Words:
    """Rendered words and, in `mended`, what had to be done to them (empty: nothing)."""

    body: Body
    mended: str
    quoted_id: int  # of the post quoted above them, or its stand-in; 0: none

    def pointing_at(self, post_id: int) -> Body:
        """The words with the stand-in of the quoted post replaced by its id."""
        # The quote comes first, so the first of each is ours whatever the words hold.
        html = self.body.html.replace(f'data-post="{self.quoted_id}"', f'data-post="{post_id}"', 1)
        return Body(
            source=self.body.source.replace(f"[!quote {self.quoted_id}", f"[!quote {post_id}", 1),
            html=html.replace(f'href="/posts/{self.quoted_id}/"', f'href="/posts/{post_id}/"', 1),
            plain=self.body.plain,
            mentioned_ids=(),
        )


def stand_in(place: int) -> int:
    """What is written for the id of the post at `place` until that post is stored."""
    return _PLACE + place


class Participants:
    """Links names in a thread to the people who wrote in it, and to nobody else who may be called alike here."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = set(names)

    def resolve(self, candidates: Iterable[str]) -> Mapping[str, str]:
        return {name: reverse("members:profile", args=[name]) for name in candidates if name in self.names}


def words_of(source: str, *, quoted: Quotable | None, people: Participants) -> Words:
    """Render `source` below a short quote of the post it answers, if any."""
    source = clean_source(source)
    mended = ""
    if is_blank(source):
        source, mended = "…", EMPTIED
    head = _quote(*quoted) if quoted else ""
    try:
        rendered, text = _rendered(head, source, people)
    except TooLong:
        mended = SHORTENED
        source = _cut(source, MAX_SOURCE - len(head))
        try:
            rendered, text = _rendered(head, source, people)
        except Invalid:
            rendered, text = _rendered(head, _plainly(source, MAX_SOURCE - len(head)), people)
    except Invalid:
        mended = SIMPLIFIED
        rendered, text = _rendered(head, _plainly(source, MAX_SOURCE - len(head)), people)
    body = Body(source=text, html=str(rendered.html), plain=rendered.plain, mentioned_ids=())
    return Words(body, mended, quoted[0] if quoted else 0)


def rendered_somehow(source: str, links: MentionLinks, *, shown: FileLinks | None = None) -> Rendered:
    """Words that were accepted once, rendered by today's rules; beyond those they are shown as plain text."""
    try:
        return render(source, links=links, shown=shown)
    except Invalid:
        return render(_plainly(clean_source(source), MAX_SOURCE), links=links)


def _rendered(head: str, source: str, people: Participants) -> tuple[Rendered, str]:
    text = head + source
    return render(text, links=people), text


def _quote(post_id: int, name: str, words: str) -> str:
    return quote_source(post_id, name, html_to_markdown(escape(excerpt(words, QUOTED))))


def _cut(source: str, limit: int) -> str:
    """The beginning of a text in at most `limit` characters, cut between words, with a sign that more followed."""
    kept = source[: limit - 4]
    end = max(kept.rfind("\n"), kept.rfind(" "))
    return f"{kept[: end if end > len(kept) // 2 else len(kept)].rstrip()}\n\n…"


def _plainly(source: str, limit: int) -> str:
    """The text without its formatting signs' escapes, between fences that no sign in it can break."""
    source = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", source)
    longest = max((len(run) for run in re.findall("`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    room = limit - 2 * len(fence) - 2
    if room < limit // 2:  # backticks without end
        fence, source = "```", re.sub("`{3,}", "``", source)
        room = limit - 8
    return f"{fence}\n{source[:room]}\n{fence}"
