"""Taking part in a run: somebody comes in, perhaps with a name, and answers what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from community.core.access import Invalid, Refused, Verdict, absent, no, require
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from community.members.models import Member
from community.members.names import clean_name, look_alike_key
from polls.lines import readable
from polls.quizzes import access, hosted, policy, statements
from polls.quizzes.actions.taking import why_unfit
from polls.quizzes.facts import RunAnswered, RunJoined, RunMoved
from polls.quizzes.models import Player, Run, RunAnswer, RunState
from polls.quizzes.policy import Unfit
from polls.voters import Voter


@dataclass(frozen=True, slots=True)
class Tapped:
    """What became of a player's answer. `repeated`: there was one at this place, and it stays."""

    answer: RunAnswer
    repeated: bool = False


@action
def join_run(*, voter: Voter, code: str, name: str = "") -> Player:
    """Come in, or come back; a name that is given is taken on. Who joins late plays from the open question on.

    Raises Http404, Refused (closed, not eligible, full), Invalid for the name.
    """
    run = access.run_for_reading(voter.viewer, code=code)
    require(access.may_play(voter, run))
    mine = Player.objects.filter(access.of_voter(voter), run=run)
    there = mine.select_for_update().first()
    called, key = _name(voter, name)
    if there is None:
        if Player.objects.filter(run=run).count() >= hosted.MOST_PLAYERS:
            raise Refused(no(_("This quiz is full."), "full"))
        player = Player(
            run=run,
            member=voter.member,
            guest_key="" if voter.member else voter.guest_key,
            name=called,
            name_key=key,
            joined_at=statements.now(),
        )
        if put_once(player):
            publish(RunJoined(run.pk))
            return player
        there = mine.select_for_update().first()  # a second tap was quicker; else the name is somebody's
        if there is None:
            raise _taken()
    if called and called != there.name and not there.is_nameless:
        there.name, there.name_key = called, key
        try:
            with transaction.atomic():
                there.save(update_fields=["name", "name_key"])
        except IntegrityError:
            raise _taken() from None
    return there


@action
def answer_run(*, voter: Voter, code: str, place: int, picked: Sequence[str]) -> Tapped:
    """Answer the question that is open, at this place (from 0), by the places of its options. The first answer stays.

    Raises Http404 for who is not in the run, Invalid for picks that are none, Refused (closed, not eligible).
    """
    run = access.run_for_reading(voter.viewer, code=code)
    player = Player.objects.filter(access.of_voter(voter), run=run).first()
    if player is None or not 0 <= place < run.asked:
        raise absent()
    there = RunAnswer.objects.filter(player=player, place=place)
    before = there.first()
    if before is not None:
        return Tapped(before, repeated=True)
    if run.state != RunState.ASKING or place != run.place:
        raise Refused(_closed())
    require(access.may_play(voter, run))
    sheet = run.sheet
    assert sheet is not None
    assert run.shown_at is not None
    try:
        places = policy.picks_of(picked, len(sheet.choices), takes_several=sheet.takes_several)
    except Unfit as unfit:
        raise Invalid(why_unfit(unfit.code), field="pick", code=unfit.code) from None
    at = statements.hold_asking(run.pk, run.asked)
    if at is None:
        raise Refused(_closed())
    answer = RunAnswer(
        run=run,
        player=player,
        place=place,
        picked=hosted.picked_of(places),
        elapsed=hosted.elapsed(run.shown_at, at, run.seconds),
        at=at,
    )
    if not put_once(answer):  # a second tap was quicker
        return Tapped(there.get(), repeated=True)
    publish(RunAnswered(run.pk))
    return Tapped(answer)


@action
def take_over_players(*, member: Member, guest_key: str) -> tuple[int, ...]:
    """Give a guest's places in runs to the member they turned out to be; the runs. Again it does nothing.

    Where the member plays already, that place stands and the guest's is forgotten: nobody is in a run twice.
    """
    if not guest_key:
        return ()
    ids = list(Player.objects.filter(guest_key=guest_key).values_list("run_id", flat=True))
    taken = []
    for run in Run.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        rows = Player.objects.filter(run=run, guest_key=guest_key)
        if _give(rows, run, member):
            taken.append(run.pk)
            continue
        rows.delete()
        run.sequence += 1  # fewer people than the pages say
        run.save(update_fields=["sequence"])
        publish(RunMoved(run.pk, run.sequence, run.state))
    return tuple(taken)


def _give(rows: QuerySet[Player], run: Run, member: Member) -> bool:
    """Make this place the member's; False where they have one already, perhaps since this very moment."""
    if Player.objects.filter(run=run, member=member).exists():
        return False
    try:
        with transaction.atomic():
            rows.update(member=member, guest_key="")
    except IntegrityError:
        return False
    return True


def _name(voter: Voter, raw: str) -> tuple[str, str]:
    """The name as it is shown, and its look-alike key; none for none. Nobody plays under another member's name."""
    if not raw.strip():
        return "", ""
    own = voter.member is not None and raw == voter.member.name  # whoever gave them that name
    name = clean_name(readable(raw, "name"), by_staff=own)
    key = look_alike_key(name)
    others = Member.objects.filter(name_key=key)
    if voter.member is not None:
        others = others.exclude(pk=voter.member.pk)
    if others.exists():
        raise Invalid(
            _("A member has this name. Sign in if it is yours, or choose another."),
            field="name",
            code="name_taken",
        )
    return name, key


def _taken() -> Invalid:
    return Invalid(
        _("Somebody here has this name already. Please choose another."), field="name", code="name_taken"
    )


def _closed() -> Verdict:
    return no(_("This question is closed. The answer came too late to count."), "closed")
