"""The team's page of figures, put together. Each moderator sees the boards they keep order on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from community.core import clock
from community.members.models import Member
from forum.models import Board
from moderation.desk.queries import boards_for
from moderation.insight.queries import replies as asking
from moderation.insight.queries import work
from moderation.insight.queries.cohorts import Cohort, cohorts
from moderation.insight.queries.replies import Replies
from moderation.insight.queries.steps import Steps, steps
from moderation.insight.queries.treatment import Treatment, treatment
from moderation.insight.queries.watch import Watch, watch
from moderation.insight.window import Window
from moderation.raises.policy import Effect, Share
from moderation.raises.queries import Group, audit, effect_on


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the page shows."""

    window: Window
    boards: Sequence[Board]
    watch: Watch
    steps: Steps
    replies: Replies
    promises: Sequence[work.PromiseDay]
    effect: Effect
    treatment: Treatment
    groups: Sequence[Group]
    canned: work.Canned
    teams: Sequence[work.Team]
    cohorts: Sequence[Cohort]

    @property
    def kept(self) -> Share:
        kept = sum(day.kept for day in self.promises)
        return Share(kept, kept + sum(day.missed for day in self.promises))


def figures(viewer: Member, window: Window) -> Figures:
    """Eighteen statements, each over an index of the window's rows: no rollup is kept, so nothing can disagree."""
    boards = boards_for(viewer)
    ids = [board.pk for board in boards]
    told = asking.replies(boards, asking.asked(ids, window))
    return Figures(
        window=window,
        boards=boards,
        watch=watch(boards),
        steps=steps(ids, window),
        replies=told,
        promises=work.promise_days(ids, window, clock.now()),
        effect=effect_on(ids),
        treatment=treatment(ids, window),
        groups=audit(viewer),
        canned=work.canned(ids, window),
        teams=work.teams(ids, window, dict(told.by_role)),
        cohorts=cohorts(ids, window),
    )
