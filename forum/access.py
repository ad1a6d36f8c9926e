"""Who may do what: verdicts with reasons, and the only ways to hold a row.

A row comes from `*_for_*` functions: absent and forbidden rows raise the same 404; a visible row that may not
be touched raises `Refused` with a translated reason. Rows for writing come locked, thread before post before board.
The locks are `no_key`: other rows may go on pointing at a locked one. A board points at its latest thread, and two
who each hold a thread and want the board would otherwise wait for each other for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from community.core import clock
from community.core.access import YES, Verdict, absent, no, require
from community.core.prepared import LARGEST_ID, Prepared
from community.members.access import current_standing, may_speak
from community.members.models import Member, Standing, all_but_face
from forum import policy
from forum.models import Board, BoardMember, Post, PostState, Thread, ThreadState, Verb
from forum.models.boards import may_know
from forum.models.threads import first_new
from forum.roles import Kind, roles_of, values_of

if TYPE_CHECKING:
    from forum.models.threads import ThreadQuerySet
    from forum.roles import Viewer

Row = TypeVar("Row")
_ENROLMENTS = [(f"enrolled_{kind.value}", BoardMember.ROLE_OF_KIND[kind].value) for kind in BoardMember.Kind]
ANSWERED = no(
    _("Somebody has answered meanwhile, so your post stays where it is. You can still edit it."), "answered"
)
SIGN_IN = no(_("Sign in to do this."), "sign_in")
NOT_ITS_AUTHOR = no(_("Only the author can remove this post."), "not_author")
NOT_AUTHOR = no(_("Only the author can edit this post."), "not_author")
NOT_PUBLIC = no(_("This post is not public."), "not_visible")
OUT_OF_SIGHT = no(
    _("This thread is out of sight. Restore it before you do anything else to it."), "not_visible"
)
OWN_POST = no(_("You cannot react to your own post."), "own_post")
NO_REACTION = no(_("You cannot react on this board."), "no_right")
NO_REPLY = no(_("You cannot reply on this board."), "no_right")
NO_START = no(_("You cannot start threads on this board."), "no_right")
CLOSED = no(_("This board is closed. It can be read, but nothing new is added."), "board_closed")


def board_roles(viewer: Viewer, row: Board | Thread) -> frozenset[str]:
    """Site-wide roles plus those the viewer holds on this row's board (rows from `with_viewer`)."""
    roles = roles_of(viewer)
    extra = [role for flag, role in _ENROLMENTS if getattr(row, flag, False)]
    return roles.union(extra) if extra else roles


def has_right(viewer: Viewer, row: Board | Thread, verb: Verb) -> bool:
    """Whether the rights table lets the viewer `verb` on the row's board."""
    board = row if isinstance(row, Board) else row.board
    roles = board_roles(viewer, row)
    return "admin" in roles or not roles.isdisjoint(board.rights.get(verb, ()))


def may_moderate(viewer: Viewer, row: Board | Thread) -> Verdict:
    if not viewer.is_authenticated:
        return SIGN_IN
    if not has_right(viewer, row, Verb.MODERATE):
        return no(_("Only moderators of this board can do this."), "not_moderator")
    return may_speak(viewer)


def may_arrange(actor: Member | None) -> Verdict:
    """Laying out boards and their rights: administrators, or (None) the installation itself."""
    if actor is None or (actor.is_authenticated and actor.role == "admin"):
        return YES
    return no(_("Only administrators can change boards and rights."), "not_admin")


def _may(viewer: Viewer, row: Board | Thread, verb: Verb, denied: Verdict) -> Verdict:
    board = row if isinstance(row, Board) else row.board
    if not has_right(viewer, row, verb):
        return SIGN_IN if not viewer.is_authenticated else denied
    if not viewer.is_authenticated:
        return SIGN_IN
    if board.is_closed:
        return CLOSED
    return may_speak(viewer)


def may_start(viewer: Viewer, board: Board) -> Verdict:
    if board.is_closed and not viewer.is_authenticated:
        return CLOSED  # signing in would not help
    return _may(viewer, board, Verb.START, NO_START)


def may_reply(viewer: Viewer, thread: Thread) -> Verdict:
    if thread.is_locked and not has_right(viewer, thread, Verb.MODERATE):
        return no(_("This thread is locked. It takes no more replies."), "locked")
    if thread.state != ThreadState.VISIBLE:
        return no(_("This thread is not public, so it takes no replies."), "not_visible")
    if not viewer.is_authenticated:
        return CLOSED if thread.board.is_closed else no(_("Sign in to reply."), "sign_in")
    return _may(viewer, thread, Verb.REPLY, NO_REPLY)


