"""Known answers, the threads that have their problem, whom they solved it for, and what is looked at again."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forum.models import Post, Thread
from moderation.solutions.policy import MOST_CAR, MOST_VERSION, Range

MEMBER = settings.AUTH_USER_MODEL


class Solution(models.Model):
    """A post that answers a problem for many threads. Taken back it stays: it may become one again.

    `thread` is the post's own, wherever that is moved. `told_version`: the post's `edit_count` that readers know.
    """

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+")
    car = models.CharField(max_length=MOST_CAR, blank=True, default="")
    car_key = models.CharField(max_length=60, blank=True, default="")  # what it is found by
    year_from = models.PositiveSmallIntegerField(null=True)
    year_to = models.PositiveSmallIntegerField(null=True)
    software_from = models.CharField(max_length=MOST_VERSION, blank=True, default="")
    software_to = models.CharField(max_length=MOST_VERSION, blank=True, default="")
    review_after = models.DateField(null=True)
    made_by = models.ForeignKey(
        MEMBER, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    made_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True, default="")
    told_version = models.PositiveIntegerField(default=0)
    solved_count = models.PositiveIntegerField(default=0)  # rows in `solved`
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(year_from=None) | Q(year_to=None) | Q(year_from__lte=F("year_to")),
                name="solution_years_in_order",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["car_key"], condition=Q(withdrawn_at=None), name="solution_of_car"),
            models.Index(fields=["review_after"], condition=Q(withdrawn_at=None), name="solution_due"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} in {self.thread_id}"

    @property
    def is_current(self) -> bool:
        return self.withdrawn_at is None

    @property
    def range(self) -> Range:
        return Range(self.car, self.year_from, self.year_to, self.software_from, self.software_to)


class Link(models.Model):
    """That a thread has the problem which an answer solves: who found it, when and why. Ended, the row stays.

    `origin` is the thread that was linked and whose author asked; `thread` where its posts are now.
    """

    origin = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+", db_index=False)
    solution = models.ForeignKey(Solution, on_delete=models.CASCADE, related_name="links", db_index=False)
    by = models.ForeignKey(MEMBER, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        MEMBER, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["origin"], condition=Q(ended_at=None), name="solution_link_once_a_thread"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["thread"], condition=Q(ended_at=None), name="solution_link_here"),
            models.Index(fields=["solution", "thread"], name="solution_links"),
            models.Index(fields=["by", "-at"], name="solution_links_by"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} to {self.solution_id}"


class Solved(models.Model):
    """Somebody said that an answer solved theirs."""

    solution = models.ForeignKey(Solution, on_delete=models.CASCADE, related_name="solved", db_index=False)
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["solution", "member"], name="solved_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.solution_id} solved {self.member_id}'s"


class Change(models.Model):
    """Something that everybody who relies on an answer hears once. `before`: the answer that this one took over from."""

    class What(models.TextChoices):
        EDITED = "edited", _("Its words changed")
        REPLACED = "replaced", _("Another answer took its place")
        NARROWED = "narrowed", _("It holds for fewer cars")
        WITHDRAWN = "withdrawn", _("It was taken back")

    solution = models.ForeignKey(Solution, on_delete=models.CASCADE, related_name="changes")
    before = models.ForeignKey(
        Solution, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    what = models.CharField(max_length=9, choices=What)
    actor = models.ForeignKey(MEMBER, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.what} {self.solution_id}"


class Release(models.Model):
    """A newer model year or software that the team named for a car."""

    car = models.CharField(max_length=MOST_CAR)
    car_key = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField(null=True)
    software = models.CharField(max_length=MOST_VERSION, blank=True, default="")
    by = models.ForeignKey(MEMBER, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["car_key", "year"], name="release_year_once"),
            models.UniqueConstraint(
                fields=["car_key", "software"], condition=~Q(software=""), name="release_software_once"
            ),
            models.CheckConstraint(
                condition=Q(year=None) ^ Q(software=""), name="release_is_a_year_or_software"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.car} {self.year or self.software}"


class Review(models.Model):
    """An answer that somebody should look at again: its day came, or a newer car left its range."""

    class Why(models.TextChoices):
        DATE = "date", _("The day for looking again has come")
        YEAR = "year", _("A newer model year is out")
        SOFTWARE = "software", _("Newer software is out")

    class Verdict(models.TextChoices):
        TRUE = "true", _("Still true")
        NARROWED = "narrowed", _("The range was changed")
        WITHDRAWN = "withdrawn", _("Taken back")

    solution = models.ForeignKey(Solution, on_delete=models.CASCADE, related_name="reviews")
    why = models.CharField(max_length=8, choices=Why)
    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    opened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        MEMBER, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    verdict = models.CharField(max_length=9, choices=Verdict, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["solution"], condition=Q(settled_at=None), name="solution_review_one_at_a_time"
            ),
            models.UniqueConstraint(fields=["solution", "release"], name="solution_review_once_a_release"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["opened_at"], condition=Q(settled_at=None), name="solution_reviews_open")
        ]

    def __str__(self) -> str:
        return f"{self.why} {self.solution_id}"
