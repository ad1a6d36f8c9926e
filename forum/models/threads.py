"""Conversations, their tags and their log."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, DateTimeField, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.core import clock
from community.core.links import link
from community.members.models import all_but_face
from forum.models.boards import ALL_BUT_NAME, Board, Verb, enrolment, right_on_board

if TYPE_CHECKING:
    from forum.roles import Viewer


LOOKED_AT = 1000  # of a thread's last posts, for the first that is new to somebody


class Lane(models.TextChoices):
    """What a thread wants."""

    ASK = "ask", _("Question")
    TELL = "tell", _("Experience")
    MEET = "meet", _("Meet")
    CHAT = "chat", _("Chat")


class ThreadState(models.TextChoices):
    VISIBLE = "visible", _("Visible")
    HIDDEN = "hidden", _("Hidden")
    REMOVED = "removed", _("Removed")
    MERGED = "merged", _("Merged")  # its posts live in `merged_into`; only the redirect is left


class GoneFor(models.TextChoices):
    """Why staff took something out of sight, in a word that can be counted. The reason itself is told to its author."""

    SPAM = "spam", _("Spam or advertising")
    OFF_TOPIC = "off", _("Off topic")
    PERSONAL = "personal", _("Personal data")
    HOSTILE = "hostile", _("Hostile")
    DOUBLE = "double", _("Said twice")
    OTHER = "other", pgettext_lazy("reason", "Another reason")


class Tag(models.Model):
    slug = models.SlugField(max_length=60, unique=True, allow_unicode=True)
    name = models.CharField(max_length=40)
    thread_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class TagUse(models.Model):
    """On how many visible threads of a board a tag stands, so that a viewer is told of readable boards alone."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="uses", db_index=False)
    board = models.ForeignKey("forum.Board", on_delete=models.CASCADE, related_name="+")
    thread_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tag", "board"], name="tag_use_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.board_id}: {self.thread_count}"


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, viewer: Viewer) -> ThreadQuerySet:
        """Threads whose existence the viewer may know. Subqueries only, so the rows can be locked."""
        shown = Q(state=ThreadState.VISIBLE) | (
            ~Q(state=ThreadState.MERGED) & right_on_board(viewer, Verb.MODERATE, "board_id")
        )
        if viewer.is_authenticated:
            shown |= Q(state=ThreadState.HIDDEN, author_id=viewer.pk)
        return self.filter(shown).filter(right_on_board(viewer, Verb.READ, "board_id"))

    def named_to(self, viewer: Viewer) -> ThreadQuerySet:
        """Threads whose title the viewer may read elsewhere: as `visible_to`, and merged ones whose posts they may."""
        seen = Thread.objects.visible_to(viewer)
        merged = Q(state=ThreadState.MERGED, merged_into__in=seen)
        readable = right_on_board(viewer, Verb.READ, "board_id")
        return self.filter(Q(pk__in=seen) | (merged & readable))

    def public(self) -> ThreadQuerySet:
        """What the lists show to everyone who may read the board."""
        return self.filter(state=ThreadState.VISIBLE)

    def with_viewer(self, viewer: Viewer) -> ThreadQuerySet:
        """Adds the viewer's enrolment, read number, horizon and watch level, for verdicts and unread marks."""
        from forum.models.reading import BoardMark, ReadMark, Watch  # reading.py names Thread

        rows = self.annotate(**enrolment(viewer, "board_id"))
        if not viewer.is_authenticated:
            return rows
        marks = ReadMark.objects.filter(member_id=viewer.pk, thread_id=OuterRef("pk"))
        boards = BoardMark.objects.filter(member_id=viewer.pk, board_id=OuterRef("board_id"))
        watches = Watch.objects.filter(member_id=viewer.pk, thread_id=OuterRef("pk"))
        rows = rows.annotate(
            read_number=Coalesce(Subquery(marks.values("number")[:1]), Value(0), output_field=IntegerField()),
            horizon=Coalesce(
                Subquery(boards.values("at")[:1]), Value(viewer.joined_at), output_field=DateTimeField()
            ),
            watch_level=Subquery(watches.values("level")[:1]),
        )
        return rows.annotate(counted_new=_counted_new())

    def for_rows(self) -> ThreadQuerySet:
        """Everything a list row shows, in the same statement."""
        return self.select_related("author", "last_poster", "board", "raised__by").defer(
            *_BEHIND_ROWS,
            *(f"board__{name}" for name in ALL_BUT_NAME),
            *all_but_face("author", "last_poster", "raised__by"),
        )


