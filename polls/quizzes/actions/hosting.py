"""Leading a run: it begins, asks, closes, shows who is in front, ends. Every change is one step under the run's lock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.utils.translation import gettext as _

from community.core import chance
from community.core.access import Refused, no, require
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from community.members.models import Member
from polls.quizzes import access, hosted, policy, statements
from polls.quizzes.facts import RunMoved
from polls.quizzes.hosted import Choice, Sheet
from polls.quizzes.models import Player, Question, Quiz, Run, RunAnswer, RunState

TRIES = 5  # codes that are taken already, one after the other: never seen
NEXT, CLOSE, STANDINGS, END = "next", "close", "standings", "end"
# What the host may do where the run is.
MOVES: Mapping[str, frozenset[str]] = {
    RunState.LOBBY: frozenset({NEXT, END}),
    RunState.ASKING: frozenset({CLOSE, END}),
    RunState.CLOSED: frozenset({NEXT, STANDINGS, END}),
    RunState.STANDINGS: frozenset({NEXT, END}),
    RunState.ENDED: frozenset(),
}


@action
def start_run(*, actor: Member, slug: str, seed: str = "") -> Run:
    """Begin a run of a quiz in its lobby, or go on with the actor's that is under way. Orders come from `seed`.

    Raises Http404 for a quiz the actor may not know of, Refused (not author, kind, closed, draft).
    """
    quiz = access.quiz_for_reading(actor, slug=slug)
    require(access.may_host(actor, quiz))
    mine = Run.objects.under_way().filter(quiz=quiz, host=actor)
    there = mine.first()
    if there is not None:
        return there
    sheets = _sheets(quiz, seed or chance.token())
    if not sheets:
        raise Refused(no(_("This quiz has no question yet."), "draft"))
    for _try in range(TRIES):
        at = statements.now()
        run = Run(
            quiz=quiz,
            host=actor,
            code=hosted.new_code(),
            sheets=[sheet.kept() for sheet in sheets],
            seconds=quiz.seconds or hosted.SECONDS,
            started_at=at,
            host_seen_at=at,
        )
        if put_once(run):
            return run
        there = mine.first()  # a second press was quicker; else the code is taken
        if there is not None:
            return there
    raise Refused(no(_("No code is free just now. Please try again."), "code"))


@action
def move_run(*, actor: Member, code: str, to: str, step: int) -> Run:
    """Ask the next question, close it, show who is in front, end. Behind the last question, next is the end.

    `step` is the one that the host's page shows: what was pressed twice, or on a page from before, changes nothing.
    Raises Http404, Refused (not host, state).
    """
    run = access.run_for_change(actor, code=code)
    require(access.may_lead(actor, run))
    if step != run.sequence:
        return run
    if to not in MOVES[run.state]:
        raise Refused(no(_("The quiz cannot go there from here."), "state"))
    at = statements.now()
    if to == CLOSE:
        _close(run)
    elif to == STANDINGS:
        run.state = RunState.STANDINGS
    elif to == NEXT and not run.is_last:
        run.state, run.asked, run.shown_at = RunState.ASKING, run.asked + 1, at
        run.ends_at = at + timedelta(seconds=run.seconds)
    else:
        _end(run, at)
    run.host_seen_at, run.paused_at = at, None
    return _stepped(run)


@action
def greet_host(*, actor: Member, code: str) -> Run:
    """The host's page is there. A run that waited goes on. Raises Http404, Refused (not host)."""
    run = access.run_for_change(actor, code=code)
    require(access.may_lead(actor, run))
    if run.is_over:
        return run
    run.host_seen_at = statements.now()
    if run.paused_at is not None:
        run.paused_at = None
        return _stepped(run)
    run.save(update_fields=["host_seen_at"])
    return run


