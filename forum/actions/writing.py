"""Opening a thread and replying."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from django.utils.translation import gettext as _

from community.core import clock, idempotency
from community.core.access import Invalid, require
from community.core.facts import publish
from community.core.retrying import action
from community.core.text.quotes import quoted_in
from community.core.written import insert, update
from community.files.links import UploadLinks
from community.members.access import blocked_between
from community.members.models import Member
from community.members.queries import unreachable_ids
from forum import access, joining, pace, policy, totals
from forum.actions import particulars
from forum.actions._shared import advance, answered, clean_lane, clean_tags, clean_title
from forum.actions.cards import note_links
from forum.actions.drafts import Written, publish_draft
from forum.actions.particulars import Typed
from forum.actions.reading import note_own_post
from forum.actions.uploads import join_uploads
from forum.calls import Calls, Place
from forum.facts import ReplyPosted, ThreadOpened
from forum.finishing import require_finished
from forum.models import Post, PostState, Thread
from forum.rendering import note_opening, render_body, set_title


@action
def open_thread(
    *,
    author: Member,
    board_id: int,
    title: str,
    body: str,
    lane: str,
    tags: Sequence[str] = (),
    values: Typed = MappingProxyType({}),
    draft: Written | None = None,
    idempotency_key: str | None = None,
) -> Thread:
    """Open a thread with its opening post; the draft that the words were goes.

    `values`: what was typed or chosen for each field of the board's form. Raises Http404 for a board the author may
    not read, Refused when they may not start there, Invalid for the text and for what cannot be an answer.
    """
    told = {"values": {str(pk): list(raws) for pk, raws in values.items()}} if values else {}
    claim = idempotency.claim(
        key=idempotency_key,
        owner=f"member:{author.pk}",
        verb="open_thread",
        body={"board": board_id, "title": title, "body": body, "lane": lane, "tags": list(tags)} | told,
    )
    if claim.result is not None:
        return Thread.objects.get(pk=answered(claim.result, "thread_id"))
    board = access.board_for_writing(author, board_id=board_id)
    require(access.may_start(author, board))
    title = clean_title(title)
    lane = clean_lane(lane, board)
    answers = particulars.for_new_thread(board, lane, values)
    calls = Calls(author, lambda: Place(board))
    rendered = render_body(body, files=UploadLinks([author.pk]), calls=calls)
    tag_rows = clean_tags(tags)
    now = clock.now()
    thread = Thread(
        board=board,
        author=author,
        lane=lane,
        opened_at=now,
        last_posted_at=now,
        last_poster=author,
        days=policy.note_day({}, now),
        tag_list=[[tag.slug, tag.name] for tag in tag_rows],
    )
    set_title(thread, title)
    note_opening(thread, rendered.plain)
    totals.settle(thread)
    thread.save(force_insert=True)
    post = Post(thread=thread, number=1, author=author, posted_at=now)
    rendered.put_on(post)
    particulars.put_on(post, answers)
    post.save(force_insert=True)
    particulars.store(post, answers, is_new=True)
    note_links(post)
    join_uploads(post, rendered.upload_ids)
    if tag_rows:
        thread.tags.set(tag_rows)
    totals.shift_board(board.pk, threads=1, posts=1, lane=lane, fresh=1)
    totals.note_last_thread(thread)
    totals.shift_member(author.pk, threads=1, posts=1)
    totals.shift_tags([tag.pk for tag in tag_rows], board.pk, by=1)
    note_own_post(author, thread, post)
    publish_draft(author, draft)
    publish(
        ThreadOpened(
            thread_id=thread.pk,
            post_id=post.pk,
            board_id=board.pk,
            author_id=author.pk,
            mentioned_ids=_reachable(author, rendered.mentioned_ids),
            quoted_ids=tuple(sorted(quoted_in(post.html))),
            called=rendered.called,
        )
    )
    claim.finish({"thread_id": thread.pk})
    return thread


@action
def post_reply(
    *,
    author: Member,
    thread_id: int,
    body: str,
    reply_to_id: int | None = None,
    draft: Written | None = None,
    idempotency_key: str | None = None,
) -> Post:
    """Add a reply. Holds the thread row until commit, so its number is the next and its counters are exact."""
    claim = idempotency.claim(
        key=idempotency_key,
        owner=f"member:{author.pk}",
        verb="post_reply",
        body={"thread": thread_id, "body": body, "reply_to": reply_to_id},
    )
    if claim.result is not None:
        return Post.objects.get(pk=answered(claim.result, "post_id"))
    require_finished(author, body)
    # Rendering is the slow part: do it before the thread row is held.
    calls = Calls(author, lambda: Place(access.thread_for_reading(author, thread_id=thread_id)))
    rendered = render_body(body, files=UploadLinks([author.pk]), calls=calls)
    thread = access.thread_for_reply(author, thread_id=thread_id)
    require(joining.may_join(author, thread))
    require(pace.may_post(author, thread))
    reply_to = _answered_post(author, thread, reply_to_id)
    post = Post(
        thread=thread,
        number=thread.last_number + 1,
        author=author,
        posted_at=clock.now(),
        reply_to=reply_to,
    )
    rendered.put_on(post)
    insert(post)
    note_links(post)
    join_uploads(post, rendered.upload_ids)
    totals.fold_reply(thread, post)
    advance(thread)
    update(thread, "last_number", "sequence", *totals.DERIVED)
    totals.count_reply(thread)
    totals.shift_member(author.pk, posts=1)
    note_own_post(author, thread, post)
    publish_draft(author, draft)
    publish(
        ReplyPosted(
            post_id=post.pk,
            thread_id=thread.pk,
            board_id=thread.board_id,
            author_id=author.pk,
            number=post.number,
            reply_to_id=reply_to.pk if reply_to else None,
            sequence=thread.sequence,
            mentioned_ids=_reachable(author, rendered.mentioned_ids),
            quoted_ids=tuple(sorted(quoted_in(post.html))),
            called=rendered.called,
        )
    )
    claim.finish({"post_id": post.pk})
    return post


def _answered_post(author: Member, thread: Thread, post_id: int | None) -> Post | None:
    if post_id is None:
        return None
    post = (
        Post.objects.filter(pk=post_id, thread_id=thread.pk, state=PostState.VISIBLE)
        .select_related("author")
        .first()
    )
    if post is None:
        raise Invalid(
            _("The post you answer is no longer here. Your text is kept; post it as a plain reply."),
            field="reply_to",
        )
    other = post.author
    if other is not None and other.pk != author.pk and blocked_between(author, other):
        raise Invalid(
            _("You and this member have no contact here. Your text is kept; post it as a plain reply."),
            field="reply_to",
        )
    return post


def _reachable(author: Member, member_ids: tuple[int, ...]) -> tuple[int, ...]:
    """Those of the mentioned who may be told: nobody who ignores or blocks the author, or is blocked by them."""
    if not member_ids:
        return ()
    out_of_reach = unreachable_ids(author, member_ids)
    return tuple(pk for pk in member_ids if pk not in out_of_reach)
