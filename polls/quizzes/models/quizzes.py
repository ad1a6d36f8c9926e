"""Tables of quizzes. A question that somebody answered is never altered: another wording is another question."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.core import clock
from community.core.links import link
from forum.models import Board, Verb
from forum.models.boards import right_on_board
from polls.models.shown import shown_to
from polls.quizzes import policy

if TYPE_CHECKING:
    from forum.roles import Viewer


class Kind(models.TextChoices):
    KNOWLEDGE = "knowledge", _("What do you know?")
    OUTCOME = "outcome", _("What suits you?")


class Which(models.TextChoices):
    """Which of several attempts is the result."""

    BEST = "best", _("The best attempt counts")
    LAST = "last", _("The last attempt counts")


class QuizState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Published")
    ARCHIVED = "archived", _("Archived")  # readable, takes no attempt
    REMOVED = "removed", _("Removed")


class QuizQuerySet(models.QuerySet["Quiz"]):
    def visible_to(self, viewer: Viewer) -> QuizQuerySet:
        """Quizzes that the viewer may know of: the board decides, and drafts are their authors' and the team's."""
        published = Q(state__in=(QuizState.OPEN, QuizState.ARCHIVED))
        return self.filter(shown_to(viewer, published)).filter(
            Q(board=None) | right_on_board(viewer, Verb.READ, "board_id")
        )

    def public(self) -> QuizQuerySet:
        return self.filter(state=QuizState.OPEN)


class Quiz(models.Model):
    """Written only by `polls.quizzes.actions`."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="quizzes", db_index=False
    )
    board = models.ForeignKey(Board, on_delete=models.CASCADE, null=True, blank=True, related_name="quizzes")
    slug = models.SlugField(max_length=80, allow_unicode=True, unique=True)
    title = models.CharField(max_length=160)
    about = models.CharField(max_length=300, blank=True, default="")
    lang = models.CharField(max_length=2, blank=True, default="")
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.KNOWLEDGE)
    state = models.CharField(max_length=8, choices=QuizState, default=QuizState.OPEN)
    audience = models.CharField(max_length=20, default="everyone")  # a key of `polls.eligibility`
    audience_value = models.CharField(max_length=40, blank=True, default="")
    draws = models.PositiveSmallIntegerField(
        default=0
    )  # questions an attempt asks, by chance; 0: all of them
    shuffles = models.BooleanField(default=True)
    most_attempts = models.PositiveSmallIntegerField(default=0)  # 0: as many as somebody likes
    which = models.CharField(max_length=4, choices=Which, default=Which.BEST)
    seconds = models.PositiveSmallIntegerField(default=0)  # for each question; 0: no limit
    pass_percent = models.PositiveSmallIntegerField(default=0)  # 0: nothing to be passed
    made_at = models.DateTimeField(default=clock.now)
    opens_at = models.DateTimeField(default=clock.now)  # when it was published first
    finished_count = models.PositiveIntegerField(
        default=0
    )  # people who finished it; `counters` has the recount

    objects = QuizQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-opens_at", "-id"], name="quiz_newest"),
            models.Index(fields=["author", "-id"], name="quiz_by_author"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return link("quizzes:quiz", self.slug)

    @property
    def is_knowledge(self) -> bool:
        return self.kind == Kind.KNOWLEDGE


class Question(models.Model):
    """One entry of the question bank. Several quizzes may ask it."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    picture = models.ForeignKey(
        "files.Upload", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    alt = models.CharField(max_length=200, blank=True, default="")
    takes_several = models.BooleanField(default=False)  # more than one option may be picked
    why_title = models.CharField(max_length=120, blank=True, default="")
    why = models.CharField(max_length=1000, blank=True, default="")  # the explanation after the answer
    source = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField(default=clock.now)
    # First attempts of each person alone; `counters` has the recount.
    answered_count = models.PositiveIntegerField(default=0)
    right_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(picture=None) | ~Q(alt=""), name="question_picture_needs_words"
            )
        ]

    def __str__(self) -> str:
        return self.text


class Option(models.Model):
    """What can be picked. Answers name it by `number`; pages, before the answer, only by its place in the attempt."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options", db_index=False)
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=160)
    note = models.CharField(max_length=160, blank=True, default="")  # told after the answer
    is_right = models.BooleanField(default=False)
    weights = models.JSONField(default=dict, blank=True)  # outcome's number → points
    picked_count = models.PositiveIntegerField(default=0)  # first attempts; `counters` has the recount

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "number"], name="option_number_unique")
        ]

    def __str__(self) -> str:
        return self.text


class Item(models.Model):
    """A question's place in a quiz."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="items", db_index=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quiz", "place"], name="item_place_unique"),
            models.UniqueConstraint(fields=["quiz", "question"], name="item_question_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id}/{self.place}"


class Outcome(models.Model):
    """What an outcome quiz leads to. A number stands for one meaning for ever."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="outcomes", db_index=False)
    number = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    text = models.CharField(max_length=600, blank=True, default="")
    board = models.ForeignKey(Board, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quiz", "number"], name="outcome_number_unique")
        ]

    def __str__(self) -> str:
        return self.title


class Attempt(models.Model):
    """One go at a quiz, by a member or by a guest's key. `plan` holds its order: [[question, [option, …]], …]."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    guest_key = models.CharField(max_length=64, blank=True, default="")
    number = models.PositiveSmallIntegerField(default=1)
    plan = models.JSONField()
    at = models.PositiveSmallIntegerField(default=0)  # questions behind it
    shown_at = models.DateTimeField(null=True, blank=True)  # since when the present question is on a page
    is_unhurried = models.BooleanField(default=False)  # without the clock, as wished before it began
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    right_count = models.PositiveSmallIntegerField(default=0)
    outcome = models.ForeignKey(Outcome, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_passed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["quiz", "member", "number"], condition=~Q(member=None), name="attempt_member_unique"
            ),
            models.UniqueConstraint(
                fields=["quiz", "guest_key", "number"],
                condition=~Q(guest_key=""),
                name="attempt_guest_unique",
            ),
            models.UniqueConstraint(
                fields=["quiz", "member"],
                condition=Q(finished_at=None) & ~Q(member=None),
                name="attempt_member_one_open",
            ),
            models.UniqueConstraint(
                fields=["quiz", "guest_key"],
                condition=Q(finished_at=None) & ~Q(guest_key=""),
                name="attempt_guest_one_open",
            ),
            models.CheckConstraint(condition=Q(member=None) | Q(guest_key=""), name="attempt_one_person"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["guest_key"], condition=~Q(guest_key=""), name="attempt_by_guest"),
            models.Index(
                fields=["quiz", "right_count"],
                condition=Q(number=1) & ~Q(finished_at=None),
                name="attempt_scores",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id}: {self.number}"

    @property
    def asked(self) -> int:
        return len(self.plan)

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def percent(self) -> int:
        return policy.percent(self.right_count, self.asked)


class Answer(models.Model):
    """What was picked at one place of an attempt. Nothing picked: it was passed over, or came too late."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers", db_index=False)
    place = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    picked = models.CharField(max_length=40, blank=True, default="")  # numbers, "1,3"
    is_right = models.BooleanField(default=False)
    is_late = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attempt", "place"], name="answer_place_unique")
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.place}"

    @property
    def numbers(self) -> list[int]:
        return [int(number) for number in self.picked.split(",") if number]


class Card(models.Model):
    """A result that somebody chose to show around, at an address nobody can guess."""

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="card")
    token = models.CharField(max_length=64, unique=True)
    shows_name = models.BooleanField(default=False)
    lang = models.CharField(max_length=7)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"card of {self.attempt_id}"
