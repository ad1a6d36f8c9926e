"""Page-shaped reads of the editors' room. Each says how many statements it costs."""

from community.editorial.queries.articles import (
    ArticleCard,
    ArticleDocument,
    article_documents,
    fresh_articles,
    front_articles,
    published_articles,
)
from community.editorial.queries.pages import HomeWords, PlainLink, footer_pages, home_words

__all__ = [
    "ArticleCard",
    "ArticleDocument",
    "HomeWords",
    "PlainLink",
    "article_documents",
    "footer_pages",
    "fresh_articles",
    "front_articles",
    "home_words",
    "published_articles",
]
