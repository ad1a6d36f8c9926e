"""Who may do what with polls: verdicts with reasons, and the only ways to hold a row."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import YES, Verdict, absent, no
from community.core.prepared import LARGEST_ID, Prepared
from community.members.access import may_speak
from community.members.models import Member, all_but_face
from forum import access as forum
from forum.models import Board, Thread
from forum.rights import allowed
from forum.roles import Kind, values_of
from polls import eligibility, sources
from polls.models import Changes, Choice, Draw, Poll, PollState, Results
from polls.voters import Voter, group_of

if TYPE_CHECKING:
    from forum.roles import Viewer


def is_team(viewer: Viewer) -> bool:
    """Moderators and administrators: they see every result and look after every poll they can read."""
    return isinstance(viewer, Member) and viewer.role in ("moderator", "admin")


def may_vote(voter: Voter, poll: Poll) -> Verdict:
    """Whether this voter may hand in a ballot now, as far as can be known before the database decides."""
    if poll.state == PollState.ARCHIVED or poll.is_over:
        return no(_("This poll is closed. Its result stays readable."), "closed")
    if poll.state != PollState.OPEN or not poll.has_opened:
        return no(_("This poll is not published yet."), "draft")
    if voter.member is not None:
        verdict = may_speak(voter.member)
        if not verdict:
            return verdict
        if group_of(voter.member) == "house" and (poll.is_decision or poll.is_sealed):
            return no(_("The team and partners do not vote in this poll: members decide it alone."), "house")
    elif poll.is_sealed:
        return no(_("This poll is for members. Sign in or join to vote."), "sign_in")
    return eligibility.audience_of(poll.audience).rule(voter.viewer, poll.audience_value)


def may_change(poll: Poll) -> Verdict:
    """Whether ballots of this poll may become others, as was said before voting."""
    if poll.is_sealed:
        return no(_("Votes in this poll are sealed: nobody can find yours to change it."), "sealed")
    if poll.changes == Changes.FINAL:
        return no(_("Votes in this poll stay as they were cast."), "final")
    return YES


def may_withdraw(poll: Poll) -> Verdict:
    verdict = may_change(poll)
    if verdict and poll.changes != Changes.WITHDRAW:
        return no(_("Votes in this poll can be changed, but not withdrawn."), "no_withdrawal")
    return verdict


def may_see_results(viewer: Viewer, poll: Poll, *, has_voted: bool) -> Verdict:
    """Whether this viewer sees what was counted, by the rule that was shown before voting."""
    if is_team(viewer):
        return YES
    match poll.results:
        case Results.ALWAYS:
            return YES
        case Results.VOTED:
            if has_voted or poll.is_over:
                return YES
            return no(_("Results show once you have voted."), "not_voted")
        case Results.CLOSED:
            return YES if poll.is_over else no(_("Results show when the poll has closed."), "not_closed")
    return no(_("The team alone sees the results of this poll."), "team_only")


def may_make(viewer: Viewer, *, thread: Thread | None = None, board: Board | None = None) -> Verdict:
    """In a thread: its author and moderators of the board. On a board: its moderators. Alone: the team."""
    verdict = may_speak(viewer)
    if not verdict or not isinstance(viewer, Member):
        return verdict if not verdict else no(_("Sign in to take part."), "sign_in")
    if thread is not None:
        if thread.state != "visible":
            return no(_("This thread is not public, so it takes no poll."), "not_visible")
        if thread.author_id == viewer.pk and not thread.is_locked:
            return YES
        if forum.may_moderate(viewer, thread):
            return YES
        return no(_("Whoever opened this thread, and its moderators, can add a poll."), "not_author")
    if board is not None:
        return forum.may_moderate(viewer, board)
    if viewer.is_staff_role:
        return YES
    return no(_("Polls of members stand in threads. Open a thread first, then add a poll to it."), "no_place")


def may_manage(viewer: Viewer, poll: Poll) -> Verdict:
    """Correcting, closing and the like: its author and the team."""
    verdict = may_speak(viewer)
    if not verdict:
        return verdict
    if poll.author_id == viewer.pk or is_team(viewer):
        return YES
    return no(_("Only whoever made this poll, or the team, can change it."), "not_author")


def may_remove(viewer: Viewer, poll: Poll, *, is_voted_on: bool) -> Verdict:
    """Taking a poll out of sight with what was counted: its author while nobody voted, and the team."""
    verdict = may_manage(viewer, poll)
    if verdict and is_voted_on and not is_team(viewer):
        return no(_("People have voted here. Ask a moderator if it must go."), "voted")
    return verdict


def may_try(viewer: Viewer) -> Verdict:
    """Whether somebody may let guests see one poll or another by chance: moderators and administrators."""
    verdict = may_speak(viewer)
    if not verdict:
        return verdict
    return YES if is_team(viewer) else no(_("Moderators and administrators run trials."), "not_staff")


def may_recount(viewer: Viewer, poll: Poll) -> Verdict:
    """Whether somebody may leave out votes of a suspected ring, or take them back: the team, not the poll's author."""
    verdict = may_speak(viewer)
    if not verdict:
        return verdict
    if not is_team(viewer):
        return no(_("Moderators and administrators look into suspected rings."), "not_staff")
    if poll.author_id == viewer.pk:
        return no(_("It is your own poll: somebody else of the team has to judge."), "own")
    return YES


