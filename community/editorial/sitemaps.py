"""What search engines may read: public pages, articles, and whatever other rooms offer."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from wagtail.models import Page

from community.editorial.models import ArticlePage


class PageSitemap(Sitemap[Page]):
    """The home page, the magazine's front and the plain pages."""

    def items(self) -> QuerySet[Page]:
        articles = ArticlePage.objects.values("pk")
        return Page.objects.live().public().filter(depth__gt=1).exclude(pk__in=articles).order_by("path")

    def location(self, item: Page) -> str:
        return str(item.url)

    def lastmod(self, item: Page) -> datetime | None:
        moment: datetime | None = item.last_published_at
        return moment


class ArticleSitemap(PageSitemap):
    def items(self) -> QuerySet[Page]:
        pages: QuerySet[Page] = (
            ArticlePage.objects.live().public().defer("body").order_by("-date", "-page_ptr_id")
        )
        return pages


def sitemaps() -> dict[str, Any]:
    """Section name → sitemap. Rooms that have public pages keep theirs in `<room>.sitemaps.SITEMAPS`."""
    sections: dict[str, Any] = {"pages": PageSitemap, "articles": ArticleSitemap}
    for room in ("forum",):
        if find_spec(f"{room}.sitemaps"):
            sections |= import_module(f"{room}.sitemaps").SITEMAPS
    return sections
