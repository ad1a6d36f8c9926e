"""Authored units: opening posts and replies in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from community.core.links import link
from community.members.models import Ignore, all_but_face
from forum.models.threads import GoneFor, Thread, ThreadLog

if TYPE_CHECKING:
    from forum.roles import Viewer


class PostState(models.TextChoices):
    """A number is never given twice and never missing: a post that goes leaves its row as a stub."""

    VISIBLE = "visible", _("Visible")
    HIDDEN = "hidden", _("Hidden")  # by staff, reversible; author and staff still see it
    REMOVED = "removed", _("Removed")  # by its author or staff
    MOVED = "moved", _("Moved")  # lives on as `moved_to`
    PURGED = "purged", _("Purged")  # words and author are gone from the database


class ReactionKind(models.TextChoices):
    USEFUL = "useful", _("Useful")
    SAME = "same", _("Same here")
    THANKS = "thanks", _("Thanks")
    FUNNY = "funny", _("Funny")
    WOW = "wow", _("Surprising")


# Of the post that another one answers, its number and its author are shown, if it still stands in the thread.
_UNSHOWN = [
    f"reply_to__{name}"
    for name in (
        "source", "html", "plain", "lang", "renderer_version", "posted_at", "edited_at", "edit_count",
        "state_reason", "gone_for", "state_by_id", "reply_to_id", "moved_to_id", "reactions", "cards",
        "particulars", "imported_score", "imported_from",
    )
]  # fmt: skip


class PostQuerySet(models.QuerySet["Post"]):
    def for_page(self, viewer: Viewer) -> PostQuerySet:
        """Everything a post shows on a thread page, the viewer's own marks included, in one statement."""
        rows = self.select_related("author", "reply_to__author").defer(
            "source", *_UNSHOWN, *all_but_face("author", "reply_to__author")
        )
        if viewer.is_authenticated:
            mine = Reaction.objects.filter(post_id=OuterRef("pk"), member_id=viewer.pk)
            ignored = Ignore.objects.filter(member_id=viewer.pk, target_id=OuterRef("author_id"))
            rows = rows.annotate(my_reaction=Subquery(mine.values("kind")[:1]), is_ignored=Exists(ignored))
        return rows

    def visible(self) -> PostQuerySet:
        return self.filter(state=PostState.VISIBLE)


class Post(models.Model):
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="posts", db_index=False)
    number = models.PositiveIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="posts", db_index=False
    )
    source = models.TextField()  # Markdown as written
    html = models.TextField()  # from core.text only
    plain = models.TextField(blank=True, default="")
    lang = models.CharField(max_length=2, blank=True, default="")  # zh | en, for line breaking and fonts
    renderer_version = models.PositiveSmallIntegerField(default=0)
    posted_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    edit_count = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=7, choices=PostState, default=PostState.VISIBLE)
    state_reason = models.CharField(max_length=300, blank=True, default="")
    gone_for = models.CharField(max_length=8, choices=GoneFor, blank=True, default="", db_default="")
    state_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    reply_to = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="answers"
    )
    moved_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reactions = models.JSONField(default=dict, blank=True)  # kind → count; copy of Reaction rows
    cards = models.JSONField(
        null=True, default=None, editable=False
    )  # copy of its links' cards: {url, title, …}
    particulars = models.JSONField(
        null=True, default=None, editable=False
    )  # copy of its FieldValue rows, in words; see `fields.Told`
    imported_score = models.IntegerField(default=0)
    imported_from = models.CharField(max_length=80, blank=True, default="")

    # Put on by `queries.threads` for one viewer's page.
    shown: bool
    can_edit: bool
    can_remove: bool
    can_react: bool
    can_moderate: bool
    is_accepted: bool
    is_mine: bool
    is_first_unread: bool
    drives: str  # of its author, as far as this viewer may know
    headline: str
    log_after: list[ThreadLog]
    below: SafeString  # by other rooms, through their tags

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["thread", "number"], name="post_number_unique")
        ]
        indexes: ClassVar = [
            models.Index(fields=["author", "-posted_at", "-id"], name="post_by_author"),
            models.Index(fields=["renderer_version"], name="post_renderer"),
            models.Index(fields=["-posted_at"], name="post_by_time"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} in {self.thread_id}"

    def get_absolute_url(self) -> str:
        return link("forum:post", self.pk)

    @property
    def is_opening(self) -> bool:
        return self.number == 1

    @property
    def findable(self) -> str:
        """What search finds the post by: its answers to the board’s form, in the reader’s language, and its words."""
        from forum.fields import told_of  # fields.py names the models

        answers = _(", ").join(said for one in told_of(self.particulars) for said, _key in one.words())
        return f"{answers}\n{self.plain}" if answers else self.plain

    @property
    def reaction_total(self) -> int:
        return sum(self.reactions.values())


class PostRevision(models.Model):
    """The words a post had before an edit. `number` counts from 1, oldest first."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions", db_index=False)
    number = models.PositiveSmallIntegerField()
    source = models.TextField()
    title = models.CharField(max_length=160, blank=True, default="")  # opening posts keep the thread's title
    particulars = models.JSONField(null=True, default=None)  # as the post's, before the edit
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "number"], name="revision_number_unique")
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.post_id}"


class Reaction(models.Model):
    """One person's one reaction to a post."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reaction_rows", db_index=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=6, choices=ReactionKind)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "member"], name="reaction_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.post_id}"
