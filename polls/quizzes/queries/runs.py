"""A hosted run as its pages and frames show it. Before a question closes nothing here knows its key."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, F
from django.template.loader import render_to_string
from django.utils import translation

from community.core.text import ShownFile
from community.files.links import shown as picture_of
from community.files.models import Upload
from polls.quizzes import access, hosted, statements
from polls.quizzes.hosted import Sheet
from polls.quizzes.models import Player, Run, RunAnswer, RunState
from polls.quizzes.queries.asked import LETTERS
from polls.voters import Voter

STEP = 1 << 20  # a version is the run's step and, within it, who came in and answered
NAMES = 60  # of players, on the host's page
HIDDEN: frozenset[str] = frozenset({RunState.LOBBY, RunState.ASKING})  # nothing is told of points here


@dataclass(frozen=True, slots=True)
class Choice:
    """An option at its place. All but `letter` and `text` is empty until the question is closed."""

    place: int
    letter: str
    text: str
    note: str = ""
    is_right: bool = False
    n: int = 0
    length: float = 0.0  # of its road, per cent of the longest there can be


@dataclass(frozen=True, slots=True)
class Standing:
    place: int
    player: int
    name: str
    points: int


@dataclass(slots=True)
class Stage:
    """What everybody in a run sees, the host's screen and the players'."""

    run: Run
    sheet: Sheet | None = None
    choices: list[Choice] = field(default_factory=list)
    picture: ShownFile | None = None
    top: list[Standing] = field(default_factory=list)
    scores: list[int] = field(default_factory=list)
    players: int = 0
    answered: int = 0
    right: int = 0

    @property
    def whole(self) -> int:
        return len(self.run.sheets)

    @property
    def is_open(self) -> bool:
        return self.run.state == RunState.ASKING

    @property
    def shows_key(self) -> bool:
        return self.run.state == RunState.CLOSED

    @property
    def letters_right(self) -> str:
        return ", ".join(one.letter for one in self.choices if one.is_right)

    @property
    def road(self) -> float:
        """How far the answers have come, in per cent of the road."""
        return round(84 * self.answered / self.players, 1) if self.players else 0.0


@dataclass(slots=True)
class Mine:
    """Where somebody stands in a run."""

    player: Player
    answer: RunAnswer | None = None  # to the present question
    place: int | None = None

    @property
    def letters(self) -> str:
        return ", ".join(LETTERS[place] for place in self.answer.places) if self.answer else ""


def stage(run: Run) -> Stage:
    """At most six statements, however many play."""
    told = Stage(run)
    told.players = Player.objects.filter(run=run).count()
    if run.asked:
        told.answered = RunAnswer.objects.filter(run=run, place=run.place).count()
    if run.state in (RunState.ASKING, RunState.CLOSED):
        _put_question(told)
    if run.state not in HIDDEN:
        told.top, told.scores = standings(run)
    return told


def mine(run: Run, voter: Voter, scores: list[int] | None = None) -> Mine | None:
    """At most three statements; None for who is not in the run. `scores`: all of them, where they are known."""
    if not voter.is_known:
        return None
    player = Player.objects.filter(access.of_voter(voter), run=run).first()
    if player is None:
        return None
    found = Mine(player)
    if run.asked:
        found.answer = RunAnswer.objects.filter(player=player, place=run.place).first()
    if run.state not in HIDDEN:
        found.place = hosted.place_of(player.points, scores if scores is not None else standings(run)[1])
    return found


def standings(run: Run, most: int = hosted.TOP) -> tuple[list[Standing], list[int]]:
    """The first ones, and everybody's points from the most to the least. One statement; level players share a place,
    and nobody is in front while nobody has points."""
    rows = list(Player.objects.filter(run=run).order_by("-points", "pk").values_list("pk", "name", "points"))
    scores = [points for _pk, _name, points in rows]
    if not any(scores):
        return [], scores
    first: dict[int, int] = {}
    for at, points in enumerate(scores, 1):
        first.setdefault(points, at)
    return [Standing(first[points], pk, name, points) for pk, name, points in rows[:most]], scores


def named(run: Run) -> list[Player]:
    """Players with a name, the newest first. One statement."""
    rows = Player.objects.filter(run=run).exclude(name="").order_by("-pk")
    return list(rows.only("pk", "name")[:NAMES])


def questions(run: Run) -> list[tuple[Sheet, int, int]]:
    """Every question that was asked and closed: (sheet, answers, right ones). One statement."""
    rows = RunAnswer.objects.filter(run=run, place__lt=run.scored).values_list("place", "is_right")
    counts: Counter[tuple[int, bool]] = Counter()
    for place, is_right, n in rows.annotate(n=Count("pk")):
        counts[place, is_right] += n
    return [
        (Sheet.read(raw), counts[at, True] + counts[at, False], counts[at, True])
        for at, raw in enumerate(run.sheets[: run.scored])
    ]


def of_quiz(quiz_id: int, most: int = 50) -> list[Run]:
    """Its runs, the newest first, with how many played. One statement."""
    rows = Run.objects.filter(quiz=quiz_id).select_related("host").defer("sheets")
    return list(rows.annotate(n=Count("players")).order_by("-pk")[:most])


def versions(run_ids: Iterable[int]) -> dict[int, int]:
    """How far each run is: higher with each step, and within a step with each player and answer. Three statements."""
    ids = list(run_ids)
    steps = dict(Run.objects.filter(pk__in=ids).values_list("pk", "sequence"))
    joined = Player.objects.filter(run__in=ids).values_list("run").annotate(n=Count("pk"))
    answered = RunAnswer.objects.filter(run__in=ids, place=F("run__asked") - 1)
    more: Counter[int] = Counter(dict(joined))
    more.update(dict(answered.values_list("run").annotate(n=Count("pk"))))
    return {pk: step * STEP + more[pk] for pk, step in steps.items()}


def version_of(told: Stage) -> int:
    """The version that this stage shows."""
    return told.run.sequence * STEP + told.players + told.answered


def seconds_left(run: Run, at: datetime | None = None) -> float:
    """Of the open question, as the pages say it; 0 where none is."""
    if run.state != RunState.ASKING or run.ends_at is None:
        return 0.0
    return max(0.0, (run.ends_at - (at or statements.now())).total_seconds())


def frame(run: Run, after: int) -> dict[str, Any]:
    """What a page hears that has heard up to version `after`: the same for everybody, the host included.

    `n`: players and answers. Behind a new step also the whole stage, drawn in each language of the site, `left`
    milliseconds of the open question, and, once it is closed, its key and all scores.
    """
    if after // STEP >= run.sequence:
        counted = Stage(run, players=Player.objects.filter(run=run).count())
        if run.asked:
            counted.answered = RunAnswer.objects.filter(run=run, place=run.place).count()
        return {"s": version_of(counted), "n": [counted.players, counted.answered]}
    told = stage(run)
    heard: dict[str, Any] = {
        "s": version_of(told),
        "n": [told.players, told.answered],
        "step": run.sequence,
        "state": run.state,
        "at": run.place,
        "paused": run.paused_at is not None,
        "left": math.ceil(1000 * seconds_left(run)),
        "html": _drawn(run, told),
    }
    if run.state not in HIDDEN:
        heard["scored"], heard["scores"] = run.scored, told.scores
    if run.state == RunState.CLOSED and told.sheet is not None:
        heard["key"] = told.sheet.key
    return heard


_kept: dict[tuple[str, int], dict[str, str]] = {}


def _drawn(run: Run, told: Stage) -> dict[str, str]:
    """The stage of a step in each language. Drawn once a process: a step shows the same for ever."""
    key = (run.code, run.sequence)
    found = _kept.get(key)
    if found is None:
        found, context = {}, {"stage": told, "mine": None, "left": 0}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found[language] = render_to_string("quizzes/hosted/_stage.html", context).strip()
        while len(_kept) > 20:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = found
    return found


def _put_question(told: Stage) -> None:
    run = told.run
    sheet = told.sheet = run.sheet
    assert sheet is not None
    told.picture = picture(sheet.picture)
    if run.state == RunState.ASKING:
        told.choices = [Choice(at, LETTERS[at], one.text) for at, one in enumerate(sheet.choices)]
        return
    counts = distribution(run, run.place)
    whole = max(1, counts.total())
    told.right = RunAnswer.objects.filter(run=run, place=run.place, is_right=True).count()
    told.choices = [
        Choice(
            at, LETTERS[at], one.text, one.note, one.is_right, counts[at], round(100 * counts[at] / whole, 1)
        )
        for at, one in enumerate(sheet.choices)
    ]


def distribution(run: Run, place: int) -> Counter[int]:
    """How many picked each option of a question. One statement."""
    counts: Counter[int] = Counter()
    rows = RunAnswer.objects.filter(run=run, place=place).values_list("picked")
    for picked, n in rows.annotate(n=Count("pk")):
        counts.update({int(at): n for at in picked.split(",") if at})
    return counts


def picture(upload_id: int) -> ShownFile | None:
    if not upload_id:
        return None
    upload = Upload.objects.filter(pk=upload_id).first()
    return None if upload is None or upload.state == "gone" else picture_of(upload)
