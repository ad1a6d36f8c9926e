"""The home page's words and the links in the footer: read on every page, so they live in the cache."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.core.cache import cache
from wagtail.images.models import SourceImageIOError

from community.core.languages import in_language
from community.core.near import forget as near_forget
from community.core.near import near
from community.editorial.models import HomePage, Picture, PlainPage

logger = logging.getLogger(__name__)

CACHE_SECONDS = 60  # other processes see a published change this late at most
HOME_KEY = "editorial:home:2"
FOOTER_KEY = "editorial:footer:1"
HERO_SPECS = ("width-1120|format-webp", "width-2240|format-webp")
BODY_SPECS = ("width-720|format-webp", "width-1440|format-webp")


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a page shows it."""

    url: str
    width: int
    height: int
    srcset: str
    alt: str


@dataclass(frozen=True, slots=True)
class HomeWords:
    """What greets a guest, both languages."""

    title_en: str
    title_zh: str
    lead_en: str
    lead_zh: str
    hero: Shown | None

    @property
    def title(self) -> str:
        return in_language(self.title_en, self.title_zh)

    @property
    def lead(self) -> str:
        return in_language(self.lead_en, self.lead_zh)


@dataclass(frozen=True, slots=True)
class PlainLink:
    url: str
    title_en: str
    title_zh: str


def home_words() -> HomeWords:
    """No statement when warm, three at most when cold."""
    known: HomeWords | None = cache.get(HOME_KEY)
    if known is None:
        page = HomePage.objects.live().select_related("hero").first()
        known = words_of(page) if page else HomeWords("", "", "", "", None)
        cache.set(HOME_KEY, known, CACHE_SECONDS)
    return known


def words_of(page: HomePage) -> HomeWords:
    """The words of one version of the home page, a draft for instance."""
    hero = shown(page.hero, page.hero_alt, HERO_SPECS) if page.hero else None
    return HomeWords(page.hero_title_en, page.hero_title_zh, page.lead_en, page.lead_zh, hero)


def footer_pages() -> list[PlainLink]:
    """Pages linked at the foot of every page. No statement when warm, two when cold."""
    return near(FOOTER_KEY, _read_footer, CACHE_SECONDS)


def _read_footer() -> list[PlainLink]:
    pages = PlainPage.objects.live().public().filter(in_footer=True).order_by("path")
    pages = pages.only("title", "title_zh", "url_path", "path", "depth", "slug", "live", "content_type")
    return [PlainLink(page.url, page.title, page.title_zh) for page in pages]


def shown(picture: Picture, alt: str, specs: tuple[str, ...]) -> Shown | None:
    """A picture in its sizes, the first for browsers that take one; None when its file is gone.

    No statement when renditions are cached or prefetched.
    """
    try:
        made = picture.get_renditions(*specs)
    except SourceImageIOError:
        logger.warning("picture %s has no readable file", picture.pk)
        return None
    first = made[specs[0]]
    srcset = ", ".join(f"{made[spec].url} {made[spec].width}w" for spec in specs)
    return Shown(first.url, first.width, first.height, srcset if len(specs) > 1 else "", alt)


def forget() -> None:
    near_forget(HOME_KEY, FOOTER_KEY)
