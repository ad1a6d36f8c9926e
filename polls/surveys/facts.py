"""What happens to surveys, in the past tense. Never what somebody answered, and of an anonymous one not who."""

from dataclasses import dataclass

from community.core.facts import Fact


@dataclass(frozen=True)
class SurveyOpened(Fact):
    """A wave takes answers from now on."""

    survey_id: int
    slug: str
    author_id: int
    wave: int


@dataclass(frozen=True)
class SurveyChanged(Fact):
    """Its words, its state or what is published of it are others now."""

    survey_id: int
    slug: str
    actor_id: int | None
    state: str


@dataclass(frozen=True)
class SurveyAnswered(Fact):
    """Somebody sent their answers. `member_id` None: a guest, or an anonymous survey."""

    survey_id: int
    wave: int
    member_id: int | None = None


@dataclass(frozen=True)
class SurveyClosed(Fact):
    """A wave takes no more answers. `why`: time | hand."""

    survey_id: int
    slug: str
    wave: int
    why: str


@dataclass(frozen=True)
class SurveyResultsPublished(Fact):
    survey_id: int
    slug: str
    wave: int
    actor_id: int


@dataclass(frozen=True)
class ResponsesTakenOver(Fact):
    """What a guest answered is a member's now, in these surveys."""

    member_id: int
    survey_ids: tuple[int, ...]
