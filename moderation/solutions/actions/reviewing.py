"""Looking at answers again: when their day comes, and when the team names a newer model year or software."""

from __future__ import annotations

from dataclasses import replace as but
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from community.core import clock, near
from community.core.access import Refused, absent, no, require
from community.core.facts import publish
from community.core.once import put_once
from community.core.prepared import LARGEST_ID
from community.core.retrying import action
from community.members.access import may_moderate_members
from community.members.models import Member
from forum.access import may_moderate
from forum.typed import find_key
from moderation.solutions import access, policy, queries, ranges
from moderation.solutions.actions.making import change_range, take_back
from moderation.solutions.facts import ReleaseNamed
from moderation.solutions.models import Release, Review, Solution
from moderation.solutions.policy import Range

BATCH = 200


@action
def name_release(*, actor: Member, car: str, year: int | None = None, software: str = "") -> Release:
    """Say that a car has a newer model year, or newer software: answers that hold for older ones are looked at again.

    The team's. Repeated it changes nothing.
    """
    require(may_moderate_members(actor))
    name, year, version = ranges.clean_release(car, year, software)
    row = Release(car=name, car_key=find_key(name), year=year, software=version, by=actor, at=clock.now())
    if put_once(row):
        publish(ReleaseNamed(row.pk))
        return row
    return Release.objects.get(car_key=row.car_key, year=year, software=version)


@action
def review_release(*, release_id: int) -> int:
    """Queue a review of every answer that does not hold for a release; how many are new. Repeatable.

    An answer for no car in particular is asked about for each.
    """
    release = Release.objects.filter(pk=release_id).first()
    if release is None:
        return 0
    why = Review.Why.YEAR if release.year else Review.Why.SOFTWARE
    rows = Solution.objects.filter(car_key__in=(release.car_key, ""), withdrawn_at=None)
    rows = rows.filter(year_to__lt=release.year) if release.year else rows.exclude(software_to="")
    made = 0
    for row in rows.order_by("pk").iterator(chunk_size=BATCH):
        if policy.leaves(row.range, year=release.year, software=release.software):
            review = Review(solution=row, why=why, release=release, opened_at=clock.now())
            made += put_once(review)
    _look_anew()
    return made


@action
def open_due_reviews() -> int:
    """Queue a review of answers whose day has come; how many, at most `BATCH`. Run by the clock."""
    waiting = Review.objects.filter(solution=OuterRef("pk"), settled_at=None)
    due = Solution.objects.filter(~Exists(waiting), withdrawn_at=None, review_after__lte=clock.now().date())
    rows = [Review(solution=row, why=Review.Why.DATE, opened_at=clock.now()) for row in due[:BATCH]]
    made = sum(map(put_once, rows))
    _look_anew()
    return made


@action
def find_true(*, actor: Member, review_id: int, review_after: date | None = None) -> Review:
    """An answer still holds, for the newer car too: its range grows so far. The next look is in half a year."""
    review = _held(actor, review_id)
    row, release = review.solution, review.release
    held = row.range
    if release is not None and release.year:
        held = but(held, year_to=max(release.year, held.year_to or 0))
    elif release is not None and policy.leaves(held, software=release.software):
        held = but(held, software_to=release.software)
    day = review_after or clock.now().date() + policy.NEXT_LOOK
    change_range(actor=actor, solution_id=row.pk, held=held, review_after=day)
    return _settle(review, actor, Review.Verdict.TRUE)


@action
def narrow(*, actor: Member, review_id: int, held: Range, review_after: date | None = None) -> Review:
    """An answer holds for fewer cars than it said, or for others."""
    review = _held(actor, review_id)
    change_range(actor=actor, solution_id=review.solution_id, held=held, review_after=review_after)
    return _settle(review, actor, Review.Verdict.NARROWED)


@action
def find_untrue(*, actor: Member, review_id: int, reason: str) -> Review:
    """An answer holds no more: it is taken back, and everybody concerned hears why."""
    review = _held(actor, review_id)
    take_back(actor=actor, solution_id=review.solution_id, reason=reason)
    return _settle(review, actor, Review.Verdict.WITHDRAWN)


def _held(actor: Member, review_id: int) -> Review:
    """A review that waits, locked behind its answer. 404 unless the actor moderates the answer's board; Refused
    ("settled") with who was quicker."""
    if not 0 < review_id <= LARGEST_ID:
        raise absent()
    solution_id = Review.objects.filter(pk=review_id).values_list("solution_id", flat=True).first()
    if solution_id is None:
        raise absent()
    quicker = Q(pk=review_id, settled_at__isnull=False)
    _require_open(quicker)
    solution = access.solution_for_change(actor, solution_id=solution_id)
    if not may_moderate(actor, solution.thread):
        raise absent()
    rows = Review.objects.select_related("release").select_for_update(of=("self",), no_key=True)
    review = rows.get(pk=review_id)
    _require_open(quicker)
    review.solution = solution
    return review


def _require_open(settled: Q) -> None:
    row = Review.objects.filter(settled).select_related("settled_by").first()
    if row is not None:
        who = row.settled_by.name if row.settled_by else _("Somebody who left")
        raise Refused(
            no(
                _("%(name)s was quicker: %(what)s.") % {"name": who, "what": row.get_verdict_display()},
                "settled",
            )
        )


def _settle(review: Review, actor: Member, verdict: Review.Verdict) -> Review:
    review.settled_at, review.settled_by, review.verdict = clock.now(), actor, verdict
    review.save(update_fields=["settled_at", "settled_by", "verdict"])
    _look_anew()
    return review


def _look_anew() -> None:
    """The desk's number of reviews is counted anew."""
    transaction.on_commit(lambda: near.forget(queries.WAITING))
