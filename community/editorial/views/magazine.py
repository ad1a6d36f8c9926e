"""The magazine's front and its articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from community.core.languages import speaks_chinese
from community.core.pagination import keyset
from community.editorial.languages import LOCALES, NAMES
from community.editorial.queries import ArticleCard, articles
from community.editorial.queries.pages import HERO_SPECS, shown
from community.members.models import Member, Role

if TYPE_CHECKING:
    from community.editorial.models import ArticlePage

SIZE = 12
MORE = 3


def index_context(request: HttpRequest) -> dict[str, Any]:
    """Articles, newest first, in the reader's language unless they ask otherwise. Six statements at most."""
    wanted = _language(request)
    rows = keyset(
        articles.published_articles("" if wanted == "all" else wanted),
        order=("-date", "-page_ptr_id"),
        cursor=request.GET.get("cursor"),
        size=SIZE,
    )
    return {
        "cards": [articles.card(row) for row in rows.items],
        "rows": rows,
        "wanted": wanted,
        "languages": [*NAMES.items(), ("all", _("All languages"))],
    }


def _language(request: HttpRequest) -> str:
    """`en`, `zh-hans` or `all`; without a wish the reader's own, or all while that one has nothing yet."""
    wanted = request.GET.get("language", "")
    if wanted in (*LOCALES, "all"):
        return wanted
    own = "zh-hans" if speaks_chinese() else "en"
    return own if any(card.language == own for card in articles.front_articles()) else "all"


def article_context(request: HttpRequest, page: ArticlePage) -> dict[str, Any]:
    """What an article shows beside its own words. One statement for the author, one for the picture."""
    more: list[ArticleCard] = [card for card in articles.front_articles() if card.url != page.url]
    return {
        "picture": shown(page.hero, page.hero_alt, HERO_SPECS) if page.hero else None,
        "more": more[:MORE],
        "article_lang": LOCALES[page.language],
        "may_edit": may_edit(request),
    }


def may_edit(request: HttpRequest) -> bool:
    """Whether to offer the way into the CMS; the CMS checks for itself."""
    user = getattr(request, "user", None)
    return isinstance(user, Member) and user.role in (Role.EDITOR, Role.ADMIN)
