"""Turns kits into planned threads: an opener, the dialogues written for it, now and then one that suits any."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from community.core import chance
from community.interchange.demo import pacing, wording
from community.interchange.demo.casting import Casting
from community.interchange.demo.people import Person
from community.interchange.demo.plan import PlannedPost, PlannedThread, Quote
from community.interchange.demo.script import Dialogue, Kit, Line, Opener

GENERAL_TWICE = 2  # how often one general dialogue may be heard on the whole site
GENERAL_CHANCE = 0.5
QUIET_CHANCE = 0.13  # one reply, or none: not everything gets talked about
_SENTENCE_END = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+|\n")
_MARKUP = re.compile(r"[*_`|>#]")


@dataclass
class _Said:
    """A post before its place in the thread is known."""

    speaker: Person
    at: datetime
    body: str
    dialogue: int
    accept: bool = False
    answers: _Said | None = None


@dataclass
class Improviser:
    """Makes threads of kits; remembers what was used."""

    now: datetime
    casting: Casting
    heard: Counter[tuple[str, int]] = field(default_factory=Counter)

    def thread(self, kit: Kit, opener: Opener, *, minutes_ago: int | None = None) -> PlannedThread:
        """A thread from this opener. `minutes_ago` fixes when it begins, for the freshest ones."""
        told = opener.told
        tongue = told["lang"]
        asker = self.casting.asker(told, f"{opener.title}\n{opener.body}", tongue)
        at = self._begin(opener, asker, minutes_ago)
        days_ago = (self.now - at).total_seconds() / 86400
        event = pacing.event_day(told["event"], at.date()) if "event" in told else None
        stage = _Stage(self, opener, asker, tongue, at.date(), days_ago, event)
        said = stage.play(at, self._dialogues(kit, opener))
        self.casting.note(asker.name, opened=True)
        posts = _lay_out(stage.fill(opener.body, asker), asker, at, said)
        return PlannedThread(
            title=stage.fill(opener.title, asker),
            board=told["board"],
            lane=told["lane"],
            tongue=tongue,
            tags=tuple(tag.strip() for tag in told.get("tags", "").split(",") if tag.strip()),
            posts=posts,
            source=kit.name,
        )

    def _begin(self, opener: Opener, asker: Person, minutes_ago: int | None) -> datetime:
        if minutes_ago is not None:
            return self.now - timedelta(minutes=minutes_ago, seconds=chance.below(50))
        spans = [line.after for dialogue in opener.dialogues for line in dialogue.lines if line.after]
        length = sum(10.0 if span == "+event" else pacing.seconds(span) / 86400 for span in spans)
        newest = max(length + 1, 2.0) + (10 if any(dialogue.end for dialogue in opener.dialogues) else 0)
        oldest = min(pacing.HISTORY_DAYS, asker.joined_days - 1)
        if asker.car and f"Aurora {asker.car}" in f"{opener.told.get('tags', '')}{opener.body}":
            oldest = min(oldest, asker.car_months * 30 - 5)
        days = pacing.opening_day(opener.told["when"], now=self.now, newest=newest, oldest=oldest)
        return pacing.sit_down(asker, (self.now - timedelta(days=days)).date())

    def _dialogues(self, kit: Kit, opener: Opener) -> list[Dialogue]:
        chosen = [dialogue for dialogue in opener.dialogues if not dialogue.end]
        if "who" not in opener.told and chance.jitter() < QUIET_CHANCE:
            return _first_line(chosen)
        for index, dialogue in enumerate(kit.general):
            if self.heard[kit.name, index] < GENERAL_TWICE and chance.jitter() < GENERAL_CHANCE:
                self.heard[kit.name, index] += 1
                chosen.append(dialogue)
                break
        return chosen + [dialogue for dialogue in opener.dialogues if dialogue.end]


@dataclass
class _Stage:
    """One thread being played: who is on it and what was said when."""

    improviser: Improviser
    opener: Opener
    asker: Person
    tongue: str
    day: date
    days_ago: float
    event: date | None

    def fill(self, text: str, speaker: Person) -> str:
        scene = wording.Scene(speaker, self.asker, self.tongue, self.day, self.days_ago, self.event)
        return wording.fill(text, scene)

    def play(self, opened: datetime, dialogues: list[Dialogue]) -> list[_Said]:
        """Every later post, in the order of time. What would fall after now is left out, its sequel too."""
        said: list[_Said] = []
        taken = {self.asker.name}
        limit = self.improviser.now - timedelta(minutes=2)
        quick = self.opener.told["lane"] == "chat" or self.opener.told.get("roll") == "yes"
        begin = opened
        for number, dialogue in enumerate(dialogues):
            cast = self._cast(dialogue, taken)
            if cast is None:
                continue
            if dialogue.end:
                begin = max([begin, *(post.at for post in said)])
            if not dialogue.lines[0].after:
                begin += timedelta(seconds=self._pause(number, quick=quick, end=dialogue.end))
            at, before = begin, None
            for index, line in enumerate(dialogue.lines):
                speaker = cast[line.role]
                at = self._moment(at, line, speaker, first=index == 0, quick=quick)
                if at > limit:
                    break
                accept = dialogue.accept and index == 0 and self.opener.told["lane"] == "ask"
                before = _Said(speaker, at, self.fill(line.text, speaker), number, accept, before)
                said.append(before)
        return sorted(said, key=lambda post: post.at)

    def _cast(self, dialogue: Dialogue, taken: set[str]) -> dict[str, Person] | None:
        cast: dict[str, Person] = {"OP": self.asker}
        casting = self.improviser.casting
        for line in dialogue.lines:
            if line.role in cast:
                continue
            person = casting.speaker(
                line.role,
                car=line.car,
                texts=[other.text for other in dialogue.lines if other.role == line.role],
                told=self.opener.told,
                tongue=self.tongue,
                days_ago=self.days_ago,
                taken=taken,
                asker=self.asker,
                nearby=self.opener.told["lane"] == "meet" and dialogue in self.opener.dialogues,
            )
            if person is None:
                return None
            cast[line.role] = person
            taken.add(person.name)
            casting.note(person.name)
        return cast

    def _pause(self, number: int, *, quick: bool, end: bool) -> float:
        if end:
            return pacing.spread(7.2 * 86400, 9.8 * 86400)
        if number == 0:
            return pacing.spread(4 * 60, 150 * 60)
        return pacing.spread(3 * 60, 7 * 3600) if quick else pacing.spread(15 * 60, 26 * 3600)

    def _moment(self, at: datetime, line: Line, speaker: Person, *, first: bool, quick: bool) -> datetime:
        if line.after:
            return pacing.after(at, line.after, opening=self.day, event=self.event, person=speaker)
        if first:
            return pacing.when_awake(speaker, at)
        returns = line.role == "OP" and not quick
        pause = pacing.spread(35 * 60, 30 * 3600) if returns else pacing.spread(3 * 60, 100 * 60)
        return pacing.when_awake(speaker, at + timedelta(seconds=pause))


def _first_line(dialogues: list[Dialogue]) -> list[Dialogue]:
    """What is left of a thread that hardly anybody noticed."""
    if not dialogues or chance.jitter() < 0.4:
        return []
    return [Dialogue(dialogues[0].lines[:1])]


def _lay_out(body: str, asker: Person, at: datetime, said: list[_Said]) -> tuple[PlannedPost, ...]:
    posts = [PlannedPost(author=asker.name, at=at, body=body)]
    place = {id(post): number for number, post in enumerate(said, start=1)}
    for number, post in enumerate(said, start=1):
        planned = PlannedPost(author=post.speaker.name, at=post.at, body=post.body)
        answered = place[id(post.answers)] if post.answers else None
        if answered is not None and answered != number - 1:
            sentence = _quotable(posts[answered].body)
            if sentence and chance.jitter() < 0.6:
                planned = replace(planned, quote=Quote(answered, sentence))
            else:
                planned = replace(planned, reply_to=answered)
        posts.append(planned)
    accepted = next((number for number, post in enumerate(said, start=1) if post.accept), None)
    if accepted is not None and chance.jitter() < 0.9:
        thanks = next((post.at for post in posts[accepted + 1 :] if post.author == asker.name), None)
        moment = (thanks or posts[accepted].at + timedelta(hours=3)) + timedelta(minutes=1)
        posts[accepted] = replace(posts[accepted], accepted_at=moment)
    return tuple(posts)


def _quotable(body: str) -> str:
    """The first sentence worth repeating, or nothing."""
    sentences = (part.strip() for part in _SENTENCE_END.split(body) if part)
    return next((part for part in sentences if 7 <= len(part) <= 90 and not _MARKUP.search(part)), "")
