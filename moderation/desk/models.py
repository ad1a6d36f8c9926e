"""The queue of open threads, what was done with it, and what the ranking remembers of boards."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from community.core import clock
from forum.models import Board, Lane, Thread
from moderation.desk.hazard import FEATURES
from moderation.desk.policy import WRITING_FOR
from moderation.desk.rhythm import Rhythm
from moderation.desk.scoring import SHOWN, Reason, Why

_KNOWN = frozenset(Why)


class Place(models.TextChoices):
    """Where a thread lies on the desk."""

    DUE = "due", _("Due")
    SNOOZED = "snoozed", _("Set aside")
    SETTLED = "settled", _("Needs nothing")


class DeskThread(models.Model):
    """An open thread on the desk: how it is ranked, written by `actions.ranking` alone, and what was done with it."""

    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, primary_key=True, related_name="+")
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+", db_index=False)
    lane = models.CharField(max_length=4, choices=Lane)

    score = models.IntegerField()
    reasons = models.JSONField()  # [[why, points], …], the largest first; they sum to the score
    is_fresh = models.BooleanField()  # a matter of hours: time still changes its score
    is_key = models.BooleanField()  # a key member opened it and waits for an answer
    scored_at = models.DateTimeField()
    # Ranked by what the site's own history taught: see `learning`.
    is_learnt = models.BooleanField(default=False, db_default=False)

    place = models.CharField(max_length=7, choices=Place, default=Place.DUE)
    version = models.PositiveIntegerField(
        default=0
    )  # one step for each act: who saw an older one acts on nothing
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    note = models.CharField(max_length=300, blank=True, default="")  # handed over with it
    due_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)  # None: until somebody writes
    wakes_on_reply = models.BooleanField(default=False)
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    writing_until = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["place", "is_fresh", "-score", "thread"], name="desk_queue"),
            models.Index(fields=["board", "place", "is_fresh", "-score", "thread"], name="desk_by_board"),
            models.Index(
                fields=["assignee", "-score", "thread"],
                condition=Q(assignee__isnull=False),
                name="desk_assigned",
            ),
            models.Index(fields=["-score", "thread"], condition=Q(is_key=True), name="desk_key_members"),
            models.Index(
                fields=["snoozed_until"], condition=Q(snoozed_until__isnull=False), name="desk_snoozed"
            ),
            models.Index(fields=["scored_at"], condition=Q(is_fresh=True), name="desk_stale"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id}: {self.score}"

    @property
    def why(self) -> list[Reason]:
        """Every reason, the largest first; one that this release does not know is left out."""
        told = [(Why(name), points) for name, points in self.reasons if name in _KNOWN]
        return [Reason(why, points, self.is_learnt and why in FEATURES) for why, points in told]

    @property
    def shown(self) -> list[Reason]:
        return self.why[:SHOWN]

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at <= clock.now()

    @property
    def is_being_answered(self) -> bool:
        """A mark that a clock set back would make longer than one lasts is none any more."""
        if self.writer_id is None or self.writing_until is None:
            return False
        return clock.now() < self.writing_until <= clock.now() + WRITING_FOR


class DeskLog(models.Model):
    """What somebody did at the desk, and why. Append-only, but for the mark that it was undone."""

    class Verb(models.TextChoices):
        ANSWERED = "answered", pgettext_lazy("desk", "answered")
        ASSIGNED = "assigned", pgettext_lazy("desk", "handed on")
        TOOK = "took", pgettext_lazy("desk", "took")
        RELEASED = "released", pgettext_lazy("desk", "gave back")
        SNOOZED = "snoozed", pgettext_lazy("desk", "set aside")
        WOKE = "woke", pgettext_lazy("desk", "took up again")
        SETTLED = "settled", pgettext_lazy("desk", "found that it needs nothing")
        LINKED = "linked", pgettext_lazy("desk", "linked the known answer")
        FEATURED = "featured", pgettext_lazy("desk", "featured")
        CALLED = "called", pgettext_lazy("desk", "asked somebody to help")
        LANED = "laned", pgettext_lazy("desk", "changed its lane")
        POLLED = "polled", pgettext_lazy("desk", "attached a poll")
        RAISED = "raised", pgettext_lazy("desk", "raised it")
        UNDID = "undid", pgettext_lazy("desk", "took back")

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+", db_index=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    verb = models.CharField(max_length=8, choices=Verb)
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True, default="")
    data = models.JSONField(default=dict)  # to whom, until when, which thread
    before = models.JSONField(null=True)  # what the row said before; None for what cannot be undone
    version = models.PositiveIntegerField()  # of the row afterwards
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["thread", "-id"], name="desk_log_of_thread"),
            models.Index(fields=["actor", "-id"], name="desk_log_of_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.thread_id}"

    @property
    def is_tie(self) -> bool:
        """Two threads tied as the same question, without an answer that readers would find by that."""
        return self.verb == self.Verb.LINKED and not self.data.get("link")

    def get_verb_display(self) -> str:  # type: ignore[no-redef]  # Django leaves one alone that is there
        """What was done, as a word after "you": a tie is no answer."""
        if self.is_tie:
            return pgettext("desk", "tied as the same question")
        if self.data.get("left_out"):
            return pgettext("desk", "put down for raising")
        return str(self.Verb(self.verb).label)


class Call(models.Model):
    """Somebody who knows is asked to help in a thread, once for each thread; taken back, the row stays."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["thread", "member"], condition=Q(withdrawn_at=None), name="desk_call_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["member", "-at"], name="desk_calls_of_member")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.thread_id}"


