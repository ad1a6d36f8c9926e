"""Which replies keep no promise: what the asker says is no answer, templates, machines."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Refused, Verdict, absent, no, require
from community.core.once import put_once
from community.core.retrying import action
from community.members.access import may_speak
from community.members.models import Member
from forum import access as forum_access
from forum.access import may_arrange
from forum.actions import hold_thread
from forum.models import Post, PostState, Thread
from moderation.promises.actions.clocks import settle
from moderation.promises.actions.promising import clean_why
from moderation.promises.models import Clock, Machine, SetAside
from moderation.promises.queries.clocks import has_clock

Why = SetAside.Why


def may_judge(actor: Member, thread: Thread) -> Verdict:
    """Whether a reply answers is for who asked to say, and for nobody else."""
    if not actor.is_authenticated or thread.author_id != actor.pk:
        return no(_("Only the person who asked can say this."), "not_author")
    return may_speak(actor)


@action
def call_no_answer(*, actor: Member, post_id: int) -> SetAside | None:
    """Say that a reply is no answer: it keeps no promise, and if no other stands the clock starts anew. Repeatable."""
    thread, post = forum_access.post_for_change(actor, post_id=post_id)
    require(may_judge(actor, thread))
    if post.is_opening or post.state != PostState.VISIBLE or post.author_id == actor.pk:
        raise Refused(_("Only a visible reply of somebody else can be no answer."), "not_reply")
    if thread.accepted_post_id == post.pk:
        raise Refused(_("You accepted this reply as the answer. Open the question again first."), "accepted")
    mark = SetAside(post=post, why=Why.NOT_ANSWER, by=actor, at=clock.now())
    if put_once(mark):
        settle(thread.pk)
    return SetAside.objects.filter(post=post, why=Why.NOT_ANSWER).first()


@action
def call_answer(*, actor: Member, post_id: int) -> Post:
    """Take "not an answer" back, as if it had never been said. Repeatable."""
    thread, post = forum_access.post_for_change(actor, post_id=post_id)
    require(may_judge(actor, thread))
    if SetAside.objects.filter(post=post, why=Why.NOT_ANSWER).delete()[0]:
        settle(thread.pk)
    return post


@action
def mark_template(*, actor: Member, post_id: int) -> SetAside | None:
    """Note that a reply is a template and nothing else, in the transaction that posts it: it stops no clock.

    For rooms that offer templates; readers see no difference. Only of one's own reply.
    """
    thread, post = forum_access.post_for_change(actor, post_id=post_id)
    if post.author_id != actor.pk or post.is_opening:
        raise absent()
    mark = SetAside(post=post, why=Why.TEMPLATE, by=actor, at=clock.now())
    if put_once(mark) and has_clock(thread.pk):
        settle(thread.pk)
    return SetAside.objects.filter(post=post, why=Why.TEMPLATE).first()


@action
def count_template(*, actor: Member, post_id: int, at: datetime) -> SetAside | None:
    """Note since when one's own reply is more than a template: from then on, never earlier, it counts. Repeatable."""
    thread, post = forum_access.post_for_change(actor, post_id=post_id)
    if post.author_id != actor.pk:
        raise absent()
    if SetAside.objects.filter(post=post, why=Why.TEMPLATE).update(why=Why.REWRITTEN, at=at) and has_clock(
        thread.pk
    ):
        settle(thread.pk)
    return SetAside.objects.filter(post=post, why=Why.REWRITTEN).first()


@action
def name_machine(*, actor: Member, member: Member, reason: str) -> Machine:
    """Note that an account writes by itself: from now on, and looking back, its replies keep no promise."""
    require(may_arrange(actor))
    why = clean_why(reason)
    put_once(Machine(member=member, by=actor, at=clock.now(), reason=why))
    _settle_of(member)
    return Machine.objects.get(member=member)


@action
def unname_machine(*, actor: Member, member: Member) -> None:
    """A person writes with this account after all."""
    require(may_arrange(actor))
    Machine.objects.filter(member=member).delete()
    _settle_of(member)


def _settle_of(member: Member) -> None:
    """Read the clocks anew of all questions that somebody replied to, each with its thread held."""
    replied = Post.objects.filter(author=member, number__gt=1).values("thread_id")
    for thread_id in (
        Clock.objects.filter(thread_id__in=replied).order_by("thread_id").values_list("thread_id", flat=True)
    ):
        hold_thread(thread_id)
        settle(thread_id)