def may_react(viewer: Viewer, thread: Thread, post: Post) -> Verdict:
    if viewer.is_authenticated and post.author_id == viewer.pk:
        return OWN_POST
    if post.state != PostState.VISIBLE:
        return NOT_PUBLIC
    return _may(viewer, thread, Verb.REACT, NO_REACTION)


def may_edit(viewer: Viewer, thread: Thread, post: Post) -> Verdict:
    """Authors edit their own words while the thread is open; moderators of the board edit with a reason kept."""
    if not viewer.is_authenticated:
        return SIGN_IN
    if post.state not in (PostState.VISIBLE, PostState.HIDDEN):
        return no(_("This post is gone and cannot be edited."), "not_visible")
    if has_right(viewer, thread, Verb.MODERATE):
        return may_speak(viewer)
    if post.author_id != viewer.pk:
        return NOT_AUTHOR
    if thread.is_locked:
        return no(_("This thread is locked, so its posts can no longer be edited."), "locked")
    if post.state == PostState.HIDDEN or (post.is_opening and thread.state == ThreadState.HIDDEN):
        return no(_("This post was hidden by a moderator and cannot be edited."), "hidden")
    return may_speak(viewer)


def may_remove(viewer: Viewer, thread: Thread, post: Post) -> Verdict:
    if not viewer.is_authenticated:
        return SIGN_IN
    if post.state not in (PostState.VISIBLE, PostState.HIDDEN):
        return no(_("This post is already gone."), "not_visible")
    if has_right(viewer, thread, Verb.MODERATE):
        return may_speak(viewer)
    if post.author_id != viewer.pk:
        return NOT_ITS_AUTHOR
    if post.is_opening and thread.answer_count:
        return no(
            _("Others have answered here, so the thread stays. Ask a moderator if it must go."), "answered"
        )
    if thread.is_locked:
        return no(_("This thread is locked, so its posts stay."), "locked")
    return may_speak(viewer)


def may_schedule(viewer: Viewer) -> Verdict:
    """Whether they may have something published while they are away, wherever they may write: nobody new, nor warned.

    Asked when it is written; whether they may still write is asked when it is published. Costs no statement.
    """
    if not isinstance(viewer, Member):
        return SIGN_IN
    verdict = may_speak(viewer)
    if not verdict or viewer.is_staff_role:
        return verdict
    if current_standing(viewer) == Standing.WARNED:
        return no(_("You were warned, so you publish yourself for now."), "warned")
    if policy.is_new_here(posts=viewer.post_count, joined_at=viewer.joined_at, now=clock.now()):
        return no(
            format_lazy(
                _(
                    "Publishing later opens when you have written {posts} posts and been here for {days} days."
                ),
                posts=policy.NEW_POSTS,
                days=policy.NEW_FOR.days,
            ),
            "new",
        )
    return YES


def may_undo(viewer: Viewer, thread: Thread, post: Post) -> Verdict:
    """Authors, in any standing, for some seconds and while nothing stands on the post. Whether it is quoted elsewhere
    is asked by the action."""
    if not viewer.is_authenticated:
        return SIGN_IN
    if post.author_id != viewer.pk:
        return no(_("Only the author can take a post back."), "not_author")
    if post.state != PostState.VISIBLE or thread.state != ThreadState.VISIBLE:
        return no(_("This post is out of sight already."), "not_visible")
    if thread.is_locked:
        return no(_("This thread is locked, so its posts stay."), "locked")
    if post.number != thread.last_number or thread.accepted_post_id == post.pk:
        return ANSWERED
    if not policy.is_fresh(posted_at=post.posted_at, now=clock.now()):
        return no(
            _("The seconds for taking it back are over. You can still edit your post, or remove it."), "late"
        )
    return YES


def may_accept(viewer: Viewer, thread: Thread) -> Verdict:
    """The asker accepts; moderators may, when the asker does not."""
    if not viewer.is_authenticated:
        return SIGN_IN
    if thread.lane != "ask":
        return no(_("Only questions have an accepted answer."), "not_question")
    if thread.author_id != viewer.pk and not has_right(viewer, thread, Verb.MODERATE):
        return no(_("Only the person who asked can accept an answer."), "not_author")
    if thread.state == ThreadState.HIDDEN and not has_right(viewer, thread, Verb.MODERATE):
        return no(_("This thread is hidden. Only its author and moderators see it."), "hidden")
    return may_speak(viewer)


def may_describe(viewer: Viewer, thread: Thread) -> Verdict:
    """Title, lane and tags: the author while the thread is open, moderators always."""
    if not viewer.is_authenticated:
        return SIGN_IN
    if has_right(viewer, thread, Verb.MODERATE):
        return may_speak(viewer)
    if thread.author_id != viewer.pk:
        return no(_("Only the author or a moderator can change this."), "not_author")
    if thread.state == ThreadState.HIDDEN:
        return no(_("This post was hidden by a moderator and cannot be edited."), "hidden")
    if thread.is_locked:
        return no(_("This thread is locked and can no longer be changed."), "locked")
    return may_speak(viewer)


