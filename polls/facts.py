"""What happens to polls, in the past tense. Never what somebody chose, and nothing about who in a sealed poll."""

from dataclasses import dataclass
from datetime import date, datetime

from community.core.facts import Fact


@dataclass(frozen=True)
class PollOpened(Fact):
    """It can be voted in from `opens_at` on."""

    poll_id: int
    author_id: int
    opens_at: datetime
    thread_id: int | None = None
    board_id: int | None = None


@dataclass(frozen=True)
class BallotCast(Fact):
    """Somebody voted. `member_id` None: a guest, or a sealed poll."""

    poll_id: int
    member_id: int | None = None
    ballot_id: int | None = None


@dataclass(frozen=True)
class BallotChanged(Fact):
    poll_id: int
    ballot_id: int


@dataclass(frozen=True)
class BallotWithdrawn(Fact):
    poll_id: int
    ballot_id: int


@dataclass(frozen=True)
class BallotsTakenOver(Fact):
    """What a guest chose is a member's now, in these polls."""

    member_id: int
    poll_ids: tuple[int, ...]


@dataclass(frozen=True)
class GuestRecognised(Fact):
    """A guest turned out to be this member, by a link from another device: whatever they answered is the member's."""

    member_id: int
    guest_key: str


@dataclass(frozen=True)
class SealedBallotsCounted(Fact):
    """A group of sealed ballots was added to the counts."""

    poll_id: int


@dataclass(frozen=True)
class PollClosed(Fact):
    """`why`: time | hand | number."""

    poll_id: int
    why: str
    at: datetime
    thread_id: int | None = None


@dataclass(frozen=True)
class PollToldApart(Fact):
    """Its result was told apart by who answered, or could not be."""

    poll_id: int
    thread_id: int | None = None


@dataclass(frozen=True)
class VotesRecounted(Fact):
    """Votes were left out of a result, or taken back into it."""

    poll_id: int
    recount_id: int
    actor_id: int
    thread_id: int | None = None


@dataclass(frozen=True)
class PollReopened(Fact):
    poll_id: int
    actor_id: int
    thread_id: int | None = None


@dataclass(frozen=True)
class PollChanged(Fact):
    """Its words, choices or rules are others now. `is_correction`: somebody had voted before."""

    poll_id: int
    actor_id: int
    is_correction: bool = False
    thread_id: int | None = None


@dataclass(frozen=True)
class PollStateChanged(Fact):
    """Archived or removed."""

    poll_id: int
    actor_id: int
    state: str
    thread_id: int | None = None


@dataclass(frozen=True)
class PollClosesSoon(Fact):
    """A day before it closes: those who watch its thread or board and did not vote may be told."""

    poll_id: int
    closes_at: datetime
    thread_id: int | None = None


@dataclass(frozen=True)
class DecisionAnswered(Fact):
    """The brand said what becomes of what members decided."""

    poll_id: int
    actor_id: int
    outcome: str
    thread_id: int | None = None


@dataclass(frozen=True)
class AnswerDateMoved(Fact):
    """The brand's answer to a decision is owed by another day."""

    poll_id: int
    actor_id: int
    to: date
    thread_id: int | None = None


@dataclass(frozen=True)
class TrialStarted(Fact):
    """Guests see one of several polls on the first page, or none, by chance."""

    trial_id: int
    actor_id: int


@dataclass(frozen=True)
class TrialEnded(Fact):
    trial_id: int


@dataclass(frozen=True)
class DrawAnnounced(Fact):
    """Something can be won by those who took part. `source`: poll | survey."""

    draw_id: int
    source: str
    source_id: int
    actor_id: int


@dataclass(frozen=True)
class DrawFrozen(Fact):
    draw_id: int
    source: str
    source_id: int


@dataclass(frozen=True)
class DrawHeld(Fact):
    """The winners are known."""

    draw_id: int
    source: str
    source_id: int


@dataclass(frozen=True)
class PrizeClaimed(Fact):
    draw_id: int
    member_id: int
    place: int
