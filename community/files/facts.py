"""What happens to uploads, in the past tense."""

from dataclasses import dataclass

from community.core.facts import Fact


@dataclass(frozen=True)
class UploadReady(Fact):
    upload_id: int


@dataclass(frozen=True)
class UploadCovered(Fact):
    """Parts of a picture were made unreadable: it has other files now."""

    upload_id: int
    by_id: int
    before: str  # its mark until then


@dataclass(frozen=True)
class UploadMoves(Fact):
    """An animation is ready: where the picture stands already, it can be set in motion now."""

    upload_id: int


@dataclass(frozen=True)
class UploadGone(Fact):
    """Nobody is served this any more: deleted, purged with what used it, or no picture after all."""

    upload_id: int
    by_id: int = 0
    problem: str = ""  # why no picture came of it: its owner does not know of that yet