# Of a thread, what no row of a list shows: each column of fifty rows is read, sent and made into an object.
_BEHIND_ROWS = (
    "excerpt",
    "state_reason",
    "gone_for",
    "pinned_until",
    "slow_minutes",
    "slow_until",
    "slow_reason",
    "log_count",
    "poll_count",
    "has_known",
    "sequence",
    "imported_from",
)

# Rows from `with_viewer`: something new since the horizon, beyond what was read.
UNREAD = Q(last_posted_at__gt=F("horizon"), shown_number__gt=F("read_number"))
# Where the numbers alone do not tell how much: the horizon divides the thread, or posts of it are out of sight.
_BY_POST = UNREAD & (Q(opened_at__lte=F("horizon")) | Q(shown_number__gt=F("reply_count") + 1))


def _new_posts() -> models.QuerySet[Any]:
    """Visible posts beyond what was read that are newer than the horizon, of the last `LOOKED_AT`.

    A list of a busy board must not read every post of its threads.
    """
    from forum.models.posts import Post  # posts.py names Thread

    return Post.objects.filter(
        thread_id=OuterRef("pk"),
        number__gt=OuterRef("last_number") - LOOKED_AT,
        posted_at__gt=OuterRef("horizon"),
        state="visible",
    ).filter(number__gt=OuterRef("read_number"))


def _counted_new() -> Case:
    """How many posts are new, where numbers alone do not tell; else NULL."""
    count = Subquery(_new_posts().order_by().values("thread_id").annotate(n=Count("pk")).values("n"))
    return Case(When(_BY_POST, then=Coalesce(count, 0)), default=None, output_field=IntegerField())


def first_new() -> Case:
    """An annotation beside those of `with_viewer`: the first post that is new; behind the last where none is."""
    first = Subquery(_new_posts().order_by("number").values("number")[:1])
    told = Coalesce(first, F("shown_number") + 1)
    return Case(When(_BY_POST, then=told), default=F("read_number") + 1, output_field=IntegerField())


