"""What happens to quizzes, in the past tense. Never what somebody answered."""

from dataclasses import dataclass

from community.core.facts import Fact


@dataclass(frozen=True)
class QuizOpened(Fact):
    quiz_id: int
    slug: str
    author_id: int


@dataclass(frozen=True)
class QuizChanged(Fact):
    """Its words, questions or state are others now."""

    quiz_id: int
    slug: str
    actor_id: int
    state: str


@dataclass(frozen=True)
class QuizFinished(Fact):
    """Somebody answered the last question. `member_id` None: a guest. `number`: which of their attempts it was."""

    quiz_id: int
    attempt_id: int
    member_id: int | None
    number: int


@dataclass(frozen=True)
class QuizPassed(Fact):
    """A member has what it takes, for the first time in this quiz; also when a guest's attempt became theirs."""

    quiz_id: int
    member_id: int
    attempt_id: int


@dataclass(frozen=True)
class AttemptsTakenOver(Fact):
    """What a guest answered is a member's now, in these quizzes."""

    member_id: int
    quiz_ids: tuple[int, ...]


@dataclass(frozen=True)
class RunMoved(Fact):
    """A hosted run took the step `sequence`: what everybody in it sees is something else now."""

    run_id: int
    sequence: int
    state: str


@dataclass(frozen=True)
class RunJoined(Fact):
    """Somebody came into a hosted run."""

    run_id: int


@dataclass(frozen=True)
class RunAnswered(Fact):
    """Somebody answered the question that is open in a hosted run. Never what."""

    run_id: int
