"""Tables of surveys. Whoever answered anonymously is in none of these rows, and what they said in no row of theirs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.core import clock
from community.core.links import link
from forum.models import Board, Verb
from forum.models.boards import right_on_board
from polls.models import Group
from polls.models.shown import shown_to
from polls.surveys import fixed, policy

if TYPE_CHECKING:
    from forum.roles import Viewer


class Kind(models.TextChoices):
    SINGLE = "single", _("One choice")
    MULTIPLE = "multiple", _("Several choices")
    SCALE = "scale", _("A number on a scale")
    NPS = "nps", _("Would you recommend it? (NPS, 0 to 10)")
    CSAT = "csat", _("How satisfied are you? (CSAT, 1 to 5)")
    LINE = "line", _("A few words")
    WORDS = "words", _("Words at length")


class Secrecy(models.TextChoices):
    """Who can know what somebody answered. Said before it begins."""

    NAMED = "named", _("The team sees who answered what")
    ANONYMOUS = "anonymous", _("Nobody can find out who answered what, not even the team")


class SurveyState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Published")
    ARCHIVED = "archived", _("Archived")
    REMOVED = "removed", _("Removed")


class SurveyQuerySet(models.QuerySet["Survey"]):
    def visible_to(self, viewer: Viewer) -> SurveyQuerySet:
        """Surveys that the viewer may know of: the board decides, and drafts are their authors' and the team's."""
        published = Q(state__in=(SurveyState.OPEN, SurveyState.ARCHIVED))
        return self.filter(shown_to(viewer, published)).filter(
            Q(board=None) | right_on_board(viewer, Verb.READ, "board_id")
        )


class Survey(models.Model):
    """What stays the same from wave to wave. Written only by `polls.surveys.actions`."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="surveys", db_index=False
    )
    board = models.ForeignKey(Board, on_delete=models.CASCADE, null=True, blank=True, related_name="surveys")
    slug = models.SlugField(max_length=80, allow_unicode=True, unique=True)
    title = models.CharField(max_length=160)
    about = models.CharField(max_length=300, blank=True, default="")
    thanks = models.CharField(max_length=300, blank=True, default="")  # told when somebody has sent theirs
    lang = models.CharField(max_length=2, blank=True, default="")
    secrecy = models.CharField(max_length=9, choices=Secrecy, default=Secrecy.NAMED)
    audience = models.CharField(max_length=20, default="everyone")  # a key of `polls.eligibility`
    state = models.CharField(max_length=8, choices=SurveyState, default=SurveyState.OPEN)
    made_at = models.DateTimeField(default=clock.now)
    opens_at = models.DateTimeField(default=clock.now)  # when it was published first
    draw = models.ForeignKey(
        "polls.Draw", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    objects = SurveyQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-opens_at", "-id"], name="survey_newest"),
            models.Index(fields=["author", "-id"], name="survey_by_author"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return link("surveys:survey", self.slug)

    @property
    def is_anonymous(self) -> bool:
        return self.secrecy == Secrecy.ANONYMOUS


class Wave(models.Model):
    """One time the survey is asked. Without `opens_at` it is being prepared."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="waves", db_index=False)
    number = models.PositiveSmallIntegerField(default=1)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # by hand, or noted after `closes_at`
    published_at = models.DateTimeField(null=True, blank=True)  # since when members see the results
    note = models.CharField(max_length=600, blank=True, default="")  # what whoever asked says to them

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["survey", "number"], name="wave_number_unique"),
            # One that is asked at a time: a second tap on "ask again" makes no second wave.
            models.UniqueConstraint(
                fields=["survey"], condition=Q(closed_at=None), name="wave_one_at_a_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["closes_at"], condition=Q(closed_at=None), name="wave_due"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}/{self.number}"

    @property
    def is_prepared(self) -> bool:
        """Not asked yet."""
        return self.opens_at is None

    @property
    def is_over(self) -> bool:
        if self.closed_at is not None:
            return True
        return self.closes_at is not None and self.closes_at <= clock.now()

    @property
    def is_open(self) -> bool:
        return self.opens_at is not None and not self.is_over

    @property
    def ended_at(self) -> datetime | None:
        return self.closed_at or self.closes_at


class Question(models.Model):
    """What one wave asks. `text` of a question with fixed words is its subject alone."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="questions", db_index=False)
    number = models.PositiveSmallIntegerField()  # its place, from 1 on
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=300)
    about = models.CharField(max_length=300, blank=True, default="")
    section = models.CharField(max_length=120, blank=True, default="")  # heading of the page it begins
    starts_page = models.BooleanField(default=True)
    is_required = models.BooleanField(default=True)
    most = models.PositiveSmallIntegerField(default=1)  # options an answer names
    low = models.PositiveSmallIntegerField(default=0)  # ends of a scale
    high = models.PositiveSmallIntegerField(default=0)
    low_label = models.CharField(max_length=60, blank=True, default="")
    high_label = models.CharField(max_length=60, blank=True, default="")
    jumps = models.JSONField(default=dict, blank=True)  # what was chosen → number of the next one; 0: the end
    wording = models.CharField(
        max_length=64
    )  # `policy.wording`: compared with other waves where it is the same

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "number"], name="survey_question_number_unique"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_scale(self) -> bool:
        return self.kind in policy.SCALES

    @property
    def is_text(self) -> bool:
        return self.kind in policy.TEXTS

    @property
    def steps(self) -> range:
        return range(self.low, self.high + 1)

    def said(self, lang: str) -> str:
        """The question as people read it, in the language of its survey."""
        return fixed.words(self.kind, self.text, lang) if fixed.is_fixed(self.kind) else self.text


