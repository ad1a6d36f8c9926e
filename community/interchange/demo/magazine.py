"""The demo's articles: read from magazine.txt, drawn and published the way an editor would."""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.images import ImageFile

from community.core import images
from community.editorial.models import ArticlePage, MagazineIndexPage, Picture
from community.interchange.demo import drawings
from community.interchange.demo.script import HERE, blocks, header
from community.members.models import Member

HERO_SIZE = (1600, 900)
_QUOTE = re.compile(r"> (?P<text>.+?) — (?P<source>.+)", re.DOTALL)


@dataclass(frozen=True)
class PlannedArticle:
    """One article. `parts` are (block type, value) pairs as the editorial body takes them."""

    title: str
    slug: str
    language: str
    author: str
    days_ago: int
    drawing: str
    alt: str
    standfirst: str
    parts: tuple[tuple[str, Any], ...]


def planned_articles() -> tuple[PlannedArticle, ...]:
    """Every article of the demo, in the order written."""
    text = (HERE / "magazine.txt").read_text(encoding="utf-8")
    return tuple(_article(title, rest) for title, rest in blocks(text))


def publish(article: PlannedArticle, *, author: Member, now: datetime) -> ArticlePage | None:
    """Put the article into the magazine, dated so many days back. None when it is there already."""
    index = MagazineIndexPage.objects.first()
    if index is None or ArticlePage.objects.filter(slug=article.slug).exists():
        return None
    at = now - timedelta(days=article.days_ago)
    page = ArticlePage(
        title=article.title,
        slug=article.slug,
        language=article.language,
        standfirst=article.standfirst,
        author=author,
        date=at.date(),
        hero=_hero(article),
        hero_alt=article.alt,
        body=list(article.parts),
        first_published_at=at,
    )
    index.add_child(instance=page)
    page.save_revision(user=author).publish()
    return page


def _hero(article: PlannedArticle) -> Picture:
    width, height = HERO_SIZE
    drawn = drawings.draw(article.drawing, article.slug, width=width, height=height)
    made = images.process(drawn, profile="post")
    file = ImageFile(io.BytesIO(made.main), name=f"{article.slug}.webp")
    picture: Picture = Picture.objects.create(title=article.title, file=file)
    return picture


def _article(title: str, text: str) -> PlannedArticle:
    head, _, body = text.partition("\n\n")
    first, _, standfirst = head.partition("\n")
    told = header(first)
    return PlannedArticle(
        title=title,
        slug=told["slug"],
        language=told["language"],
        author=told["author"],
        days_ago=int(told["ago"]),
        drawing=told["hero"],
        alt=told["alt"],
        standfirst=standfirst.strip(),
        parts=tuple(_part(part.strip()) for part in body.split("\n\n") if part.strip()),
    )


def _part(text: str) -> tuple[str, Any]:
    if text.startswith("## "):
        return "heading", text[3:]
    quote = _QUOTE.fullmatch(text)
    if quote:
        return "quote", {"text": quote["text"], "source": quote["source"]}
    marked = re.sub(r"[*](.+?)[*]", r"<i>\1</i>", html.escape(text, quote=False))
    return "paragraph", f"<p>{marked}</p>"