class Thread(models.Model):
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="threads", db_index=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="threads", db_index=False
    )
    title = models.CharField(max_length=160)
    slug = models.SlugField(max_length=80, allow_unicode=True, db_index=False)
    lang = models.CharField(max_length=2, blank=True, default="")  # of the title
    lane = models.CharField(max_length=4, choices=Lane, default=Lane.CHAT)
    state = models.CharField(max_length=7, choices=ThreadState, default=ThreadState.VISIBLE)
    state_reason = models.CharField(max_length=300, blank=True, default="")
    gone_for = models.CharField(max_length=8, choices=GoneFor, blank=True, default="", db_default="")
    excerpt = models.CharField(max_length=300, blank=True, default="")
    tag_list = models.JSONField(default=list, blank=True)  # copy of `tags`: [[slug, name], …]
    tags = models.ManyToManyField(Tag, related_name="threads", blank=True)

    opened_at = models.DateTimeField()
    last_posted_at = models.DateTimeField()
    last_poster = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    last_number = models.PositiveIntegerField(default=1)  # numbers are gap-free: 1 … last_number
    shown_number = models.PositiveIntegerField(default=1, db_default=1)  # the highest of a visible post
    # That of `last_poster`'s post: what was merged in, or moved in late, stands behind it and may be older.
    latest_number = models.PositiveIntegerField(default=1, db_default=1)
    reply_count = models.PositiveIntegerField(default=0)  # visible replies
    answer_count = models.PositiveIntegerField(default=0)  # visible replies by others than the author
    reaction_count = models.PositiveIntegerField(default=0)
    days = models.JSONField(default=dict, blank=True)  # ISO day → posts, last fourteen with any
    heat = models.FloatField(default=0)

    locked_at = models.DateTimeField(null=True, blank=True)
    is_pinned = models.BooleanField(default=False)
    pinned_until = models.DateTimeField(null=True, blank=True)
    pin_reason = models.CharField(max_length=120, blank=True, default="")
    # Slow mode: between two posts of one person lie so many minutes, until then; see `pace`.
    slow_minutes = models.PositiveSmallIntegerField(default=0, db_default=0)
    slow_until = models.DateTimeField(null=True, blank=True)
    slow_reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    # The theme it stands for on the calendar, kept by the room of topics.
    topic = models.CharField(max_length=100, blank=True, default="", db_default="")
    accepted_post = models.ForeignKey(
        "forum.Post", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    needs_answer = models.BooleanField(default=False)
    log_count = models.PositiveIntegerField(default=0)  # lines in `log`: most threads have none to fetch
    # Polls under its posts, kept by the room of polls: most threads have none to fetch.
    poll_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Whether it may hold a known answer or be linked to one, kept by the room of those: most have none to fetch.
    has_known = models.BooleanField(default=False, db_default=False)
    sequence = models.PositiveBigIntegerField(
        default=0
    )  # gap-free: one step for each change of what its pages show
    merged_into = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="merged"
    )
    imported_from = models.CharField(max_length=80, blank=True, default="")

    # Put on by `queries.lists` for one viewer's page.
    new_count: int | None
    raised_words: str

    objects = ThreadQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["board", "-is_pinned", "-last_posted_at", "-id"], name="thread_board_latest"
            ),
            models.Index(fields=["board", "-opened_at", "-id"], name="thread_board_newest"),
            models.Index(fields=["board", "lane", "-last_posted_at", "-id"], name="thread_board_lane"),
            models.Index(fields=["-last_posted_at", "-id"], name="thread_latest"),
            models.Index(fields=["-heat", "-id"], name="thread_hot"),
            models.Index(fields=["author", "-opened_at"], name="thread_by_author"),
            models.Index(
                fields=["opened_at", "id"], condition=Q(needs_answer=True), name="thread_unanswered"
            ),
            models.Index(fields=["pinned_until"], condition=Q(is_pinned=True), name="thread_pins"),
            models.Index(
                fields=["slow_until"], condition=Q(slow_until__isnull=False), name="thread_slow_ones"
            ),
            models.Index(
                fields=["-accepted_at", "-id"], condition=Q(accepted_at__isnull=False), name="thread_accepted"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return link("forum:thread", self.pk, self.slug)

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def is_slow(self) -> bool:
        return self.slow_until is not None and self.slow_until > clock.now()

    @property
    def slow_gap(self) -> timedelta:
        """How much time slow mode puts between two posts of one person."""
        return timedelta(minutes=self.slow_minutes)

    @property
    def lane_label(self) -> str:
        return str(Lane(self.lane).label)


class LinkKind(models.TextChoices):
    SAME = "same", _("the same question")
    RELATED = "related", _("related")


class ThreadLink(models.Model):
    """Somebody found that two threads belong together. Read in both directions."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="links", db_index=False)
    target = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=7, choices=LinkKind)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "target", "kind"], name="thread_link_unique")
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.kind} {self.target_id}"


class ThreadLog(models.Model):
    """What was done to a thread, by whom and why. Append-only."""

    class Kind(models.TextChoices):
        LOCKED = "locked", _("locked")
        UNLOCKED = "unlocked", _("unlocked")
        PINNED = "pinned", _("pinned")
        UNPINNED = "unpinned", _("unpinned")
        SLOWED = "slowed", _("slowed down")
        UNSLOWED = "unslowed", _("ended slow mode")
        TOPIC = "topic", _("stands for a theme")
        MOVED = "moved", _("moved")
        MERGED_IN = "merged_in", _("merged")
        SPLIT_OFF = "split_off", _("split")
        SPLIT_FROM = "split_from", _("split from")
        RENAMED = "renamed", _("renamed")
        LANE = "lane", _("changed lane")
        RETAGGED = "retagged", _("retagged")
        HIDDEN = "hidden", _("hidden")
        RESTORED = "restored", _("restored")
        REMOVED = "removed", _("removed")
        ACCEPTED = "accepted", _("accepted an answer")
        UNACCEPTED = "unaccepted", _("withdrew the accepted answer")
        KNOWN = "known", _("made a known answer")
        KNOWN_BACK = "known_back", _("took a known answer back")
        LINKED = "linked", _("linked to a known answer")
        UNLINKED = "unlinked", _("took the link to a known answer away")

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="log")
    kind = models.CharField(max_length=10, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    after_number = models.PositiveIntegerField(default=0)  # the line stands after this post
    data = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")

    # Put on by `queries.threads` for a viewer who may read it. Titles are never copied into a line.
    from_board: Board | None = None
    other: Thread | None = None  # the thread that it names

    NAMES: ClassVar[dict[str, str]] = {
        Kind.MERGED_IN: "source",
        Kind.SPLIT_OFF: "target",
        Kind.SPLIT_FROM: "source",
    }

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.thread_id}"

    @property
    def other_id(self) -> int | None:
        """The thread that a line about a merge or split names."""
        pk: int | None = self.data.get(self.NAMES.get(self.kind, ""))
        return pk
