"""What the desk does when somebody writes or keeps order, and by the clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from activity.notices import tasks as notices
from community.core.among import among
from community.core.facts import Fact, reacts, records
from community.core.tasks import cron, task
from community.members import facts as members
from forum import facts as forum
from forum.models import Board, Post
from moderation.canned.facts import TemplateRewritten
from moderation.desk import actions
from moderation.desk.facts import ExpertCalled, ExpertCallWithdrawn, ThreadHandedOn
from moderation.keymembers.facts import KeyMemberEnded, KeyMemberNamed
from moderation.promises.facts import AlertRaised, AlertUnheard, ClockChanged
from moderation.promises.models import Alert, Clock
from moderation.raises.facts import LedgerChanged
from polls import facts as polls

_STAGES = {
    Clock.Stage.HELD: "held",
    Clock.Stage.HANDED: "handed",
    Clock.Stage.LATE: "late",
    Clock.Stage.BROKEN: "broken",
}
RUN = 20_000  # threads that one run of the clock ranks anew at most


@reacts(forum.ThreadOpened, forum.ReplyPosted, name="desk.words", many=True)
def heard_words(facts: Sequence[forum.ThreadOpened | forum.ReplyPosted]) -> None:
    """Somebody wrote: threads are ranked anew, and their boards are a little livelier."""
    rows = Post.objects.filter(pk__in=among([fact.post_id for fact in facts]))
    posted = dict(rows.order_by().values_list("pk", "posted_at"))
    boards: dict[int, list[datetime]] = defaultdict(list)
    for fact in facts:
        if fact.post_id in posted:
            boards[fact.board_id].append(posted[fact.post_id])
    for board_id in sorted(boards):  # in one order for everybody
        actions.note_words(board_id=board_id, moments=boards[board_id])
    actions.rescore(thread_ids={fact.thread_id for fact in facts})
    replies = [fact for fact in facts if isinstance(fact, forum.ReplyPosted) and fact.post_id in posted]
    actions.note_replies(replies=replies, posted=posted)


@reacts(
    forum.PostEdited,
    forum.PostUndone,
    forum.PostStateChanged,
    forum.ThreadStateChanged,
    forum.AnswerAccepted,
    forum.AnswerWithdrawn,
    forum.ThreadLocked,
    forum.ThreadUnlocked,
    forum.ThreadChanged,
    forum.ThreadMoved,
    forum.ThreadsMerged,
    forum.ThreadSplit,
    forum.PostsImported,
    polls.PollClosed,
    polls.PollReopened,
    ClockChanged,
    name="desk.rescore",
    many=True,
)
def heard_changes(facts: Sequence[Fact]) -> None:
    """Whatever else changes how a thread stands."""
    if threads := {pk for fact in facts for pk in threads_of(fact)}:
        actions.rescore(thread_ids=threads)


@reacts(members.RoleChanged, members.StandingChanged, name="desk.lost_hands")
def heard_member(fact: members.RoleChanged | members.StandingChanged) -> None:
    """Who cannot work at the desk any more holds nothing there."""
    actions.free_lost(holding=Q(assignee=fact.member_id))


@reacts(forum.ThreadMoved, forum.BoardRightsChanged, name="desk.lost_boards")
def heard_rights(fact: forum.ThreadMoved | forum.BoardRightsChanged) -> None:
    """Nor who cannot work on the board of a thread."""
    if isinstance(fact, forum.ThreadMoved):
        actions.free_lost(holding=Q(pk=fact.thread_id))
    else:
        actions.free_lost(holding=Q(thread__board=fact.board_id))


@reacts(forum.PostUndone, forum.PostStateChanged, name="desk.taken_back", many=True)
def heard_taken_back(facts: Sequence[forum.PostUndone | forum.PostStateChanged]) -> None:
    """What the team answered and took back is no answer: its thread is where it was."""
    actions.note_all_gone(posts={fact.post_id: fact.thread_id for fact in facts})


@reacts(ClockChanged, name="desk.owed_again", many=True)
def heard_clocks(facts: Sequence[ClockChanged]) -> None:
    """Who asked may have said that a reply is no answer: the thread is not done with for a day."""
    actions.note_clocks(thread_ids={fact.thread_id for fact in facts})


@reacts(polls.PollOpened, name="desk.polled")
def heard_poll(fact: polls.PollOpened) -> None:
    if fact.thread_id is not None:
        actions.note_poll(thread_id=fact.thread_id, author_id=fact.author_id, poll_id=fact.poll_id)


@records(LedgerChanged)
def raise_changed(fact: LedgerChanged) -> None:
    """In the same transaction: whoever raised it may want it back with the next key."""
    actions.note_raise(raise_id=fact.raise_id, is_new=fact.is_new)


@reacts(TemplateRewritten, name="desk.rewritten")
def heard_rewriting(fact: TemplateRewritten) -> None:
    actions.note_rewritten(thread_id=fact.thread_id, post_id=fact.post_id)


@records(forum.BoardArranged)
def heard_board(fact: forum.BoardArranged) -> None:
    """A board may have been closed or opened, with everything on it. A new one has nothing on it yet."""
    if fact.board_id and Board.objects.filter(pk=fact.board_id, thread_count__gt=0).exists():
        rescore_board.enqueue(board_id=fact.board_id)


@task(name="desk.rescore_board")
def rescore_board(board_id: int) -> None:
    actions.rescore_board(board_id=board_id)


@reacts(KeyMemberNamed, KeyMemberEnded, name="desk.key_member")
def heard_key_member(fact: KeyMemberNamed | KeyMemberEnded) -> None:
    """Their open threads count otherwise from now on."""
    ids = actions.threads_by([fact.member_id])
    for start in range(0, len(ids), actions.BATCH):
        actions.rescore(thread_ids=ids[start : start + actions.BATCH])


def threads_of(fact: Fact) -> list[int]:
    """Every thread that a fact is about."""
    told: dict[str, Any] = vars(fact)
    single = [told.get(name) for name in ("thread_id", "source_id", "target_id", "new_thread_id")]
    return sorted({pk for pk in (*single, *told.get("thread_ids", ())) if pk})


@cron("*/5 * * * *", name="desk.rescore_stale")
def rescore_stale() -> None:
    """What time alone changes: silence grows, a promise comes near its end, readers go."""
    ids = actions.stale(limit=RUN)
    for start in range(0, len(ids), actions.BATCH):
        actions.rescore(thread_ids=ids[start : start + actions.BATCH])


@cron("* * * * *", name="desk.wake_due")
def wake_due() -> None:
    """What was set aside until now is due again."""
    actions.wake_due()


@cron("*/5 * * * *", name="desk.late")
def tell_late() -> None:
    """By when something was asked of somebody has passed: they hear of it once, and so does whoever asked."""
    for row in actions.late():
        told = {
            row.assigned_by_id: "overdue_asked",
            row.assignee_id: "overdue",
        }  # who took it asked nobody else
        told.pop(None, None)  # an account that was erased
        for member_id, what in told.items():
            notices.at_once(
                notices.tell_of_duty,
                member_id=member_id,
                actor_id=None,
                thread_id=row.pk,
                what=what,
                key=f"{what}:{row.pk}:{row.due_at}",
                to=reverse("desk:thread", args=[row.pk]),
            )


@cron("23 4 * * *", name="desk.rhythm")
def count_rhythms() -> None:
    """What moved in, moved away or was never written, since each post was noted.

    A habit, not a count that a page promises: a day late is soon enough, and `warmlist_rescore` does it at once.
    """
    actions.rebuild_rhythms()


@cron("53 4 * * *", name="desk.learn")
def learn() -> None:
    """Every night."""
    learn_and_rank()


def learn_and_rank() -> None:
    """Learn anew, judge it by the last weeks, and let it speak or not: then everything is ranked by the same."""
    was_on = actions.learnt().model is not None
    row = actions.learn_anew()
    if was_on or row.is_on:
        rescore_all.enqueue(run_id=actions.begin_rescore(afresh=True).pk)


STRETCH = 20  # batches of one task


@task(name="desk.rescore_all")
def rescore_all(run_id: int) -> None:
    """Rank every open thread anew, a stretch at a time; other work of the queue comes in between."""
    for _ in range(STRETCH):
        if not actions.rescore_batch(run_id=run_id):
            return
    rescore_all.enqueue(run_id=run_id)


# Who is told -----------------------------------------------------------------------------------------------------


@records(ThreadHandedOn)
def handed_on(fact: ThreadHandedOn) -> None:
    notices.at_once(
        notices.tell_of_duty,
        member_id=fact.to_id,
        actor_id=fact.by_id,
        thread_id=fact.thread_id,
        what="assigned",
        key=f"assigned:{fact.thread_id}:{fact.version}",
        to=reverse("desk:thread", args=[fact.thread_id]),
        reason=fact.note,
    )


@records(AlertRaised)
def alert_raised(fact: AlertRaised) -> None:
    """The rota chose whose turn it is: they hear of it whatever their noise budget says."""
    notices.at_once(
        notices.tell_of_duty,
        member_id=fact.recipient_id,
        actor_id=None,
        thread_id=fact.thread_id,
        what=_STAGES[Clock.Stage(fact.stage)],
        key=f"alert:{fact.alert_id}",
        to=reverse("desk:thread", args=[fact.thread_id]),
        gap=fact.is_gap,
    )


@records(AlertUnheard)
def alert_unheard(fact: AlertUnheard) -> None:
    """No promise passes in silence where there is no lead: administrators can answer, and mend the rota."""
    stage = Clock.Stage(fact.stage)
    for member_id in fact.administrator_ids:
        notices.at_once(
            notices.tell_of_duty,
            member_id=member_id,
            actor_id=None,
            thread_id=fact.thread_id,
            what=_STAGES[stage] if stage >= Clock.Stage.LATE else "nobody",
            key=f"alert:{fact.alert_id}:{member_id}",
            to=reverse("desk:thread", args=[fact.thread_id]),
            unled=True,
        )


@records(ClockChanged)
def clock_changed(fact: ClockChanged) -> None:
    """What was answered is nobody's turn any more."""
    told = Alert.objects.filter(clock__thread=fact.thread_id)
    if told.exclude(clock__answered_at=None, clock__is_aside=False).exists():
        notices.withdraw_duty.enqueue(thread_id=fact.thread_id)


@records(ExpertCalled)
def expert_called(fact: ExpertCalled) -> None:
    notices.at_once(
        notices.tell_of_help,
        member_id=fact.member_id,
        actor_id=fact.by_id,
        thread_id=fact.thread_id,
        reason=fact.reason,
        key=str(fact.call_id),
    )


@records(ExpertCallWithdrawn)
def call_withdrawn(fact: ExpertCallWithdrawn) -> None:
    notices.withdraw_help.enqueue(member_id=fact.member_id, thread_id=fact.thread_id)