def may_see_post(viewer: Viewer, thread: Thread, post: Post) -> bool:
    """Whether the viewer sees the words, not only that a post stood here."""
    if post.state == PostState.VISIBLE:
        return True
    if post.state in (PostState.MOVED, PostState.PURGED):
        return False
    if has_right(viewer, thread, Verb.MODERATE):
        return True
    return viewer.is_authenticated and post.author_id == viewer.pk


# Fetch + check (+ lock) -----------------------------------------------------------------------------------------


def _board_to_read(kind: Kind, *, slug: str, **viewer_values: Any) -> QuerySet[Board]:
    viewer = kind.viewer(**viewer_values)
    rows = Board.objects.readable_by(viewer).with_viewer(viewer).select_related("group", "parent")
    return rows.filter(slug=slug)


_boards_to_read = Prepared(_board_to_read)


def board_for_reading(viewer: Viewer, *, slug: str) -> Board:
    """One statement. 404 unless the viewer may read it."""
    return _found(_boards_to_read.first(Kind.of(viewer), slug=slug, **values_of(viewer, with_horizon=False)))


def board_for_writing(viewer: Viewer, *, board_id: int) -> Board:
    return _found(Board.objects.readable_by(viewer).with_viewer(viewer).filter(pk=board_id).first())


def _thread_to_read(kind: Kind, *, thread_id: int, **viewer_values: Any) -> ThreadQuerySet:
    viewer = kind.viewer(**viewer_values)
    return (
        Thread.objects.visible_to(viewer)
        .with_viewer(viewer)
        .annotate(
            is_parent_shown=may_know(viewer, "board__parent_id"),
            **({"first_new": first_new()} if kind.role else {}),
        )
        .select_related("board", "board__parent", "board__group", "author", "last_poster", "raised__by")
        .defer(*all_but_face("author", "last_poster", "raised__by"))
        .filter(pk=thread_id)
    )


_threads_to_read = Prepared(_thread_to_read)


def thread_for_reading(viewer: Viewer, *, thread_id: int) -> Thread:
    """One statement, with board, author and the viewer's marks. 404 unless the viewer may know of it."""
    if not 0 < thread_id <= LARGEST_ID:
        raise absent()
    thread = _found(_threads_to_read.first(Kind.of(viewer), thread_id=thread_id, **values_of(viewer)))
    vars(thread.board)["is_parent_shown"] = getattr(
        thread, "is_parent_shown", False
    )  # as `with_viewer` puts it on
    return thread


def _thread_to_change(kind: Kind, *, thread_id: int, **viewer_values: Any) -> QuerySet[Thread]:
    viewer = kind.viewer(**viewer_values)
    rows = Thread.objects.visible_to(viewer).with_viewer(viewer).select_related("board")
    return rows.select_for_update(of=("self",), no_key=True).filter(pk=thread_id)


_threads_to_change = Prepared(_thread_to_change)


def thread_for_change(viewer: Viewer, *, thread_id: int) -> Thread:
    """The thread, visible to the viewer and locked until commit. Callers check their own verdict."""
    if not 0 < thread_id <= LARGEST_ID:
        raise absent()
    return _found(_threads_to_change.first(Kind.of(viewer), thread_id=thread_id, **values_of(viewer)))


def thread_for_reply(actor: Viewer, *, thread_id: int) -> Thread:
    thread = thread_for_change(actor, thread_id=thread_id)
    require(may_reply(actor, thread))
    return thread


def thread_for_moderation(actor: Viewer, *, thread_id: int) -> Thread:
    thread = thread_for_change(actor, thread_id=thread_id)
    require(may_moderate(actor, thread))
    return thread


def post_for_change(actor: Viewer, *, post_id: int) -> tuple[Thread, Post]:
    """A post and its thread, both locked (thread first). 404 unless the actor may see the post's words."""
    thread_id = Post.objects.filter(pk=post_id).values_list("thread_id", flat=True).first()
    if thread_id is None:
        raise absent()
    thread = thread_for_change(actor, thread_id=thread_id)
    post = (
        Post.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=post_id, thread_id=thread.pk)
        .first()
    )
    if post is None or not may_see_post(actor, thread, post):
        raise absent()
    return thread, post


def post_for_reading(viewer: Viewer, *, post_id: int) -> tuple[Thread, Post]:
    """Two statements. 404 unless the viewer may see the thread."""
    post = Post.objects.filter(pk=post_id).select_related("author").first()
    if post is None:
        raise absent()
    return thread_for_reading(viewer, thread_id=post.thread_id), post


def _found(row: Row | None) -> Row:
    if row is None:
        raise absent()
    return row
