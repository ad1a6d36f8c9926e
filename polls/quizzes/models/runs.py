"""Tables of hosted runs: a quiz that many take together while somebody leads it. All of its state is here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from community.core import clock
from community.core.links import link
from forum.models import Verb
from forum.models.boards import right_on_board
from polls.quizzes.hosted import Sheet
from polls.quizzes.models.quizzes import Quiz, QuizState

if TYPE_CHECKING:
    from forum.roles import Viewer


class RunState(models.TextChoices):
    LOBBY = "lobby"  # people come in
    ASKING = "asking"  # a question is open, until the clock or the host closes it
    CLOSED = "closed"  # its key and its distribution are on show
    STANDINGS = "standings"  # who is in front
    ENDED = "ended"


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, viewer: Viewer) -> RunQuerySet:
        """Runs whose board the viewer reads; who knows the code may know of the quiz, published or not."""
        rows = self.exclude(quiz__state=QuizState.REMOVED)
        return rows.filter(Q(quiz__board=None) | right_on_board(viewer, Verb.READ, "quiz__board_id"))

    def under_way(self) -> RunQuerySet:
        return self.exclude(state=RunState.ENDED)


class Run(models.Model):
    """One evening with a quiz. Written only by `polls.quizzes.actions`, its state only under the lock of this row.

    `sequence` is the step it has taken: each change of what everybody sees takes the next one, without gaps. `sheets`
    are the questions as they are asked here, with their keys: what is changed in the quiz meanwhile changes nothing.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="runs", db_index=False)
    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=6, unique=True)
    sheets = models.JSONField()
    seconds = models.PositiveSmallIntegerField()  # for each question
    state = models.CharField(max_length=9, choices=RunState, default=RunState.LOBBY)
    sequence = models.PositiveBigIntegerField(default=1)
    asked = models.PositiveSmallIntegerField(default=0)  # questions shown so far, the present one included
    shown_at = models.DateTimeField(null=True, blank=True)  # since when the present question is open
    ends_at = models.DateTimeField(
        null=True, blank=True
    )  # until when, as the pages say it: without the grace
    host_seen_at = models.DateTimeField(default=clock.now)
    paused_at = models.DateTimeField(null=True, blank=True)  # the host was gone for long, and is not back
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["quiz", "host"], condition=~Q(state="ended"), name="run_one_under_way"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["quiz", "-id"], name="run_of_quiz"),
            models.Index(fields=["id"], condition=~Q(state="ended"), name="run_under_way"),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return link("quizzes:room", self.code)

    @property
    def place(self) -> int:
        """Of the present question, from 0; -1 before the first."""
        return self.asked - 1

    @property
    def sheet(self) -> Sheet | None:
        """The present question; None before the first."""
        return Sheet.read(self.sheets[self.place]) if self.asked else None

    @property
    def is_last(self) -> bool:
        return self.asked == len(self.sheets)

    @property
    def is_over(self) -> bool:
        return self.state == RunState.ENDED

    @property
    def scored(self) -> int:
        """How many questions stand in the points."""
        return self.asked - (self.state == RunState.ASKING)


class Player(models.Model):
    """Somebody in a run, a member or a guest's key. A name is theirs to give; without one they play all the same."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="players", db_index=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    guest_key = models.CharField(max_length=64, blank=True, default="")
    name = models.CharField(max_length=24, blank=True, default="")
    name_key = models.CharField(max_length=64, blank=True, default="")  # look-alike skeleton
    is_nameless = models.BooleanField(default=False)  # the host took the name off, and there is no other
    points = models.PositiveIntegerField(default=0)  # of the answers; `counters` has the recount
    right_count = models.PositiveSmallIntegerField(default=0)
    joined_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "member"], condition=~Q(member=None), name="player_once_a_member"
            ),
            models.UniqueConstraint(
                fields=["run", "guest_key"], condition=~Q(guest_key=""), name="player_once_a_guest"
            ),
            models.UniqueConstraint(
                fields=["run", "name_key"], condition=~Q(name_key=""), name="player_name_once"
            ),
            models.CheckConstraint(condition=Q(member=None) | Q(guest_key=""), name="player_one_person"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["run", "-points", "id"], name="player_standings"),
            models.Index(fields=["guest_key"], condition=~Q(guest_key=""), name="player_by_guest"),
        ]

    def __str__(self) -> str:
        return self.name or f"player {self.pk}"


class RunAnswer(models.Model):
    """What a player picked at a place: once. Whether it was right is worked out when the question closes."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="+", db_index=False)
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="answers", db_index=False)
    place = models.PositiveSmallIntegerField()
    picked = models.CharField(max_length=40)  # places of the options, "0,2"
    elapsed = models.PositiveIntegerField()  # milliseconds, at most the time that was given
    is_right = models.BooleanField(default=False)
    points = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["player", "place"], name="run_answer_once")]
        indexes: ClassVar = [models.Index(fields=["run", "place", "picked"], name="run_answer_counts")]

    def __str__(self) -> str:
        return f"{self.player_id}/{self.place}"

    @property
    def places(self) -> list[int]:
        return [int(place) for place in self.picked.split(",") if place]
