"""What happens to promises, in the past tense."""

from dataclasses import dataclass

from community.core.facts import Fact


@dataclass(frozen=True)
class PromiseChanged(Fact):
    """A board promises something else, or the record of its promise says something else."""

    board_id: int


@dataclass(frozen=True)
class ClockChanged(Fact):
    """A question's clock started, stopped, started anew, was set aside or broke."""

    thread_id: int
    board_id: int


@dataclass(frozen=True)
class AlertRaised(Fact):
    """Somebody of the team is asked to look at a question: `stage` says how far its promised time is gone.

    `is_gap`: nobody was on the rota, so it fell to the lead.
    """

    alert_id: int
    thread_id: int
    recipient_id: int
    stage: int
    is_gap: bool


@dataclass(frozen=True)
class AlertUnheard(Fact):
    """A question came to a stage of which nobody could be told: its rota has no lead, and perhaps nobody on it.

    `administrator_ids`: who can see to it.
    """

    alert_id: int
    thread_id: int
    stage: int
    administrator_ids: tuple[int, ...]
