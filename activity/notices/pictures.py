"""A picture that no picture came of: whoever published words with it is told that it is missing there."""

from __future__ import annotations

from activity.messages.models import Message
from activity.notices.occasions import Step, about_upkeep
from community.core.retrying import action
from community.files.models import State, Upload
from forum.models import Post, PostState, Scheduled

IN_POST, ELSEWHERE = "post_picture", "picture"
_OUT_OF_SIGHT = (PostState.MOVED, PostState.REMOVED, PostState.PURGED)


@action
def about_lost(*, upload_id: int) -> Step:
    """Tell its owner once, if it stands in words of theirs that were sent. At most four statements before that.

    In a draft, or in no words at all, the writing page and "My uploads" say it.
    """
    upload = Upload.objects.filter(pk=upload_id, state=State.GONE).exclude(problem="").first()
    if upload is None:
        return Step()
    post = _post_with(upload)
    if post is None and not _stands_elsewhere(upload):
        return Step()
    return about_upkeep(
        member_id=upload.owner_id,
        actor_id=None,
        what=IN_POST if post else ELSEWHERE,
        reason=upload.problem,
        key=f"picture:{upload.pk}",
        thread_id=post.thread_id if post else None,
        post_id=post.pk if post else None,
    )


def _post_with(upload: Upload) -> Post | None:
    """By its words: posted a moment after it was lost, the post is not joined to it."""
    rows = Post.objects.filter(author_id=upload.owner_id, source__contains=upload.key)
    return rows.exclude(state__in=_OUT_OF_SIGHT).order_by("pk").only("pk", "thread_id").first()


def _stands_elsewhere(upload: Upload) -> bool:
    sent = Message.objects.filter(author=upload.owner_id, source__contains=upload.key)
    if sent.exists():
        return True
    waiting = Scheduled.objects.filter(member=upload.owner_id).values_list("words", flat=True)
    return any(upload.key in str(words.get("body", "")) for words in waiting)
