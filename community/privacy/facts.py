"""What members decided about their own data, in the past tense."""

from dataclasses import dataclass
from datetime import datetime

from community.core.facts import Fact


@dataclass(frozen=True)
class ExportAsked(Fact):
    export_id: int
    member_id: int


@dataclass(frozen=True)
class ErasureAsked(Fact):
    erasure_id: int
    member_id: int
    due_at: datetime


@dataclass(frozen=True)
class ErasureCancelled(Fact):
    erasure_id: int
    member_id: int


@dataclass(frozen=True)
class PaperPublished(Fact):
    kind: str
    version: int
    by_id: int


@dataclass(frozen=True)
class ConsentGiven(Fact):
    member_id: int
    kind: str
    version: int


@dataclass(frozen=True)
class ConsentWithdrawn(Fact):
    member_id: int
    kind: str
    version: int
