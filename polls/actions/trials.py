"""Trials on the first page: begun with their end set, drawn by chance, and judged when that end has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from community.core import chance, clock
from community.core.access import Invalid, Refused, absent, no, require
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from community.members.models import Member
from polls import access, guests, trials
from polls.facts import TrialEnded, TrialStarted
from polls.lines import line
from polls.models import Arm, Enrolment, Trial
from polls.queries.trials import arms_of, open_polls


@dataclass(frozen=True, slots=True)
class TrialSpec:
    """A trial as it was typed. `holdout`: per cent of the guests who see no poll."""

    name: str
    poll_ids: Sequence[int]
    holdout: int = 20
    ends_at: datetime | None = None


@action
def start_trial(*, actor: Member, spec: TrialSpec) -> Trial:
    """Begin to show guests one of these polls, or none. The same again is that one, while it runs. Refused (running)
    while another runs, Invalid for the words."""
    require(access.may_try(actor))
    name = line(spec.name, 120, "name", required=True)
    known = {poll.pk: poll for poll in open_polls()}
    polls = [known[pk] for pk in dict.fromkeys(spec.poll_ids) if pk in known]
    if not 1 <= len(polls) <= trials.MOST_ARMS or len(polls) != len(spec.poll_ids):
        raise Invalid(_("Choose one to four polls that guests can vote in."), field="polls")
    if not trials.LEAST_HOLDOUT <= spec.holdout <= trials.MOST_HOLDOUT:
        raise Invalid(
            _("A whole number from %(least)d to %(most)d.")
            % {"least": trials.LEAST_HOLDOUT, "most": trials.MOST_HOLDOUT},
            field="holdout",
        )
    if spec.ends_at is None or spec.ends_at <= clock.now():
        raise Invalid(_("Name a moment to come."), field="ends_at")
    trial = Trial(name=name, made_by=actor, started_at=clock.now(), ends_at=spec.ends_at)
    if not put_once(trial):
        running = Trial.objects.filter(ended_at=None, name=name, made_by=actor, ends_at=spec.ends_at).first()
        if running is not None:
            return running
        raise Refused(no(_("Another trial runs. Only one at a time can be told apart."), "running"))
    for number, share in enumerate(trials.shares(len(polls), spec.holdout)):
        Arm.objects.create(
            trial=trial, number=number, share=share, poll=polls[number - 1] if number else None
        )
    publish(TrialStarted(trial.pk, actor.pk))
    return trial


@action
def end_trial(*, actor: Member, trial_id: int) -> Trial:
    """End a trial before its time: nothing is concluded from it. Repeatable."""
    require(access.may_try(actor))
    trial = Trial.objects.select_for_update().filter(pk=trial_id).first()
    if trial is None:
        raise absent()
    if trial.ended_at is None:
        _end(trial, is_cut=True)
    return trial


@action
def end_due_trials() -> int:
    """Note the end of a trial whose time is over; how many."""
    due = list(Trial.objects.select_for_update().filter(ended_at=None, ends_at__lte=clock.now()))
    for trial in due:
        _end(trial, is_cut=False)
    return len(due)


@action
def draw_arm(*, trial_id: int, token: str) -> Arm:
    """The arm of the guest with this token: drawn by chance once, the same ever after. 404 for no trial."""
    key = guests.trial_key(trial_id, token)
    for _try in range(2):
        row = Enrolment.objects.filter(trial=trial_id, key=key).select_related("arm").first()
        if row is not None:
            return row.arm
        arms = arms_of(trial_id)
        if not arms:
            raise absent()
        arm = arms[trials.drawn([one.share for one in arms], chance.below(100))]
        if put_once(Enrolment(trial_id=trial_id, arm=arm, key=key, at=clock.now())):
            return arm
    raise AssertionError("an enrolment that is there was not found")


@action
def join_trials(*, member: Member, token: str) -> None:
    """Note that the guest with this token opened an account. Repeatable; two statements, however many trials run."""
    since = clock.now() - trials.SETTLES
    running = Trial.objects.filter(ends_at__gt=since).values_list("pk", flat=True)
    keys = [guests.trial_key(pk, token) for pk in running]
    own = Enrolment.objects.filter(member=member).values("trial")
    Enrolment.objects.filter(key__in=keys, member=None).exclude(trial__in=own).update(member=member)


def _end(trial: Trial, *, is_cut: bool) -> None:
    trial.ended_at, trial.is_cut = clock.now() if is_cut else trial.ends_at, is_cut
    trial.save(update_fields=["ended_at", "is_cut"])
    publish(TrialEnded(trial.pk))
