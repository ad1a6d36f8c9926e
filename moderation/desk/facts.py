"""What happens at the desk, in the past tense."""

from dataclasses import dataclass

from community.core.facts import Fact


@dataclass(frozen=True)
class ThreadHandedOn(Fact):
    """Somebody got a thread to work on. `version` of its row afterwards tells one handing over from the next."""

    thread_id: int
    to_id: int
    by_id: int
    version: int
    note: str


@dataclass(frozen=True)
class ExpertCalled(Fact):
    call_id: int
    thread_id: int
    member_id: int
    by_id: int
    reason: str


@dataclass(frozen=True)
class ExpertCallWithdrawn(Fact):
    call_id: int
    thread_id: int
    member_id: int
