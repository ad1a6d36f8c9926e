"""The magazine as an Atom feed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from community.core.atom import AtomFeed, paragraphs
from community.editorial.brand import brand
from community.editorial.models import ArticlePage, MagazineIndexPage
from community.editorial.queries import published_articles

SIZE = 20
MINUTES = 15


class MagazineFeed(Feed[ArticlePage, str]):
    """Every language, or one with `?language=en`."""

    feed_type = AtomFeed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = self.get_object(request)
        with translation.override(language or translation.get_language()):
            response = super().__call__(request, *args, **kwargs)
        response["Cache-Control"] = f"public, max-age={MINUTES * 60}"
        return response

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        wanted = request.GET.get("language", "")
        return wanted if wanted in dict(settings.LANGUAGES) else ""

    def title(self, language: str) -> str:
        magazine = MagazineIndexPage.objects.live().first()
        return _("%(magazine)s · %(brand)s") % {
            "magazine": magazine.heading if magazine else _("Magazine"),
            "brand": brand().name,
        }

    def subtitle(self, language: str) -> str:
        magazine = MagazineIndexPage.objects.live().first()
        return magazine.intro if magazine else ""

    def link(self, language: str) -> str:
        return "/magazine/"

    def feed_url(self, language: str) -> str:
        return f"/magazine/feed/?language={language}" if language else "/magazine/feed/"

    feed_guid = feed_url  # one language is a feed of its own

    def items(self, language: str) -> list[ArticlePage]:
        return list(published_articles(language)[:SIZE])

    def item_title(self, item: ArticlePage) -> str:
        return str(item.title)

    def item_description(self, item: ArticlePage) -> str:
        return paragraphs(item.standfirst)

    def item_link(self, item: ArticlePage) -> str:
        return str(item.url)

    def item_author_name(self, item: ArticlePage) -> str:
        return item.byline or brand().name

    def item_pubdate(self, item: ArticlePage) -> datetime | None:
        moment: datetime | None = item.first_published_at
        return moment

    def item_updateddate(self, item: ArticlePage) -> datetime | None:
        moment: datetime | None = item.last_published_at
        return moment
