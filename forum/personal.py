"""What the forum holds about a member, and how it goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _say
from django.utils.translation import gettext_lazy as _

from community.core import personal
from community.core.links import link
from community.core.personal import (
    DERIVED,
    GOES,
    INNER,
    NUMBER,
    SOMEONE_ELSE,
    YOU,
    Stays,
    each,
    holds,
    nothing,
)
from community.members.actions import former_name
from community.members.queries import names_of
from forum import actions
from forum.models import Board, Post, TagFollow, Thread

if TYPE_CHECKING:
    from community.members.models import Member
    from forum.roles import Viewer

personal.room("writing", _("What you wrote"))
personal.room("reading", _("What you read and watch"))

_PLACES = "boards and their words belong to the site"
_WORDS = "words stay where the member chose that; else the forum's own step takes them out"
_LOG = "a thread's log keeps who acted as a number, without a name"
_FIGURE = "a figure of the thread, not of a person"

nothing("forum.BoardGroup", _PLACES, "id slug title_en title_zh position")
nothing(
    "forum.Board",
    _PLACES,
    "id group parent slug title_en title_zh about_en about_zh position lanes is_closed rights form "
    "thread_count post_count week_count lane_counts raised_count last_thread last_posted_at",
)
nothing(
    "forum.BoardField",
    _PLACES,
    "id board kind label_en label_zh help_en help_zh unit_en unit_zh least most places choices lanes is_required "
    "is_filter position retired_at",
)
nothing(
    "forum.Raised",
    "that a thread stands higher for some hours; its ledger tells the rest",
    "thread board by reason at until",
    points={"by": _LOG},
)
nothing("forum.BoardRight", _PLACES, "id board role verb")
nothing("forum.Tag", "tags are everybody's", "id slug name thread_count")
nothing("forum.TagUse", "tags are everybody's", "id tag board thread_count")
nothing("forum.Thread_tags", "told with the thread", "id thread tag")
nothing("forum.ThreadLink", "that two threads belong together", "id thread target kind")

nothing(
    "forum.LinkCard", "what other sites say of themselves", "id digest url state reason title words site at"
)
nothing("forum.PostLink", "told with the words of the post", "id post card place")

holds(
    "forum.Draft",
    room="writing",
    title=_("Drafts"),
    owner="member",
    told="place words note saved_at discarded_at",
    untold={
        "id": NUMBER,
        "member": YOU,
        "revision": INNER,
        "is_aside": INNER,
        "written_by": INNER,
    },
    erase=GOES,
    drop=lambda member, row: actions.discard_draft(member=member, draft_id=row.pk),
)
holds(
    "forum.Scheduled",
    room="writing",
    title=_("Posts that wait for their moment"),
    about=_("Deleted here, one becomes a draft again."),
    owner="member",
    told="place words wall zone due_at made_at",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
    drop=lambda member, row: actions.cancel_scheduled(member=member, scheduled_id=row.pk),
)
holds(
    "forum.Thread",
    room="writing",
    title=_("Threads you opened"),
    owner="author",
    told="id board title lane state state_reason gone_for tag_list opened_at reply_count answer_count reaction_count "
    "locked_at accepted_post accepted_at imported_from",
    untold={"author": YOU, "last_poster": SOMEONE_ELSE}
    | each("slug lang excerpt tags merged_into", DERIVED)
    | each(
        "last_posted_at last_number shown_number latest_number days heat is_pinned pinned_until pin_reason needs_answer",
        _FIGURE,
    )
    | each("log_count poll_count has_known sequence slow_minutes slow_until slow_reason topic", _FIGURE),
    points={"last_poster": "who wrote last keeps a number, without a name"},
    erase=Stays(
        kept=each("title slug excerpt tag_list tags state_reason", _WORDS)
        | each("gone_for", _FIGURE)
        | each("author last_poster", "answers of others need their thread; the number has no name")
        | each(
            "id board lang lane state opened_at last_posted_at last_number reply_count answer_count "
            "shown_number latest_number",
            _FIGURE,
        )
        | each("reaction_count days heat locked_at is_pinned pinned_until pin_reason accepted_post", _FIGURE)
        | each("accepted_at needs_answer log_count poll_count sequence merged_into imported_from", _FIGURE)
        | each("has_known slow_minutes slow_until slow_reason topic", _FIGURE)
    ),
)
holds(
    "forum.Post",
    room="writing",
    title=_("Posts"),
    about=_("You remove a post where it stands. Whether your posts stay when you leave is asked then."),
    owner="author",
    told="id thread number source lang posted_at edited_at edit_count state state_reason gone_for reply_to reactions "
    "imported_score imported_from",
    untold={"author": YOU, "state_by": SOMEONE_ELSE, "moved_to": NUMBER}
    | each("html plain cards particulars", DERIVED)
    | each("renderer_version", INNER),
    points={"state_by": _LOG},
    erase=Stays(
        kept=each("author source html plain lang cards particulars state_reason", _WORDS)
        | each("state_by", _LOG)
        | each(
            "id thread number renderer_version posted_at edited_at edit_count state gone_for reply_to",
            _FIGURE,
        )
        | each("moved_to reactions imported_score imported_from", _FIGURE)
    ),
)
holds(
    "forum.PostRevision",
    room="writing",
    title=_("Earlier versions of your posts"),
    owner="post__author",
    told="post number source title particulars reason made_at",
    untold={"id": NUMBER, "editor": SOMEONE_ELSE},
    points={"editor": "who edited keeps a number, without a name"},
    erase=Stays(
        kept=each("source title particulars reason", _WORDS)
        | each("id post number made_at", _FIGURE)
        | each("editor", _LOG)
    ),
)
holds(
    "forum.FieldValue",
    room="writing",
    title=_("What you answered to a board’s form"),
    about=_("It stands above your opening post and goes with its words."),
    owner="post__author",
    told="post field text",
    untold={"id": NUMBER} | each("place key amount", DERIVED),
    erase=Stays(kept=each("key amount text", _WORDS) | each("id post field place", _FIGURE)),
)
nothing(
    "forum.PostUpload",
    "told with the upload and with the post",
    "id post upload",
)
holds(
    "forum.ThreadLog",
    room="writing",
    title=_("What you did to threads"),
    about=_("Renamed, moved, locked and the like. Readers can see these lines in the thread."),
    owner="actor",
    told="thread kind at reason",
    untold={"id": NUMBER, "actor": YOU, "after_number": INNER, "data": "names of threads and boards"},
    erase=Stays(kept=each("id thread kind actor at after_number data reason", _LOG)),
)
holds(
    "forum.Reaction",
    room="writing",
    title=_("Reactions"),
    owner="member",
    told="post kind at",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
    by="forum.reactions",
    drop=lambda member, row: actions.unreact(actor=member, post_id=row.post_id),
)
holds(
    "forum.BoardMember",
    room="reading",
    title=_("Boards you are enrolled on"),
    about=_("Circles you belong to and boards you moderate. Ask a moderator to be taken off."),
    owner="member",
    told="board kind since",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
)
holds(
    "forum.Watch",
    room="reading",
    title=_("What you watch"),
    about=_("Threads and boards you want to hear of, or not. Where you write, you watch from then on."),
    owner="member",
    told="thread board level since is_automatic",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
    clear=lambda member: actions.forget_watches(member=member),
    drop=lambda member, row: actions.forget_watch(member=member, watch_id=row.pk),
)


def _unfollow_tags(member: Member) -> None:
    for row in TagFollow.objects.filter(member=member).select_related("tag"):
        actions.unfollow_tag(member=member, slug=row.tag.slug)


holds(
    "forum.TagFollow",
    room="reading",
    title=_("Tags you follow"),
    owner="member",
    told="tag since",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
    clear=_unfollow_tags,
    drop=lambda member, row: actions.unfollow_tag(member=member, slug=row.tag.slug),
)
holds(
    "forum.ReadMark",
    room="reading",
    title=_("How far you have read"),
    about=_("One mark a thread. Without them everything counts as new again."),
    owner="member",
    told={"thread": "thread", "number": "read_to", "at": "at"},
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
    clear=lambda member: actions.forget_reading(member=member),
)
holds(
    "forum.BoardMark",
    room="reading",
    title=_("Boards you marked as read"),
    about=_("Forgotten together with how far you have read."),
    owner="member",
    told="board at",
    untold={"id": NUMBER, "member": YOU},
    erase=GOES,
    clear=lambda member: actions.forget_reading(member=member),
)


@personal.erases("forum.reactions", order=personal.WORDS)
def reactions_go(*, member_id: int, remove_posts: bool) -> None:
    actions.take_back_reactions(member_id=member_id)


@personal.erases("forum.words", order=personal.WORDS)
def words_go(*, member_id: int, remove_posts: bool) -> None:
    """The member's own words where they want that; in everybody's, links to the name and quotes of it."""
    if remove_posts:
        actions.take_out_words(member_id=member_id)
    actions.let_go_of_names(names=names_of(member_id), instead=former_name(member_id))


@personal.names("forum.Thread")
def thread_names(viewer: Viewer, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = Thread.objects.visible_to(viewer).filter(pk__in=ids).only("pk", "title", "slug")
    return {row.pk: (row.title, row.get_absolute_url()) for row in rows}


@personal.names("forum.Board")
def board_names(viewer: Viewer, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = Board.objects.readable_by(viewer).filter(pk__in=ids).only("pk", "title_en", "title_zh", "slug")
    return {row.pk: (row.title, row.get_absolute_url()) for row in rows}


@personal.names("forum.Post")
def post_names(viewer: Viewer, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    shown = Thread.objects.visible_to(viewer).values("pk")
    rows = Post.objects.filter(pk__in=ids, thread__in=shown).values_list("pk", "number", "thread__title")
    return {
        pk: (_say("#%(number)s in “%(title)s”") % {"number": number, "title": title}, link("forum:post", pk))
        for pk, number, title in rows
    }
