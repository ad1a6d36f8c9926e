"""Taking a post back within seconds, as if it had never been; its words stand in the composer again."""

from __future__ import annotations

from dataclasses import dataclass

from community.core import idempotency
from community.core.access import Refused, require
from community.core.facts import publish
from community.core.models import IdempotencyKey
from community.core.retrying import action
from community.members.models import Member
from forum import access, totals
from forum.actions._shared import UNDONE, advance
from forum.actions.drafts import keep_undone
from forum.facts import PostUndone, ThreadUndone
from forum.fields import told_of
from forum.models import Post, ReadMark, Thread, ThreadLog, Watch
from forum.sent import words_told


@dataclass(frozen=True, slots=True)
class Undone:
    """Where the words of a post that was taken back stand now: the place of a draft."""

    place: str


@action
def undo_post(*, actor: Member, post_id: int) -> Undone:
    """Take back the actor's own post of a moment ago, its thread with it when it opened one. Repeatable.

    Raises Http404 for what they may not see, Refused when it is too late or somebody answered.
    """
    claim = idempotency.claim(
        key=f"undo-{post_id}", owner=f"member:{actor.pk}", verb="undo_post", body={"post": post_id}
    )
    if claim.result is not None:
        return Undone(claim.result["place"])
    thread, post = access.post_for_change(actor, post_id=post_id)
    require(access.may_undo(actor, thread, post))
    if _is_quoted(post):
        raise Refused(access.ANSWERED)
    if post.is_opening:
        place = f"new-{thread.board.slug}"
        words = {
            "title": thread.title,
            "body": post.source,
            "lane": thread.lane,
            "tags": ", ".join(name for _slug, name in thread.tag_list),
        } | words_told(told_of(post.particulars))
        _take_thread(thread, post)
    else:
        place = f"thread-{thread.pk}"
        words = {"body": post.source, "reply_to": str(post.reply_to_id or "")}
        _take_reply(thread, post)
    keep_undone(actor, place, words)
    claim.finish({"place": place})
    return Undone(place)


def _is_quoted(post: Post) -> bool:
    """Whether somebody quotes it in another thread; in its own nobody wrote since. One statement."""
    since = Post.objects.filter(posted_at__gte=post.posted_at).exclude(pk=post.pk)
    return since.filter(html__contains=f'data-post="{post.pk}"').exists()


def _take_reply(thread: Thread, post: Post) -> None:
    author_id, number, pk = post.author_id or 0, post.number, post.pk
    _note_undone(author_id, "post_reply", {"post_id": pk})
    thread.last_number = number - 1
    advance(thread)
    # Said before the rows go: who keeps something by their ids lets go of it first.
    publish(
        PostUndone(
            post_id=pk,
            thread_id=thread.pk,
            board_id=thread.board_id,
            author_id=author_id,
            number=number,
            sequence=thread.sequence,
        )
    )
    posted_at = post.posted_at
    post.delete()
    totals.refresh_thread(thread)
    thread.save(update_fields=["last_number", "sequence", *totals.DERIVED])
    # Nobody has read what never was, and who wrote nothing does not watch.
    ReadMark.objects.filter(thread=thread, number__gte=number).update(number=number - 1)
    ThreadLog.objects.filter(thread=thread, after_number__gte=number).update(after_number=number - 1)
    Watch.objects.filter(thread=thread, member=author_id, is_automatic=True, since=posted_at).delete()
    totals.shift_board(thread.board_id, posts=-1)
    totals.settle_board(thread.board_id)
    totals.shift_member(author_id, posts=-1)


def _take_thread(thread: Thread, post: Post) -> None:
    author_id, board_id, lane = thread.author_id, thread.board_id, thread.lane
    tags = list(thread.tags.values_list("pk", flat=True))
    _note_undone(author_id, "open_thread", {"thread_id": thread.pk})
    publish(ThreadUndone(thread_id=thread.pk, post_id=post.pk, board_id=board_id, author_id=author_id))
    thread.delete()
    totals.shift_board(board_id, threads=-1, posts=-1, lane=lane)
    totals.settle_board(board_id)
    totals.shift_member(author_id, threads=-1, posts=-1)
    totals.shift_tags(tags, board_id, by=-1)


def _note_undone(author_id: int, verb: str, answer: dict[str, int]) -> None:
    """The form that was sent shall not post it again, however late a repeat of it arrives."""
    keys = IdempotencyKey.objects.filter(owner=f"member:{author_id}", verb=verb, result=answer)
    keys.update(result=UNDONE)
