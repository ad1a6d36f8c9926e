"""What happens to raises, in the past tense."""

from dataclasses import dataclass

from community.core.facts import Fact


@dataclass(frozen=True)
class LedgerChanged(Fact):
    """A raise was asked for, ended, or what followed it was counted. The thread says so itself (`ThreadChanged`)."""

    raise_id: int
    thread_id: int
    board_id: int
    is_new: bool = False  # it was asked for just now
