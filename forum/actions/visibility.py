"""Out of sight and back: hide (reversible), remove, purge. Numbers and places stay."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, Refused, require
from community.core.facts import publish
from community.core.retrying import action
from community.members.models import Member
from forum import access, totals
from forum.actions._shared import advance, clean_reason, log
from forum.actions.emptying import empty_merged, empty_opening
from forum.actions.particulars import part_with_particulars
from forum.actions.uploads import part_with_uploads
from forum.facts import PostErased, PostStateChanged, ThreadStateChanged
from forum.models import (
    GoneFor,
    Post,
    PostLink,
    PostRevision,
    PostState,
    Reaction,
    Thread,
    ThreadLog,
    ThreadState,
)

# One text for readers of both languages: it stands in the database, where nobody's language is known.
ERASED_TITLE = "Erased by a moderator · 版主已清除"
ERASED_TEXT = "*Erased by a moderator. · 版主已清除。*"
PURGED_FIELDS = [
    "source",
    "cards",
    "particulars",
    "html",
    "plain",
    "lang",
    "author",
    "state",
    "state_reason",
    "gone_for",
    "state_by",
    "reactions",
    "reply_to",
]


@action
def hide_post(*, actor: Member, post_id: int, reason: str, gone_for: str = GoneFor.OTHER) -> Post:
    """Take a post out of sight; its author and staff still see it, with the reason. Repeatable.

    `gone_for`: what the page of operations counts it under.
    """
    thread, post = access.post_for_change(actor, post_id=post_id)
    require(access.may_moderate(actor, thread))
    if post.is_opening:
        _set_thread_state(thread, ThreadState.HIDDEN, actor, clean_reason(reason), _kind(gone_for))
        return post
    return _set_post_state(
        thread, post, PostState.HIDDEN, actor, clean_reason(reason), gone_for=_kind(gone_for)
    )


def _kind(gone_for: str) -> str:
    if gone_for not in GoneFor.values:
        raise Invalid(_("Choose what kind of reason it is."), field="gone_for")
    return gone_for


@action
def remove_post(*, actor: Member, post_id: int, reason: str = "", gone_for: str = GoneFor.OTHER) -> Post:
    """Remove a post: by its author, or by staff with a reason and its kind. Staff can restore it."""
    thread, post = access.post_for_change(actor, post_id=post_id)
    require(access.may_remove(actor, thread, post))
    is_own = post.author_id == actor.pk
    text, kind = clean_reason(reason, required=not is_own), "" if is_own else _kind(gone_for)
    if post.is_opening:
        _set_thread_state(thread, ThreadState.REMOVED, actor, text, kind)
        return post
    return _set_post_state(thread, post, PostState.REMOVED, actor, text, gone_for=kind)


@action
def restore_post(*, actor: Member, post_id: int) -> Post:
    """Bring a hidden or removed post back."""
    thread, post = access.post_for_change(actor, post_id=post_id)
    require(access.may_moderate(actor, thread))
    if post.is_opening and thread.state != ThreadState.VISIBLE:
        _set_thread_state(thread, ThreadState.VISIBLE, actor, "", "")
        return post
    if post.state not in (PostState.VISIBLE, PostState.HIDDEN, PostState.REMOVED):
        raise Refused(_("This post is gone for good and cannot come back."), "gone")
    return _set_post_state(thread, post, PostState.VISIBLE, actor, "", gone_for="")


@action
def purge_post(*, actor: Member, post_id: int, reason: str, gone_for: str = GoneFor.OTHER) -> Post:
    """Erase a reply's words, author, versions and reactions. Cannot be undone; an empty numbered stub stays.

    Of an opening post title, words, versions and files go; its author and the thread stay.
    """
    thread, post = access.post_for_change(actor, post_id=post_id)
    require(access.may_moderate(actor, thread))
    text, kind = clean_reason(reason), _kind(gone_for)
    author_id, is_done = post.author_id, post.source == ERASED_TEXT
    if post.is_opening:
        empty_opening(thread, post, by_id=actor.pk, title=ERASED_TITLE, text=ERASED_TEXT)
        log(thread, ThreadLog.Kind.RENAMED, actor, reason=text, is_erasure=True)
    else:
        post_goes(thread, post, actor=actor, title=ERASED_TITLE, reason=text, gone_for=kind)
    if author_id is not None and not is_done:
        publish(
            PostErased(
                post_id=post.pk, thread_id=thread.pk, author_id=author_id, actor_id=actor.pk, reason=text
            )
        )
    return post


def post_goes(
    thread: Thread, post: Post, *, actor: Member | None, title: str, reason: str, gone_for: str = ""
) -> None:
    """Purge a reply of a thread whose rows the caller holds. `actor` None: its author left for good.

    `title`: what stands where that of a thread stood that began with it, before it was merged into this one.
    """
    was_visible, author_id = post.state == PostState.VISIBLE, post.author_id
    if thread.accepted_post_id == post.pk:
        totals.hold_board(thread.board_id)
        totals.withdraw_answer(thread)
    post.source = post.html = post.plain = post.lang = ""
    post.cards = None
    part_with_particulars(post)
    post.author, post.reply_to, post.reactions = None, None, {}
    post.state, post.state_reason, post.state_by = PostState.PURGED, reason, actor
    post.gone_for = gone_for
    post.save(update_fields=PURGED_FIELDS)
    PostRevision.objects.filter(post=post).delete()
    PostLink.objects.filter(post=post).delete()
    Reaction.objects.filter(post=post).delete()
    part_with_uploads(post)
    empty_merged(post, by_id=actor.pk if actor else author_id, title=title)
    Post.objects.filter(moved_to=post).update(author=None)
    _after_post_change(thread, post, author_id, shift=-1 if was_visible else 0)
    publish(_post_fact(thread, post, actor.pk if actor else author_id or 0))


def thread_goes(thread: Thread, *, actor: Member) -> None:
    """Remove a thread whose row the caller holds: its author left for good, and nobody else wrote there."""
    _set_thread_state(thread, ThreadState.REMOVED, actor, "", "")


@action
def hide_thread(*, actor: Member, thread_id: int, reason: str, gone_for: str = GoneFor.OTHER) -> Thread:
    thread = access.thread_for_moderation(actor, thread_id=thread_id)
    return _set_thread_state(thread, ThreadState.HIDDEN, actor, clean_reason(reason), _kind(gone_for))


@action
def remove_thread(*, actor: Member, thread_id: int, reason: str, gone_for: str = GoneFor.OTHER) -> Thread:
    thread = access.thread_for_moderation(actor, thread_id=thread_id)
    return _set_thread_state(thread, ThreadState.REMOVED, actor, clean_reason(reason), _kind(gone_for))


@action
def restore_thread(*, actor: Member, thread_id: int) -> Thread:
    thread = access.thread_for_moderation(actor, thread_id=thread_id)
    return _set_thread_state(thread, ThreadState.VISIBLE, actor, "", "")


def _require_not_back(before: str, after: str) -> None:
    """What was removed does not turn up again, even to its author, because somebody hides it from a stale page."""
    if before == PostState.REMOVED and after == PostState.HIDDEN:
        raise Refused(_("This is removed already. Restore it before you hide it."), "removed")


def _set_post_state(
    thread: Thread, post: Post, state: PostState, actor: Member, reason: str, *, gone_for: str
) -> Post:
    if post.state == state:
        return post
    _require_not_back(post.state, state)
    shift = int(state == PostState.VISIBLE) - int(post.state == PostState.VISIBLE)
    post.state, post.state_reason, post.gone_for = state, reason, gone_for
    post.state_by = None if state == PostState.VISIBLE else actor
    post.save(update_fields=["state", "state_reason", "gone_for", "state_by"])
    _after_post_change(thread, post, post.author_id, shift=shift)
    publish(_post_fact(thread, post, actor.pk))
    return post


def _after_post_change(thread: Thread, post: Post, author_id: int | None, *, shift: int) -> None:
    if thread.accepted_post_id == post.pk and post.state != PostState.VISIBLE:
        totals.hold_board(thread.board_id)
        totals.withdraw_answer(thread)
    totals.refresh_thread(thread)
    advance(thread)
    thread.save(update_fields=["accepted_post", "accepted_at", "sequence", *totals.DERIVED])
    if thread.state == ThreadState.VISIBLE:
        totals.shift_board(thread.board_id, posts=shift)
        totals.settle_board(thread.board_id)
    totals.shift_member(author_id, posts=shift)


def _set_thread_state(
    thread: Thread, state: ThreadState, actor: Member, reason: str, gone_for: str
) -> Thread:
    if thread.state == state:
        return thread
    _require_not_back(thread.state, state)
    before = totals.visible_posts(thread)
    was_visible = thread.state == ThreadState.VISIBLE
    thread.state, thread.state_reason, thread.gone_for = state, reason, gone_for
    totals.settle(thread)
    advance(thread)
    thread.save(update_fields=["state", "state_reason", "gone_for", "needs_answer", "heat", "sequence"])
    is_visible = state == ThreadState.VISIBLE
    if was_visible != is_visible:
        sign = int(is_visible) - int(was_visible)
        totals.shift_board(
            thread.board_id, threads=sign, posts=totals.visible_posts(thread) - before, lane=thread.lane
        )
        totals.settle_board(thread.board_id)
        totals.shift_member(thread.author_id, threads=sign)
        totals.shift_tags(list(thread.tags.values_list("pk", flat=True)), thread.board_id, by=sign)
    kind = {
        ThreadState.HIDDEN: ThreadLog.Kind.HIDDEN,
        ThreadState.REMOVED: ThreadLog.Kind.REMOVED,
        ThreadState.VISIBLE: ThreadLog.Kind.RESTORED,
    }[state]
    log(thread, kind, actor, reason=reason)
    publish(
        ThreadStateChanged(
            thread_id=thread.pk,
            board_id=thread.board_id,
            actor_id=actor.pk,
            state=state.value,
            at=clock.now(),
            sequence=thread.sequence,
        )
    )
    return thread


def _post_fact(thread: Thread, post: Post, actor_id: int) -> PostStateChanged:
    return PostStateChanged(
        post_id=post.pk,
        thread_id=thread.pk,
        actor_id=actor_id,
        state=str(post.state),
        at=clock.now(),
        sequence=thread.sequence,
    )
