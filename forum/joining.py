"""Staff among members: the brand may join a talk of theirs, and does not take it over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from community.core.access import YES, Verdict, no
from community.members.models import Role
from forum import policy
from forum.models import Lane, Post, Thread

if TYPE_CHECKING:
    from forum.roles import Viewer

STAFF = (Role.EDITOR, Role.MODERATOR, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Share:
    """Visible posts of a thread, those by staff, and whether members want staff there.

    They do where staff began the thread, and once a member answered something that staff wrote in it.
    """

    posts: int
    staff: int
    is_asked: bool

    @property
    def has_room(self) -> bool:
        return self.is_asked or policy.staff_has_room(staff_posts=self.staff, posts=self.posts)


def share_of(viewer: Viewer, thread: Thread) -> Share | None:
    """How much staff wrote where members talk among themselves; None for everybody else, and for questions, which ask
    whoever knows. One statement for staff, none for others.
    """
    if not viewer.is_authenticated or not viewer.is_staff_role or thread.lane == Lane.ASK:
        return None
    staff = Q(author__role__in=STAFF)
    asks = Q(number=1) & staff | ~staff & Q(author__isnull=False, reply_to__author__role__in=STAFF)
    counted = (
        Post.objects.visible()
        .filter(thread_id=thread.pk)
        .aggregate(posts=Count("pk"), staff=Count("pk", filter=staff), asks=Count("pk", filter=asks))
    )
    return Share(counted["posts"], counted["staff"], counted["asks"] > 0)


def may_join(viewer: Viewer, thread: Thread) -> Verdict:
    """Whether staff may add another post here. One statement at most."""
    share = share_of(viewer, thread)
    if share is None or share.has_room:
        return YES
    told = {"staff": share.staff, "posts": share.posts}
    return no(
        _(
            "Staff wrote %(staff)d of %(posts)d posts here, where members talk among themselves. Leave them the word "
            "until somebody answers you."
        )
        % told,
        "crowded",
    )
