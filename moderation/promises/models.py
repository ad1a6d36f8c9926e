"""Calendars, what boards promise, and the clocks that hold them to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forum.models import Board, Post, Thread
from moderation.promises.policy import Duty, Hours


class Calendar(models.Model):
    """When somebody is there. `shifts`: [weekday, from, to] in minutes of the day; `holidays`: [ISO day, its name]."""

    title = models.CharField(max_length=60, unique=True)
    zone = models.CharField(max_length=40)
    shifts = models.JSONField(default=list)
    holidays = models.JSONField(default=list, blank=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def hours(self) -> Hours:
        return hours_of(self.zone, self.shifts, self.holidays)


def hours_of(zone: str, shifts: list[list[int]], holidays: list[list[str]]) -> Hours:
    """Working hours as they are kept in rows."""
    rows = [(weekday, start, end) for weekday, start, end in shifts]
    return Hours.of(zone, rows, [date.fromisoformat(day) for day, _name in holidays])


class RotaShift(models.Model):
    """Somebody's turn in every week of a calendar."""

    class Language(models.TextChoices):
        ANY = "", _("Any language")
        ENGLISH = "en", _("English")
        CHINESE = "zh", _("Chinese")

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="rota")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField()  # Monday is 0
    start = models.PositiveSmallIntegerField()  # minutes of the day
    end = models.PositiveSmallIntegerField()  # no later than the start: it goes over midnight
    language = models.CharField(max_length=2, choices=Language, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["weekday", "start", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "member", "weekday", "start"], name="rota_once")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.weekday}"

    @property
    def duty(self) -> Duty:
        return Duty(self.member_id, (self.weekday, self.start, self.end), self.language)


SPOKEN = tuple(filter(None, RotaShift.Language.values))  # languages a question can be in


class Promise(models.Model):
    """What a board promises now, and how it was kept of late. `minutes` of working time; null: it promises nothing.

    The figures are counted from clocks; nobody types them. Pages count for themselves: these tell when a record says
    something else.
    """

    board = models.OneToOneField(Board, on_delete=models.CASCADE, related_name="+")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="promises")
    minutes = models.PositiveIntegerField(null=True)
    asked_count = models.PositiveIntegerField(default=0)
    kept_count = models.PositiveIntegerField(default=0)
    median = models.PositiveIntegerField(null=True)  # seconds of working time
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"board {self.board_id}: {self.minutes} min"


class Terms(models.Model):
    """What a board promised from a moment on, with its calendar of then. Never changed: clocks are judged by it."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+", db_index=False)
    minutes = models.PositiveIntegerField(null=True)
    zone = models.CharField(max_length=40)
    shifts = models.JSONField(default=list)
    holidays = models.JSONField(default=list)
    from_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar = ["from_at", "id"]
        indexes: ClassVar = [models.Index(fields=["board", "from_at"], name="terms_of_board")]

    def __str__(self) -> str:
        return f"board {self.board_id} from {self.from_at}"

    @property
    def hours(self) -> Hours:
        return hours_of(self.zone, self.shifts, self.holidays)

    @property
    def target(self) -> timedelta:
        return timedelta(minutes=self.minutes or 0)


RUNNING = Q(answered_at=None, is_aside=False)  # a clock that waits for an answer


class Clock(models.Model):
    """One question's clock, as `reading.read` reads it. It belongs to the board that gave the promise."""

    class Stage(models.IntegerChoices):
        """How far the watch over it has come."""

        NEW = 0, _("Nobody has it yet")
        HELD = 1, _("With somebody")
        HANDED = 2, _("Handed over")
        LATE = 3, _("The lead is told")
        BROKEN = 4, _("Broken")

    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, related_name="+")
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+", db_index=False)
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="+")
    is_first = models.BooleanField(default=False)  # its author had written nothing before
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    laps = models.PositiveSmallIntegerField(default=1)
    waited = models.PositiveIntegerField(default=0)  # seconds of working time, as in `reading.Reading`
    answered_at = models.DateTimeField(null=True)
    answer = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="+")
    broken_at = models.DateTimeField(null=True)
    is_aside = models.BooleanField(default=False)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    stage = models.PositiveSmallIntegerField(choices=Stage, default=Stage.NEW)
    next_at = models.DateTimeField(null=True)  # when the watch has something to do; null: never

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["board", "asked_at"], name="clock_record"),
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="clock_watch"),
            models.Index(fields=["due_at", "id"], condition=RUNNING, name="clock_running"),
        ]

    def __str__(self) -> str:
        return f"clock of {self.thread_id}"

    @property
    def is_running(self) -> bool:
        return self.answered_at is None and not self.is_aside

    def is_broken(self, now: datetime) -> bool:
        return self.broken_at is not None or (self.is_running and self.due_at <= now)


class SetAside(models.Model):
    """Why a reply does not stop the clock, or did not do so at first."""

    class Why(models.TextChoices):
        NOT_ANSWER = "not_answer", _("Not an answer, says who asked")
        TEMPLATE = "template", _("From a template alone")
        # Once a template alone; `at` is since when it is not, and only from then on it stops the clock.
        REWRITTEN = "rewritten", _("From a template, put into own words later")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", db_index=False)
    why = models.CharField(max_length=10, choices=Why)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "why"], name="set_aside_once")]

    def __str__(self) -> str:
        return f"{self.why} {self.post_id}"


class Machine(models.Model):
    """An account that writes by itself: nothing it writes keeps a promise."""

    member = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"machine {self.member_id}"


class Alert(models.Model):
    """Somebody of the team is asked to look at a question. One for each stage of a lap."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="alerts", db_index=False)
    lap = models.PositiveSmallIntegerField()
    stage = models.PositiveSmallIntegerField(choices=Clock.Stage)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    is_gap = models.BooleanField(default=False)  # nobody was on the rota: it fell to the lead
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["clock", "lap", "stage"], name="alert_once")]

    def __str__(self) -> str:
        return f"{self.stage} of {self.clock_id}"
