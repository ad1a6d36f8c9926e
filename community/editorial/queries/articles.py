"""Articles: for the magazine, the home page, feeds and search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Prefetch, QuerySet
from django.utils.timezone import localdate

from community.core import clock
from community.core.languages import speaks_chinese
from community.editorial.languages import LOCALES
from community.editorial.models import ArticlePage, Picture
from community.editorial.queries.pages import CACHE_SECONDS, Shown, shown
from community.members.models import Role

FRONT = 4
FRESH_FOR = timedelta(days=90)  # on the home page; the magazine keeps all
CARD_SPECS = ("fill-640x420|format-webp", "fill-1280x840|format-webp")
_FRONT_KEY = "editorial:front:2:"


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """An article as lists show it."""

    title: str
    url: str
    standfirst: str
    byline: str
    role: str  # the role of a staff or partner author, for `role_badge`; else empty
    minutes: int
    date: date
    language: str
    picture: Shown | None

    @property
    def lang(self) -> str:
        return LOCALES.get(self.language, self.language)


@dataclass(frozen=True, slots=True)
class ArticleDocument:
    """An article as search indexes it."""

    page_id: int
    title: str
    text: str
    url: str
    language: str
    author_id: int | None
    author_name: str
    published_at: datetime


def published_articles(language: str = "") -> QuerySet[ArticlePage]:
    """What everybody may read, newest first, with author and picture. At most four statements."""
    pictures = Prefetch("hero", Picture.objects.prefetch_renditions(*CARD_SPECS))
    rows = ArticlePage.objects.live().public().select_related("author").prefetch_related(pictures)
    if language:
        rows = rows.filter(language=language)
    return rows.defer("body", "author__bio").order_by("-date", "-page_ptr_id")


def card(page: ArticlePage) -> ArticleCard:
    author = page.author
    return ArticleCard(
        title=page.title,
        url=page.url,
        standfirst=page.standfirst,
        byline=page.byline,
        role=author.role if author and author.role != Role.MEMBER else "",
        minutes=page.reading_minutes,
        date=page.date,
        language=page.language,
        picture=shown(page.hero, page.hero_alt, CARD_SPECS) if page.hero else None,
    )


def front_articles() -> list[ArticleCard]:
    """The newest articles for the home page, in the reader's language while there are any.

    No statement when warm, up to five when cold.
    """
    language = "zh-hans" if speaks_chinese() else "en"
    key = _FRONT_KEY + language
    known: list[ArticleCard] | None = cache.get(key)
    if known is None:
        known = [card(page) for page in published_articles(language)[:FRONT]]
        known = known or [card(page) for page in published_articles()[:FRONT]]
        cache.set(key, known, CACHE_SECONDS)
    return known


def fresh_articles() -> list[ArticleCard]:
    """Those of the front that are news yet: a magazine that nobody tends leaves the home page by itself.

    No statement when warm.
    """
    since = localdate(clock.now()) - FRESH_FOR
    return [one for one in front_articles() if one.date >= since]


def article_documents() -> Iterator[ArticleDocument]:
    """Every public article, for the search index. Memory stays flat."""
    rows = ArticlePage.objects.live().public().select_related("author").order_by("pk")
    for page in rows.iterator(chunk_size=100):
        yield document(page)


def article_document(page_id: int) -> ArticleDocument | None:
    """One article for the search index; None when not everybody may read it. Two statements."""
    page = ArticlePage.objects.live().public().select_related("author").filter(pk=page_id).first()
    return document(page) if page else None


def document(page: ArticlePage) -> ArticleDocument:
    return ArticleDocument(
        page_id=page.pk,
        title=page.title,
        text=f"{page.standfirst} {page.text}",
        url=page.url,
        language=page.language,
        author_id=page.author_id,
        author_name=page.byline,
        published_at=page.first_published_at or page.latest_revision_created_at,
    )


def forget() -> None:
    cache.delete_many([_FRONT_KEY + code for code, _name in settings.LANGUAGES])