class MemberNote(models.Model):
    """What the team knows of a member, for the team. They are told it with a copy of their data, without who wrote it."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    text = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "-id"], name="desk_notes_of_member")]

    def __str__(self) -> str:
        return f"note on {self.member_id}"


class SavedFilter(models.Model):
    """A part of the desk under a name: somebody's own, or (`owner` None) the whole team's."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    name = models.CharField(max_length=30)
    view = models.CharField(max_length=8)
    board = models.ForeignKey(Board, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    lane = models.CharField(max_length=4, choices=Lane, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="desk_filter_own"),
            models.UniqueConstraint(fields=["name"], condition=Q(owner=None), name="desk_filter_team"),
        ]

    def __str__(self) -> str:
        return self.name


class BoardRhythm(models.Model):
    """When people write on a board, and how much of late; see `rhythm`."""

    board = models.OneToOneField(Board, on_delete=models.CASCADE, primary_key=True, related_name="+")
    by_hour = models.JSONField()
    total = models.PositiveIntegerField()
    pace = models.FloatField()
    paced_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.board_id}: {self.total}"

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(list(self.by_hour), self.total, self.pace, self.paced_at)

    def take(self, rhythm: Rhythm) -> None:
        self.by_hour, self.total = rhythm.by_hour, rhythm.total
        self.pace, self.paced_at = rhythm.pace, rhythm.paced_at


class Rescore(models.Model):
    """How far a rescore of every thread has come; one that was killed goes on from here."""

    began_at = models.DateTimeField()
    after_id = models.PositiveBigIntegerField(default=0)  # threads up to this number are done
    scored = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.began_at}: {self.scored}"


class ModelTrial(models.Model):
    """How the learnt ranking did on the last weeks beside the rules, and what it had learnt; see `learning`."""

    at = models.DateTimeField()
    rows = (
        models.PositiveIntegerField()
    )  # threads at the moments that were judged; 0: too little to say anything
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)  # name → [value, low, high]; empty where nothing was learnt
    model = models.JSONField(null=True)
    is_on = models.BooleanField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at", "-id"], name="desk_latest_trial")]

    def __str__(self) -> str:
        return f"{self.at}: {'on' if self.is_on else 'off'}"
