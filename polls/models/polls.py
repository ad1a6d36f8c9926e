"""A question, what can be chosen, and the rules that everybody reads before voting."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from community.core import clock
from community.core.links import link
from forum.models import Board, Post, PostState, Thread, Verb
from forum.models.boards import right_on_board
from polls import said
from polls.models.shown import shown_to

if TYPE_CHECKING:
    from forum.roles import Viewer


class Kind(models.TextChoices):
    SINGLE = "single", _("One choice")
    MULTIPLE = "multiple", _("Several choices")
    SCALE = "scale", _("A number on a scale")
    RANKED = "ranked", _("An order")


class Results(models.TextChoices):
    """When voters see what was counted. Said before voting."""

    ALWAYS = "always", _("At any time")
    VOTED = "voted", _("After voting")
    CLOSED = "closed", _("After the poll has closed")
    STAFF = "staff", _("Only the team sees them")


class Changes(models.TextChoices):
    """What may become of a ballot while the poll is open. Said before voting."""

    FINAL = "final", _("A vote stays as it was cast")
    CHANGE = "change", _("A vote can be changed")
    WITHDRAW = "withdraw", _("A vote can be changed or withdrawn")


class Secrecy(models.TextChoices):
    """Who can know what somebody chose. Said before voting."""

    NAMED = "named", _("Everybody sees who chose what")
    PRIVATE = "private", _("Nobody is shown who chose what")
    SEALED = "sealed", _("Nobody can find out who chose what, not even the team")


class Method(models.TextChoices):
    """How orders are counted."""

    RUNOFF = "runoff", _("Instant run-off")
    BORDA = "borda", _("Points for places (Borda)")


class PollState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Published")
    ARCHIVED = "archived", _("Archived")  # readable, closed for good
    REMOVED = "removed", _("Removed")


PUBLISHED = (PollState.OPEN, PollState.ARCHIVED)  # those that a thread counts as its own


class PollQuerySet(models.QuerySet["Poll"]):
    def visible_to(self, viewer: Viewer, at: datetime | None = None) -> PollQuerySet:
        """Polls that the viewer may know of: where they stand decides, and drafts are their authors'."""
        published = Q(state__in=PUBLISHED, opens_at__lte=at or clock.now())
        published &= Q(post=None) | Q(post__state=PostState.VISIBLE)
        # Asked of the one thread: as a list of all that are visible, PostgreSQL takes the statement of a vote for so
        # dear that it plans it anew each time.
        seen = Thread.objects.visible_to(viewer).order_by().filter(pk=OuterRef("thread_id"))
        in_thread = Q(thread=None) | Exists(seen)
        on_board = Q(board=None) | right_on_board(viewer, Verb.READ, "board_id")
        return self.filter(shown_to(viewer, published)).filter(in_thread).filter(on_board)

    def public(self, at: datetime | None = None) -> PollQuerySet:
        return self.filter(state__in=PUBLISHED, opens_at__lte=at or clock.now())


