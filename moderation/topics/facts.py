"""What happens to themes of the calendar, in the past tense."""

from dataclasses import dataclass

from community.core.facts import Fact


@dataclass(frozen=True)
class TopicChanged(Fact):
    """A theme was planned, changed, given its thread, summed up or dropped."""

    topic_id: int
    board_id: int
    actor_id: int | None