@action
def take_name_off(*, actor: Member, code: str, player_id: int) -> Run:
    """A name that should not be read in the hall: its player plays on without one. Again it changes nothing."""
    run = access.run_for_change(actor, code=code)
    require(access.may_lead(actor, run))
    named = Player.objects.filter(run=run, pk=player_id).exclude(name="")
    if not named.update(name="", name_key="", is_nameless=True):
        return run
    return _stepped(run)


@action
def keep_time(*, run_id: int) -> Run | None:
    """What the clock asks of a run: close its question, wait for a host who is gone, end what was left alone."""
    run = Run.objects.select_for_update().filter(pk=run_id).first()
    if run is None or run.is_over:
        return run
    at = statements.now()
    if run.state == RunState.ASKING and hosted.is_time_up(run.ends_at, at):
        _close(run)
        _stepped(run)
    if hosted.is_abandoned(run.host_seen_at, at):
        _end(run, at)
        _stepped(run)
    elif run.paused_at is None and hosted.is_away(run.host_seen_at, at):
        run.paused_at = at
        _stepped(run)
    return run


def due_runs(among: list[int] | None = None) -> list[int]:
    """Runs that the clock asks something of, of these or of all. One statement."""
    at = statements.now()
    due = (
        Q(state=RunState.ASKING, ends_at__lte=at - hosted.GRACE)
        | Q(paused_at=None, host_seen_at__lte=at - hosted.AWAY)
        | Q(host_seen_at__lte=at - hosted.ABANDONED)
    )
    rows = Run.objects.under_way().filter(due)
    return list((rows if among is None else rows.filter(pk__in=among)).values_list("pk", flat=True))


def _end(run: Run, at: datetime) -> None:
    if run.state == RunState.ASKING:
        _close(run)
    run.state, run.ended_at, run.paused_at = RunState.ENDED, at, None


def _close(run: Run) -> None:
    """Work out the points of the present question. Three statements, however many players. The caller holds the run.

    The arithmetic is `hosted.points`, in the database's whole numbers.
    """
    sheet = run.sheet
    assert sheet is not None
    whole = 1000 * run.seconds
    answers = RunAnswer.objects.filter(run=run, place=run.place)
    lost = (hosted.FULL - hosted.LEAST) * F("elapsed") / Value(whole)
    answers.filter(picked=hosted.picked_of(sheet.key)).update(is_right=True, points=Value(hosted.FULL) - lost)
    gained = answers.filter(player=OuterRef("pk"), is_right=True)
    Player.objects.filter(Exists(gained), run=run).update(
        points=F("points") + Subquery(gained.values("points")[:1]), right_count=F("right_count") + 1
    )
    run.state = RunState.CLOSED


def _stepped(run: Run) -> Run:
    run.sequence += 1
    run.save(
        update_fields=[
            "state", "sequence", "asked", "shown_at", "ends_at", "host_seen_at", "paused_at", "ended_at",
        ]
    )  # fmt: skip
    publish(RunMoved(run.pk, run.sequence, run.state))
    return run


def _sheets(quiz: Quiz, seed: str) -> list[Sheet]:
    """The questions in the order of this run, the same for everybody in it."""
    rows = Question.objects.filter(items__quiz=quiz).order_by("items__place").prefetch_related("options")
    known = {question.pk: question for question in rows}
    asked = [(pk, [option.number for option in one.options.all()]) for pk, one in known.items()]
    plan = policy.plan(seed, asked, draws=quiz.draws, shuffles=quiz.shuffles)
    return [_sheet(known[pk], order) for pk, order in plan]


def _sheet(question: Question, order: list[int]) -> Sheet:
    options: dict[int, Any] = {option.number: option for option in question.options.all()}
    choices = tuple(
        Choice(options[number].text, options[number].note, options[number].is_right) for number in order
    )
    return Sheet(
        question.text,
        choices,
        question.takes_several,
        question.why_title,
        question.why,
        question.source,
        question.picture_id or 0,
        question.alt,
    )