class Poll(models.Model):
    """Written only by `polls.actions`. Whether it takes votes is decided by `statements`, by the database's clock."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="polls", db_index=False
    )
    # Where it stands: under a post of a thread, or on a board; without either it has a page only. Who may read the
    # place may read the poll.
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, null=True, blank=True, related_name="polls")
    post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, blank=True, related_name="polls")
    board = models.ForeignKey(Board, on_delete=models.CASCADE, null=True, blank=True, related_name="polls")

    question = models.CharField(max_length=160)
    slug = models.SlugField(max_length=80, allow_unicode=True)
    about = models.CharField(max_length=300, blank=True, default="")
    lang = models.CharField(max_length=2, blank=True, default="")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.SINGLE)
    least = models.PositiveSmallIntegerField(default=1)  # choices that a ballot names
    most = models.PositiveSmallIntegerField(default=1)
    low_label = models.CharField(max_length=60, blank=True, default="")  # what the ends of a scale mean
    high_label = models.CharField(max_length=60, blank=True, default="")
    takes_other = models.BooleanField(default=False)  # the last choice takes words of the voter's own
    method = models.CharField(max_length=6, choices=Method, default=Method.RUNOFF)

    results = models.CharField(max_length=6, choices=Results, default=Results.VOTED)
    changes = models.CharField(max_length=8, choices=Changes, default=Changes.WITHDRAW)
    secrecy = models.CharField(max_length=7, choices=Secrecy, default=Secrecy.PRIVATE)
    audience = models.CharField(max_length=20, default="members")  # a key of `eligibility`
    audience_value = models.CharField(max_length=40, blank=True, default="")
    is_decision = models.BooleanField(default=False)  # the brand acts on it: members alone decide

    state = models.CharField(max_length=8, choices=PollState, default=PollState.OPEN)
    made_at = models.DateTimeField(default=clock.now)
    opens_at = models.DateTimeField(default=clock.now)
    closes_at = models.DateTimeField(null=True, blank=True)
    closes_after = models.PositiveIntegerField(null=True, blank=True)  # ballots
    closed_at = models.DateTimeField(null=True, blank=True)  # by hand, by number, or noted after `closes_at`
    reminded_at = models.DateTimeField(null=True, blank=True)  # that it closes soon
    home_on = models.DateField(null=True, blank=True)  # the first page shows it from this day on
    last_number = models.PositiveSmallIntegerField(default=0)  # numbers of choices are never given twice
    correction_count = models.PositiveSmallIntegerField(default=0)
    recount_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    # Of a decision that has closed: the brand's last day. Set by the first close; reopening neither drops nor moves it.
    answer_by = models.DateField(null=True, blank=True)
    first_answer_by = models.DateField(null=True, blank=True)  # the day said first, where it was moved
    reopened_at = models.DateTimeField(null=True, blank=True)  # the last time
    end_moved_at = models.DateTimeField(null=True, blank=True)  # after the first vote, the last time
    answered_at = models.DateTimeField(null=True, blank=True)  # the first answer
    draw = models.ForeignKey(
        "polls.Draw", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    objects = PollQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-opens_at", "-id"], name="poll_newest"),
            models.Index(fields=["author", "-id"], name="poll_by_author"),
            models.Index(fields=["closes_at"], condition=Q(closed_at=None), name="poll_due"),
            models.Index(fields=["-home_on", "-id"], condition=~Q(home_on=None), name="poll_home"),
            models.Index(
                fields=["answer_by", "id"],
                condition=Q(answered_at=None) & ~Q(answer_by=None),
                name="poll_owed",
            ),
            models.Index(
                fields=["-answered_at", "-id"], condition=~Q(answered_at=None), name="poll_answered"
            ),
        ]

    def __str__(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        return link("polls:poll", self.pk, self.slug)

    @property
    def is_sealed(self) -> bool:
        return self.secrecy == Secrecy.SEALED

    @property
    def is_published(self) -> bool:
        return self.state in PUBLISHED

    @property
    def has_opened(self) -> bool:
        """Whether people can read it, or could: neither a draft nor set for later."""
        return self.is_published and self.opens_at <= clock.now()

    @property
    def decides(self) -> tuple[str, ...]:
        """Groups whose votes make the result."""
        return ("owner", "member") if self.is_decision else ("owner", "member", "guest")

    @property
    def is_ranked(self) -> bool:
        return self.kind == Kind.RANKED

    @property
    def is_one_tap(self) -> bool:
        """Whether touching a choice is the whole vote."""
        return self.kind in (Kind.SINGLE, Kind.SCALE)

    @property
    def is_over(self) -> bool:
        """Whether pages say that it is closed. Ballots are decided by the database, not by this."""
        if self.closed_at is not None or self.state == PollState.ARCHIVED:
            return True
        return self.closes_at is not None and self.closes_at <= clock.now()

    @property
    def ended_at(self) -> datetime | None:
        return self.closed_at or self.closes_at

    def note_end(self, at: datetime) -> list[str]:
        """Say that it is over, and by when the brand owes an answer; which fields are to be saved."""
        self.closed_at = at
        if not self.is_decision or self.answer_by is not None:  # whoever closes it again wins no time
            return ["closed_at"]
        self.answer_by = said.due(at.date())
        return ["closed_at", "answer_by"]

    @property
    def answer_state(self) -> str:
        """How it stands with the brand's answer to a decision: voting | again | waiting | late | answered."""
        return said.state(
            is_over=self.is_over,
            answer_by=self.answer_by,
            answered_at=self.answered_at,
            today=clock.now().date(),
        )


class Choice(models.Model):
    """Something that can be chosen. Ballots and counts name it by `number`, which is never given twice."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="choices", db_index=False)
    number = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=120)
    about = models.CharField(max_length=160, blank=True, default="")
    picture = models.ForeignKey(
        "files.Upload", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    alt = models.CharField(max_length=200, blank=True, default="")
    takes_words = models.BooleanField(default=False)
    added_at = models.DateTimeField(null=True, blank=True)  # when somebody had voted already

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "number"], name="choice_number_unique"),
            models.CheckConstraint(condition=Q(picture=None) | ~Q(alt=""), name="choice_picture_needs_words"),
        ]

    def __str__(self) -> str:
        return self.text


class Correction(models.Model):
    """Another wording, or another end (`ends`), after the first vote. Append-only; what was there stays readable."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="corrections")
    number = models.PositiveSmallIntegerField(default=0)  # of the choice; 0: the question itself
    field = models.CharField(max_length=12)
    before = models.CharField(max_length=300, blank=True, default="")
    after = models.CharField(max_length=300, blank=True, default="")
    reason = models.CharField(max_length=300)
    ballots = models.PositiveIntegerField(default=0)  # cast until then
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.poll_id}: {self.before} → {self.after}"
