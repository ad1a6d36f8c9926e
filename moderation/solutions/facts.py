"""What happens to known answers, in the past tense. Threads say themselves that they changed (`ThreadChanged`)."""

from dataclasses import dataclass

from community.core.facts import Fact


@dataclass(frozen=True)
class SolutionChanged(Fact):
    """A post became a known answer or is none any more, holds for other cars, or has more or fewer threads linked."""

    solution_id: int
    thread_id: int
    author_id: int | None


@dataclass(frozen=True)
class SolvedSaid(Fact):
    """Somebody said that an answer solved theirs, or took that back (`is_so` False)."""

    solution_id: int
    thread_id: int
    author_id: int | None
    member_id: int
    is_so: bool


@dataclass(frozen=True)
class ReleaseNamed(Fact):
    """The team named a newer model year or software."""

    release_id: int
