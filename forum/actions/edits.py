"""Changing words, with every earlier version kept."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Refused, absent, require
from community.core.facts import publish
from community.core.retrying import action
from community.members.mentions import named_in
from community.members.models import Member
from forum import access, policy
from forum.actions import particulars
from forum.actions._shared import advance, clean_line, clean_title
from forum.actions.cards import note_links
from forum.actions.drafts import Written, publish_draft
from forum.actions.particulars import Typed
from forum.actions.uploads import join_uploads, links_for_edit
from forum.calls import Calls, Place, groups_called
from forum.facts import PostEdited
from forum.models import Post, PostRevision, Thread
from forum.rendering import note_opening, render_body, set_title

MAX_EDIT_REASON = 200


@action
def edit_post(
    *,
    actor: Member,
    post_id: int,
    body: str,
    title: str | None = None,
    reason: str = "",
    edit_count: int | None = None,
    values: Typed | None = None,
    draft: Written | None = None,
) -> Post:
    """Replace the words of a post; on an opening post also the title and, of the fields in `values`, the answers.

    `edit_count` is the count the editor started from: another edit in between refuses with code "conflict",
    so nobody overwrites unseen words. Editing to the same words changes nothing.
    """
    return _edit(
        actor=actor,
        post_id=post_id,
        body=body,
        title=title,
        reason=reason,
        edit_count=edit_count,
        values=values,
        draft=draft,
    )


def _edit(
    *,
    actor: Member,
    post_id: int,
    body: str,
    title: str | None,
    reason: str,
    edit_count: int | None = None,
    values: Typed | None = None,
    were_taken: bool = False,
    draft: Written | None = None,
) -> Post:
    calls = Calls(actor, lambda: _place(actor, post_id))
    rendered = render_body(body, files=links_for_edit(actor, post_id, body), calls=calls)
    thread, post = access.post_for_change(actor, post_id=post_id)
    require(access.may_edit(actor, thread, post))
    if edit_count is not None and edit_count != post.edit_count:
        raise Refused(
            _(
                "Someone edited this post while you wrote. Your text is kept: look at what differs, then save again."
            ),
            "conflict",
        )
    new_title = clean_title(title) if title is not None and post.is_opening else thread.title
    answers: particulars.Answers = {}
    if values and post.is_opening:
        answers = particulars.for_edit(thread.board, post, values, once_taken=were_taken)
    publish_draft(actor, draft)
    if rendered.source == post.source and new_title == thread.title and not answers:
        return post
    _keep_version(thread, post, actor, reason)
    before, after = named_in(post.html), frozenset(rendered.mentioned_ids)
    called_before = groups_called(post.html)
    rendered.put_on(post)
    words = ["source", "html", "plain", "lang", "renderer_version", "edited_at", "edit_count"]
    if answers:
        particulars.put_on(post, answers)
        words.append("particulars")
    post.save(update_fields=words)
    particulars.store(post, answers, is_new=False)
    note_links(post, is_new=False)
    join_uploads(post, rendered.upload_ids)
    changed = ["sequence"]
    if post.is_opening:
        set_title(thread, new_title)
        note_opening(thread, rendered.plain)
        changed += ["title", "slug", "lang", "excerpt"]
    advance(thread)
    thread.save(update_fields=changed)
    publish(
        PostEdited(
            post_id=post.pk,
            thread_id=thread.pk,
            editor_id=actor.pk,
            revision=post.edit_count,
            sequence=thread.sequence,
            named_ids=tuple(sorted(after - before)),
            unnamed_ids=tuple(sorted(before - after)),
            called=tuple(sorted({*rendered.called} - called_before)),
            uncalled=tuple(sorted(called_before - {*rendered.called})),
        )
    )
    return post


@action
def revert_post(*, actor: Member, post_id: int, revision: int, reason: str = "") -> Post:
    """Bring back the words and answers of an earlier version, as an edit of its own."""
    old = PostRevision.objects.filter(post_id=post_id, number=revision).first()
    if old is None:
        raise absent()
    return _edit(
        actor=actor,
        post_id=post_id,
        body=old.source,
        title=old.title or None,
        reason=reason or _("Back to version %(number)d") % {"number": revision},
        values=particulars.typed_again(old),
        were_taken=True,
    )


def _place(actor: Member, post_id: int) -> Place:
    """Where the post stands. A group that it calls stays called, whoever edits it. Three statements."""
    thread, post = access.post_for_reading(actor, post_id=post_id)
    return Place(thread, groups_called(post.html))


def _keep_version(thread: Thread, post: Post, actor: Member, reason: str) -> None:
    now = clock.now()
    # Once there is a version, every later one is kept as well: the words may be a moderator's.
    seen = thread.last_number > post.number or bool(post.reactions) or post.edit_count > 0
    if policy.leaves_revision(
        posted_at=post.posted_at, now=now, by_author=post.author_id == actor.pk, seen_by_others=seen
    ):
        post.edit_count += 1
        post.edited_at = now
        PostRevision.objects.create(
            post=post,
            number=post.edit_count,
            source=post.source,
            title=thread.title if post.is_opening else "",
            particulars=post.particulars,
            editor=actor,
            reason=clean_line(reason)[:MAX_EDIT_REASON],
            made_at=now,
        )