class Option(models.Model):
    """What can be chosen. Answers name it by `number`."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options", db_index=False)
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=160)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "number"], name="survey_option_number_unique"),
        ]

    def __str__(self) -> str:
        return self.text


class ResponseState(models.TextChoices):
    BEGUN = "begun"
    SENT = "sent"
    MERGED = "merged"  # a guest's, whose member had begun already


class Response(models.Model):
    """One person's answers in one wave of a named survey. Until they are sent they lie in `progress`, and count nowhere.

    A guest's keeps the key of their cookie when it becomes a member's, so that the cookie answers once.
    """

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="responses", db_index=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    guest_key = models.CharField(max_length=43, blank=True, default="")
    group = models.CharField(max_length=6, choices=Group)
    state = models.CharField(max_length=6, choices=ResponseState, default=ResponseState.BEGUN)
    progress = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "member"], name="response_once_a_member"),
            models.UniqueConstraint(
                fields=["wave", "guest_key"], condition=~Q(guest_key=""), name="response_once_a_guest"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["guest_key"], condition=~Q(guest_key=""), name="response_by_guest"),
            models.Index(
                fields=["wave", "-sent_at", "-id"], condition=Q(state="sent"), name="response_newest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} in {self.wave_id}"


class Answer(models.Model):
    """One thing somebody said: a chosen value, or words (then the value is 0)."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers", db_index=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    value = models.PositiveSmallIntegerField(default=0)
    words = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["response", "question", "value"], name="survey_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} by {self.response_id}"


# Anonymous surveys ----------------------------------------------------------------------------------------------


class Sheet(models.Model):
    """Somebody's answers while they fill an anonymous survey in: encrypted, and gone when they are sent or it closes."""

    mark = models.CharField(max_length=43, primary_key=True)  # keyed digest of wave and member
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="sheets")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"somebody in {self.wave_id}"


class Handed(models.Model):
    """Somebody sent their answers. Nothing here tells who without the site's secret, when, or what they said."""

    mark = models.CharField(max_length=43, primary_key=True)
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="handed")

    def __str__(self) -> str:
        return f"somebody in {self.wave_id}"


class Box(models.Model):
    """Answers that nobody has counted yet: shuffled, padded, and encrypted as a whole."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="boxes", db_index=False)
    slot = models.PositiveSmallIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "slot"], name="survey_box_unique"),
        ]

    def __str__(self) -> str:
        return f"box {self.slot} of {self.wave_id}"


class Counted(models.Model):
    """How many said this, of the groups that were taken out of the boxes. `value` -1: who answered at all."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="counted", db_index=False)
    value = models.SmallIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "value"], name="survey_counted_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.value}: {self.count}"


class Words(models.Model):
    """What somebody wrote in an anonymous survey, apart from everything else they said."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="words")
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:40]
