"""Facts become events in the same transaction, and hints after it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from activity.live import hints, runs, tallies
from activity.live.models import LiveEvent, RightsNote, mark_of
from activity.messages import facts as letters
from activity.notices import facts as notices
from community.core.facts import records
from community.core.written import insert
from community.members import facts as members
from forum import facts as forum
from polls import facts as polls
from polls.quizzes import facts as quizzes

Kind = LiveEvent.Kind


def _note(thread_id: int, sequence: int, kind: str, post_id: int | None = None, **data: Any) -> None:
    if not sequence:
        return  # queued before threads had a sequence
    insert(LiveEvent(thread_id=thread_id, sequence=sequence, kind=kind, post_id=post_id, data=data))
    hints.wake(f"thread:{thread_id}", sequence)


@records(forum.ReplyPosted)
def note_reply(fact: forum.ReplyPosted) -> None:
    _note(fact.thread_id, fact.sequence, Kind.REPLY, fact.post_id)
    hints.wake(f"board:{fact.board_id}", 0)


@records(forum.ThreadOpened)
def note_opening(fact: forum.ThreadOpened) -> None:
    hints.wake(f"board:{fact.board_id}", 0)


@records(forum.PostEdited, forum.PostCardsShown, forum.PostRedrawn)
def note_edit(fact: forum.PostEdited | forum.PostCardsShown | forum.PostRedrawn) -> None:
    _note(fact.thread_id, fact.sequence, Kind.EDIT, fact.post_id)


@records(forum.PostStateChanged)
def note_post_state(fact: forum.PostStateChanged) -> None:
    _note(fact.thread_id, fact.sequence, Kind.STATE, fact.post_id)


@records(forum.PostUndone)
def note_undone(fact: forum.PostUndone) -> None:
    _note(fact.thread_id, fact.sequence, Kind.UNDONE, fact.post_id, number=fact.number)
    hints.wake(f"board:{fact.board_id}", 0)


@records(forum.ThreadUndone)
def note_thread_undone(fact: forum.ThreadUndone) -> None:
    hints.wake(f"board:{fact.board_id}", 0)


@records(forum.ReactionChanged)
def note_reactions(fact: forum.ReactionChanged) -> None:
    _note(fact.thread_id, fact.sequence, Kind.REACTIONS, fact.post_id)


@records(forum.AnswerAccepted, forum.AnswerWithdrawn)
def note_answer(fact: forum.AnswerAccepted | forum.AnswerWithdrawn) -> None:
    _note(fact.thread_id, fact.sequence, Kind.ACCEPT, fact.post_id)


@records(
    forum.ThreadLocked, forum.ThreadUnlocked, forum.ThreadPinned, forum.ThreadUnpinned, forum.ThreadChanged
)
def note_thread(
    fact: forum.ThreadLocked
    | forum.ThreadUnlocked
    | forum.ThreadPinned
    | forum.ThreadUnpinned
    | forum.ThreadChanged,
) -> None:
    _note(fact.thread_id, fact.sequence, Kind.THREAD)


@records(forum.ThreadStateChanged)
def note_thread_state(fact: forum.ThreadStateChanged) -> None:
    _note(fact.thread_id, fact.sequence, Kind.SHOWN)
    hints.wake(f"board:{fact.board_id}", 0)


@records(forum.ThreadMoved)
def note_move(fact: forum.ThreadMoved) -> None:
    _note(fact.thread_id, fact.sequence, Kind.MOVED)


@records(forum.ThreadsMerged)
def note_merge(fact: forum.ThreadsMerged) -> None:
    _note(fact.source_id, fact.source_sequence, Kind.MERGED, target=fact.target_id)
    _note(fact.target_id, fact.sequence, Kind.MERGED, source=fact.source_id, posts=len(fact.moved_post_ids))


@records(forum.ThreadSplit)
def note_split(fact: forum.ThreadSplit) -> None:
    _note(fact.source_id, fact.sequence, Kind.SPLIT)


@records(notices.NoticesChanged)
def note_badges(fact: notices.NoticesChanged) -> None:
    hints.notices(fact.member_ids)


@records(letters.MessageSent, letters.MessageRemoved)
def note_letters(fact: letters.MessageSent | letters.MessageRemoved) -> None:
    hints.wake(f"conversation:{fact.conversation_id}", fact.sequence)


@records(
    polls.BallotCast,
    polls.BallotChanged,
    polls.BallotWithdrawn,
    polls.SealedBallotsCounted,
    polls.VotesRecounted,
    polls.PollClosed,
    polls.PollReopened,
    polls.PollChanged,
    polls.PollStateChanged,
)
def note_counts(
    fact: polls.BallotCast
    | polls.BallotChanged
    | polls.BallotWithdrawn
    | polls.SealedBallotsCounted
    | polls.VotesRecounted
    | polls.PollClosed
    | polls.PollReopened
    | polls.PollChanged
    | polls.PollStateChanged,
) -> None:
    hints.wake(tallies.topic_of(fact.poll_id), 0)


@records(polls.BallotsTakenOver)
def note_taken_over(fact: polls.BallotsTakenOver) -> None:
    for poll_id in fact.poll_ids:
        hints.wake(tallies.topic_of(poll_id), 0)


@records(quizzes.RunMoved)
def note_step(fact: quizzes.RunMoved) -> None:
    hints.wake(runs.topic_of(fact.run_id), runs.step_of(fact.sequence))


@records(quizzes.RunJoined, quizzes.RunAnswered)
def note_player(fact: quizzes.RunJoined | quizzes.RunAnswered) -> None:
    hints.wake(runs.topic_of(fact.run_id), 0)


# Rights ----------------------------------------------------------------------------------------------------------


def _rights(kind: str, subject_id: int) -> None:
    RightsNote.objects.create(kind=kind, subject_id=subject_id)
    hints.ask_again(kind, subject_id)


@records(forum.BoardRightsChanged)
def note_board_rights(fact: forum.BoardRightsChanged) -> None:
    _rights(RightsNote.Kind.BOARD, fact.board_id)


@records(
    members.SessionsEnded,
    members.StandingChanged,
    members.RoleChanged,
    members.KeyMembershipChanged,
    members.MemberIgnored,
    members.MemberUnignored,
)
def note_member_rights(
    fact: members.SessionsEnded
    | members.StandingChanged
    | members.RoleChanged
    | members.KeyMembershipChanged
    | members.MemberIgnored
    | members.MemberUnignored,
) -> None:
    _rights(RightsNote.Kind.MEMBER, fact.member_id)


@records(members.MemberIgnored, members.MemberUnignored)
def note_kept_away(fact: members.MemberIgnored | members.MemberUnignored) -> None:
    """Of two who wrote to each other neither hears the other any more, nor is told that the other is writing."""
    _rights(RightsNote.Kind.MEMBER, fact.target_id)


@records(letters.ConversationLeft)
def note_left(fact: letters.ConversationLeft) -> None:
    _rights(RightsNote.Kind.MEMBER, fact.member_id)


@records(members.MembersErased)
def note_erased(fact: members.MembersErased) -> None:
    for member_id in fact.member_ids:
        _rights(RightsNote.Kind.MEMBER, member_id)


@receiver(user_logged_out, dispatch_uid="live.signed_out")
def note_signed_out(request: HttpRequest | None = None, **_kwargs: Any) -> None:
    """Signing out is no fact, and still ends what the session's pages hear."""
    key = getattr(getattr(request, "session", None), "session_key", None)
    if key:
        _rights(RightsNote.Kind.SESSION, mark_of(key))
