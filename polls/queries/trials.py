"""Which trial runs, and what became of those who were drawn into one."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Min

from community.core import clock
from community.core.among import among
from community.core.near import forget, near
from forum.models import Post
from polls import trials
from polls.models import Arm, Enrolment, Poll, Trial
from polls.queries.ladder import BACK_WITHIN
from polls.trials import Difference

OUTCOMES = ("joined", "published", "returned")
_KEY = "polls.trial"
_SECONDS = 60


def running() -> int:
    """The trial that runs on the first page, 0 without one. One statement a minute."""

    def read() -> int:
        row = Trial.objects.filter(place="home", ended_at=None, ends_at__gt=clock.now()).only("pk").first()
        return row.pk if row is not None else 0

    return near(_KEY, read, _SECONDS)


def changed() -> None:
    """A trial began or ended."""
    forget(_KEY)


def arms_of(trial_id: int) -> list[Arm]:
    """What is compared, those who see nothing first. One statement."""
    return list(Arm.objects.filter(trial=trial_id).select_related("poll").order_by("number"))


@dataclass(slots=True)
class Told:
    """One arm: how many were drawn, and by outcome how many did it and how that compares with seeing nothing."""

    arm: Arm
    n: int = 0
    done: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    against: dict[str, Difference] = field(default_factory=dict)

    @property
    def poll(self) -> Poll | None:
        return self.arm.poll


def told(trial: Trial) -> list[Told]:
    """The arms of a trial. Four statements; differences once it has ended in time and everybody had a week."""
    found = {arm.pk: Told(arm) for arm in arms_of(trial.pk)}
    rows = Enrolment.objects.filter(trial=trial)
    for arm, n in rows.order_by().values_list("arm").annotate(n=Count("pk")):
        found[arm].n = n
    came = list(
        rows.exclude(member=None).values_list(
            "arm_id", "member_id", "at", "member__joined_at", "member__returned_at"
        )
    )
    posts = (
        Post.objects.visible().filter(author_id__in=among(pk for _arm, pk, *_times in came if pk)).order_by()
    )
    wrote = dict(posts.values_list("author_id").annotate(at=Min("posted_at"))) if came else {}
    for arm, member_id, at, joined_at, returned_at in came:
        if joined_at < at:
            continue
        first = wrote.get(member_id)
        did = {
            "joined": True,
            "published": first is not None and first - joined_at <= BACK_WITHIN,
            "returned": returned_at is not None and returned_at - joined_at <= BACK_WITHIN,
        }
        for outcome, is_so in did.items():
            found[arm].done[outcome] += is_so
    nothing, *others = found.values()
    if is_settled(trial):
        for one in others:
            one.against = {
                outcome: trials.difference(
                    one.done[outcome],
                    one.n,
                    nothing.done[outcome],
                    nothing.n,
                    comparisons=len(others) * len(OUTCOMES),
                )
                for outcome in OUTCOMES
            }
    return [nothing, *others]


def is_settled(trial: Trial) -> bool:
    """Whether it may be judged: it ran to its end, and everybody had their week."""
    return not trial.is_cut and trial.ended_at is not None and trial.ended_at + trials.SETTLES <= clock.now()


def latest() -> list[Trial]:
    """Trials, the last first. One statement."""
    return list(Trial.objects.select_related("made_by").order_by("-pk")[:50])


def open_polls() -> list[Poll]:
    """Polls that a trial can show: open to guests, on pages of their own or of everybody. One statement."""
    from django.contrib.auth.models import AnonymousUser

    rows = (
        Poll.objects.visible_to(AnonymousUser())
        .public()
        .filter(audience="everyone", closed_at=None, state="open")
    )
    return list(rows.exclude(closes_at__lte=clock.now()).order_by("-opens_at", "-id")[:100])
