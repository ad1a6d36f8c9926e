"""What happened to what people are told, in the past tense."""

from dataclasses import dataclass

from community.core.facts import Fact


@dataclass(frozen=True)
class NoticesChanged(Fact):
    """These members' unread notices are others than before: new, read, or taken back."""

    member_ids: tuple[int, ...]
