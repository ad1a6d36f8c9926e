"""What happens in the forum, as far as a question's clock is concerned. Whoever states these facts holds the thread."""

from __future__ import annotations

from community.core.facts import reacts, records
from community.members import facts as members
from forum import facts as forum
from moderation.promises.actions.clocks import settle
from moderation.promises.actions.watching import take_from
from moderation.promises.counting import look_at
from moderation.promises.queries.clocks import has_clock, has_promise, runs


@records(forum.ThreadOpened)
def opened(fact: forum.ThreadOpened) -> None:
    if has_promise(fact.board_id):
        settle(fact.thread_id)


@records(forum.ReplyPosted)
def replied(fact: forum.ReplyPosted) -> None:
    if runs(fact.thread_id):
        look_at(fact.post_id)
        settle(fact.thread_id)


@records(forum.PostUndone)
def taken_back(fact: forum.PostUndone) -> None:
    """Said before the row goes."""
    if has_clock(fact.thread_id):
        settle(fact.thread_id, without=fact.post_id)


@records(
    forum.PostStateChanged,
    forum.ThreadStateChanged,
    forum.ThreadLocked,
    forum.AnswerAccepted,
)
def changed(
    fact: forum.PostStateChanged | forum.ThreadStateChanged | forum.ThreadLocked | forum.AnswerAccepted,
) -> None:
    if has_clock(fact.thread_id):
        settle(fact.thread_id)


@records(forum.ThreadUnlocked, forum.AnswerWithdrawn, forum.ThreadMoved)
def may_begin(fact: forum.ThreadUnlocked | forum.AnswerWithdrawn | forum.ThreadMoved) -> None:
    settle(fact.thread_id)


@records(forum.ThreadChanged)
def described(fact: forum.ThreadChanged) -> None:
    if fact.what == "lane":
        settle(fact.thread_id)


@records(forum.ThreadsMerged)
def merged(fact: forum.ThreadsMerged) -> None:
    settle(fact.source_id)
    settle(fact.target_id)


@records(forum.ThreadSplit)
def split(fact: forum.ThreadSplit) -> None:
    settle(fact.source_id)
    settle(fact.new_thread_id)


@reacts(members.RoleChanged, members.StandingChanged, name="promises.left_team")
def left_team(fact: members.RoleChanged | members.StandingChanged) -> None:
    """Somebody else gets what they held, at once and not at half of the time."""
    take_from(member_id=fact.member_id)
