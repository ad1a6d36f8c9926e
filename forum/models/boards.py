"""Places: board groups, boards, and who may do what there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils.translation import gettext_lazy as _

from community.core.languages import in_language
from community.core.links import link
from forum.roles import roles_of

if TYPE_CHECKING:
    from forum.roles import Viewer


class BoardRole(models.TextChoices):
    """Columns of the rights table. Rights add up: a member may do whatever a guest may."""

    GUEST = "guest", _("Guests")
    MEMBER = "member", _("Members")
    OWNER = "owner", _("Verified owners")
    CLUB_MEMBER = "club_member", _("Members of this board's circle")
    KEY_MEMBER = "key_member", _("Key members")
    BOARD_MODERATOR = "board_moderator", _("Moderators of this board")
    MODERATOR = "moderator", _("Moderators")
    ADMIN = "admin", _("Administrators")


class Verb(models.TextChoices):
    """Rows of the rights table."""

    READ = "read", _("Read")
    START = "start", _("Start threads")
    REPLY = "reply", _("Reply")
    REACT = "react", _("React")
    MODERATE = "moderate", _("Moderate")


class BoardGroup(models.Model):
    slug = models.SlugField(max_length=60, unique=True)
    title_en = models.CharField(max_length=80)
    title_zh = models.CharField(max_length=80, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_en, self.title_zh)


# For `defer()`, of a board that is only named and linked to: of each of its columns but these.
ALL_BUT_NAME = (
    "about_en",
    "about_zh",
    "position",
    "lanes",
    "rights",
    "form",
    "thread_count",
    "post_count",
    "week_count",
    "lane_counts",
    "raised_count",
    "last_thread",
    "last_posted_at",
)


def right_on_board(viewer: Viewer, verb: str, board_ref: str) -> Q:
    """SQL form of "the viewer may `verb` on the board in column `board_ref`". Administrators may on every board."""
    roles = roles_of(viewer)
    if BoardRole.ADMIN in roles:
        # Not an empty Q: beside an "or" that would be left out, and with it every board.
        return Q(**{f"{board_ref}__isnull": False})
    granted = BoardRight.objects.filter(board_id=OuterRef(board_ref), verb=verb)
    answer = Q(Exists(granted.filter(role__in=roles)))
    if viewer.is_authenticated:
        for kind in BoardMember.Kind:
            enrolled = BoardMember.objects.filter(
                board_id=OuterRef(board_ref), member_id=viewer.pk, kind=kind
            )
            answer |= Q(Exists(granted.filter(role=BoardMember.ROLE_OF_KIND[kind])), Exists(enrolled))
    return answer


class BoardQuerySet(models.QuerySet["Board"]):
    def readable_by(self, viewer: Viewer) -> BoardQuerySet:
        return self.filter(right_on_board(viewer, Verb.READ, "pk"))

    def open_for_threads_by(self, viewer: Viewer) -> BoardQuerySet:
        return self.readable_by(viewer).filter(right_on_board(viewer, Verb.START, "pk"), is_closed=False)

    def moderated_by(self, viewer: Viewer) -> BoardQuerySet:
        return self.readable_by(viewer).filter(right_on_board(viewer, Verb.MODERATE, "pk"))

    def with_viewer(self, viewer: Viewer) -> BoardQuerySet:
        """Adds how the viewer is enrolled on the board, for `access`, and whether they may know of its parent."""
        return self.annotate(**enrolment(viewer, "pk"), is_parent_shown=may_know(viewer, "parent_id"))


def may_know(viewer: Viewer, board_ref: str) -> Case:
    """An annotation: whether the viewer may read the board in that column."""
    return Case(
        When(right_on_board(viewer, Verb.READ, board_ref), then=True),
        default=False,
        output_field=models.BooleanField(),
    )


def enrolment(viewer: Viewer, board_ref: str) -> dict[str, Exists]:
    """Annotations `enrolled_<kind>` for a viewer, so that verdicts need no further statement."""
    pk = viewer.pk if viewer.is_authenticated else 0
    return {
        f"enrolled_{kind.value}": Exists(
            BoardMember.objects.filter(board_id=OuterRef(board_ref), member_id=pk, kind=kind)
        )
        for kind in BoardMember.Kind
    }


class Board(models.Model):
    group = models.ForeignKey(BoardGroup, on_delete=models.PROTECT, related_name="boards")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    slug = models.SlugField(max_length=60, unique=True)
    title_en = models.CharField(max_length=80)
    title_zh = models.CharField(max_length=80, blank=True, default="")
    about_en = models.CharField(max_length=300, blank=True, default="")
    about_zh = models.CharField(max_length=300, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    lanes = models.JSONField(default=list, blank=True)  # allowed lanes; empty = all
    is_closed = models.BooleanField(default=False)  # readable, but nothing new
    rights = models.JSONField(default=dict, blank=True)  # copy of BoardRight: verb → roles
    form = models.JSONField(
        null=True, default=None, blank=True
    )  # copy of its BoardField rows in use; see `fields`

    thread_count = models.PositiveIntegerField(default=0)
    post_count = models.PositiveIntegerField(default=0)
    # Visible posts of the last seven days: new ones count at once, what grew old or was hidden with the next recount.
    week_count = models.PositiveIntegerField(default=0, db_default=0)
    lane_counts = models.JSONField(default=dict, blank=True)
    raised_count = models.PositiveSmallIntegerField(default=0, db_default=0)  # most boards have none to fetch
    last_thread = models.ForeignKey(
        "forum.Thread", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    last_posted_at = models.DateTimeField(null=True, blank=True)

    subs: list[Board]  # put on by `queries.lists.all_boards`

    objects = BoardQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return link("forum:board", self.slug)

    @property
    def shown_parent(self) -> Board | None:
        """The board above, as far as the viewer it was fetched for may know of it."""
        return self.parent if getattr(self, "is_parent_shown", False) else None

    @property
    def title(self) -> str:
        return in_language(self.title_en, self.title_zh)

    @property
    def about(self) -> str:
        return in_language(self.about_en, self.about_zh)


class BoardRight(models.Model):
    """One cell of the rights table: this role may do this here."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="right_rows")
    role = models.CharField(max_length=15, choices=BoardRole)
    verb = models.CharField(max_length=8, choices=Verb)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["board", "verb", "role"], name="board_right_unique")
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.verb} {self.board_id}"


class BoardMember(models.Model):
    """Someone enrolled on one board: in its circle, or as its moderator."""

    class Kind(models.TextChoices):
        CLUB_MEMBER = "club_member", _("Member of the circle")
        MODERATOR = "moderator", _("Moderator of this board")

    ROLE_OF_KIND: ClassVar = {
        Kind.CLUB_MEMBER: BoardRole.CLUB_MEMBER,
        Kind.MODERATOR: BoardRole.BOARD_MODERATOR,
    }

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="enrolled")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="board_roles")
    kind = models.CharField(max_length=11, choices=Kind)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["board", "member", "kind"], name="board_member_unique")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.member_id} on {self.board_id}"