def may_say_why(viewer: Viewer, thread_id: int) -> Verdict:
    """Whether the words of somebody who voted can become a reply here: theirs now, or a guest's once they have joined.
    Two statements at most; 404 for a thread that the viewer may not know of."""
    thread = forum.thread_for_reading(viewer, thread_id=thread_id)
    verdict = forum.may_reply(viewer, thread)
    if verdict.code != "sign_in":
        return verdict
    return YES if allowed(thread.board.rights, "member", "reply") else forum.NO_REPLY


def may_answer_for_brand(viewer: Viewer) -> Verdict:
    """Whether somebody may answer what members decided: the team."""
    verdict = may_speak(viewer)
    if not verdict:
        return verdict
    if isinstance(viewer, Member) and viewer.is_staff_role:
        return YES
    return no(_("The team answers for the brand."), "not_staff")


def may_draw(viewer: Viewer) -> Verdict:
    """Whether somebody may announce a draw and enter its value: moderators and administrators."""
    verdict = may_speak(viewer)
    if not verdict:
        return verdict
    return YES if is_team(viewer) else no(_("Moderators and administrators hold draws."), "not_staff")


def may_win(member: Member) -> Verdict:
    """Whether somebody may win anything: nobody of the team, no partner, and no minor where an age is known."""
    if group_of(member) == "house":
        return no(_("The team and partners take no part in draws."), "house")
    return sources.barred(member)


def may_enter(viewer: Viewer, draw: Draw) -> Verdict:
    """Whether somebody may enter a draw. One statement, two where answers are sealed."""
    if not isinstance(viewer, Member):
        return no(_("Draws are for members. Sign in or join."), "sign_in")
    for verdict in (may_speak(viewer), may_win(viewer)):
        if not verdict:
            return verdict
    if not draw.takes_entries:
        return no(_("The list is closed."), "closed")
    source = sources.source_of(draw.source)
    if source is None or not source.took_part(viewer, draw.source_id):
        return no(_("Answer first, whatever you think. Then you can enter."), "not_voted")
    return YES


# Fetch + check (+ lock) -----------------------------------------------------------------------------------------


def _paper(kind: Kind, *, poll_id: int, at: datetime, **viewer_values: Any) -> QuerySet[Choice]:
    polls = Poll.objects.visible_to(kind.viewer(**viewer_values), at).filter(pk=poll_id)
    return choices_of(polls)


_papers = Prepared(_paper)


def choices_of(polls: QuerySet[Poll]) -> QuerySet[Choice]:
    """The choices of these polls in their order, with everything that a page shows of their poll, in one statement."""
    rows = Choice.objects.filter(poll__in=polls.order_by().values("pk"))
    rows = rows.select_related("poll__author", "poll__thread", "poll__board", "poll__split", "picture")
    return rows.defer(*all_but_face("poll__author"), "poll__board__rights").order_by(
        "poll_id", "place", "number"
    )


def paper(voter: Voter, *, poll_id: int) -> tuple[Poll, list[Choice]]:
    """A poll with its choices, as the voter may know of it. One statement; 404 otherwise."""
    viewer = voter.viewer
    who = values_of(viewer, with_horizon=False)
    found = 0 < poll_id <= LARGEST_ID and _papers.rows(
        Kind.of(viewer), poll_id=poll_id, at=clock.now(), **who
    )
    if not found:
        raise absent()
    for choice in found:
        choice.poll = found[0].poll
    return found[0].poll, found


def poll_for_reading(viewer: Viewer, *, poll_id: int) -> Poll:
    """One statement, with author and thread. 404 unless the viewer may know of it."""
    if not 0 < poll_id <= LARGEST_ID:
        raise absent()
    rows = Poll.objects.visible_to(viewer).select_related("author", "thread", "board")
    poll = rows.defer(*all_but_face("author")).filter(pk=poll_id).first()
    if poll is None:
        raise absent()
    return poll


def poll_for_change(actor: Viewer, *, poll_id: int) -> Poll:
    """The poll, visible to the actor and locked until commit: no vote is under way then. Callers check their verdict."""
    if not 0 < poll_id <= LARGEST_ID:
        raise absent()
    rows = Poll.objects.visible_to(actor).select_for_update(of=("self",))
    poll = rows.filter(pk=poll_id).first()
    if poll is None:
        raise absent()
    return poll


def target_of(viewer: Viewer, source: str, source_id: int) -> sources.Target | None:
    """What a draw is held among, as far as the viewer may know of it. One statement."""
    found = sources.source_of(source)
    return found.find(viewer, source_id) if found is not None and 0 < source_id <= LARGEST_ID else None


def draw_for_reading(viewer: Viewer, *, draw_id: int, for_change: bool = False) -> Draw:
    """The draw, locked until commit if it is to be changed. Two statements; 404 unless the viewer may know of what it
    is held among."""
    rows = Draw.objects.select_for_update(of=("self",)) if for_change else Draw.objects
    draw = rows.filter(pk=draw_id).first() if 0 < draw_id <= LARGEST_ID else None
    if draw is None or target_of(viewer, draw.source, draw.source_id) is None:
        raise absent()
    return draw
