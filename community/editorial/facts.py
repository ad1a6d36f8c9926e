"""What happens in the editors' room, in the past tense."""

from dataclasses import dataclass
from datetime import datetime

from community.core.facts import Fact


@dataclass(frozen=True)
class ArticlePublished(Fact):
    """An article is live. Stated each time an editor publishes it; `first` only the first time."""

    page_id: int
    editor_id: int | None
    first: bool
    at: datetime


@dataclass(frozen=True)
class ArticleWithdrawn(Fact):
    page_id: int
    at: datetime


@dataclass(frozen=True)
class BrandChanged(Fact):
    version: str
    at: datetime
