"""One small answer a person, from a fixed set."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, require
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from forum import access, totals
from forum.actions._shared import advance
from forum.facts import ReactionChanged
from forum.models import Post, Reaction, ReactionKind


@action
def react(*, actor: Member, post_id: int, kind: str) -> Post:
    """Set the actor's reaction to a post; an earlier one is replaced. Repeatable."""
    if kind not in ReactionKind.values:
        raise Invalid(_("There is no such reaction."), field="kind")
    return _set(actor, post_id, kind)


@action
def unreact(*, actor: Member, post_id: int) -> Post:
    """Take the actor's reaction back. Repeatable."""
    return _set(actor, post_id, "")


def _set(actor: Member, post_id: int, kind: str) -> Post:
    thread, post = access.post_for_change(actor, post_id=post_id)
    require(access.may_react(actor, thread, post))
    before = Reaction.objects.filter(post=post, member=actor).first()
    old = before.kind if before else ""
    if old == kind:
        return post
    now = clock.now()
    if before and not kind:
        before.delete()
    elif before:
        before.kind, before.at = kind, now
        before.save(update_fields=["kind", "at"])
    else:
        Reaction.objects.create(post=post, member=actor, kind=kind, at=now)
    counts = dict(post.reactions)
    if old:
        counts[old] = max(0, counts.get(old, 0) - 1)
    if kind:
        counts[kind] = counts.get(kind, 0) + 1
    post.reactions = {name: n for name, n in counts.items() if n}
    post.save(update_fields=["reactions"])
    changed = ["sequence"]
    if bool(old) != bool(kind):
        thread.reaction_count = max(0, thread.reaction_count + (1 if kind else -1))
        totals.settle(thread)
        changed += ["reaction_count", "heat", "needs_answer"]
    advance(thread)
    thread.save(update_fields=changed)
    publish(
        ReactionChanged(
            post_id=post.pk,
            thread_id=thread.pk,
            member_id=actor.pk,
            kind=kind,
            at=now,
            sequence=thread.sequence,
        )
    )
    return post
