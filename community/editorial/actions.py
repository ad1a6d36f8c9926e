"""What the editors' room does beyond saving its own pages: it states facts and forgets old copies."""

from __future__ import annotations

from django.db import transaction

from community.core import clock
from community.core.facts import publish
from community.core.pagecache import SHELL, changed
from community.core.retrying import action
from community.editorial import brand
from community.editorial.facts import ArticlePublished, ArticleWithdrawn, BrandChanged
from community.editorial.kept import MAGAZINE
from community.editorial.models import ArticlePage
from community.editorial.queries import articles, pages


@action
def article_published(*, page: ArticlePage) -> None:
    """State that an article is live, for search and whoever listens. Nothing while it waits for its hour."""
    if not page.live:
        return
    revision = page.live_revision
    publish(
        ArticlePublished(
            page_id=page.pk,
            editor_id=revision.user_id if revision else None,
            first=page.first_published_at == page.last_published_at,
            at=clock.now(),
        )
    )
    refresh_pages()


@action
def article_withdrawn(*, page_id: int) -> None:
    """State that an article is no longer public."""
    publish(ArticleWithdrawn(page_id=page_id, at=clock.now()))
    refresh_pages()


def make_pictures(*, page_id: int) -> None:
    """Make the sizes of a public article's pictures, so that no reader waits for them. Repeating it makes none anew."""
    page = ArticlePage.objects.live().select_related("hero").filter(pk=page_id).first()
    if page is None:
        return
    if page.hero:
        articles.card(page)
        pages.shown(page.hero, page.hero_alt, pages.HERO_SPECS)
    for block in page.body:
        if block.block_type == "figure" and block.value["image"]:
            pages.shown(block.value["image"], "", pages.BODY_SPECS)


def refresh_pages() -> None:
    """Let every page read the tree afresh once this transaction is committed."""
    transaction.on_commit(articles.forget)
    transaction.on_commit(pages.forget)
    changed(MAGAZINE, SHELL)  # after them, so that no page is made from the old copies


@action
def brand_saved() -> None:
    """Let every page read the brand afresh, and say so."""
    publish(BrandChanged(version=brand.read().version, at=clock.now()))
    transaction.on_commit(brand.forget)
    changed(MAGAZINE, SHELL)
