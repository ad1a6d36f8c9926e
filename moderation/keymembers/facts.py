"""What happens to key members, in the past tense."""

from dataclasses import dataclass

from community.core.facts import Fact


@dataclass(frozen=True)
class KeyMemberNamed(Fact):
    member_id: int
    segment: str
    by_id: int


@dataclass(frozen=True)
class KeyMemberEnded(Fact):
    """A term is over. `by_id` None: it came to its end."""

    member_id: int
    by_id: int | None
