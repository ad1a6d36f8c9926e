"""Facts: what happened, said once, heard by whoever cares.

An app states a fact inside the transaction that makes it true. Recorders write their rows in that same
transaction. Reactors are queued there too, run after it, and have their effect once however often they run.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

from django.db import connection, transaction

from community.core import chance
from community.core.once import put_all_once, put_once
from community.core.tasks.queue import enqueue_all, task

Handler = Callable[[Any], None]
H = TypeVar("H", bound=Handler)  # a handler of several facts takes their union

_types: dict[str, type[Fact]] = {}


def _type_name(kind: type[Fact]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


@dataclass(frozen=True)
class Fact:
    """Something that happened. Subclasses are frozen dataclasses of ids and values, named in the past tense.

    Values: str, int, float, bool, None, datetime, date, and tuples of these.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _types[_type_name(cls)] = cls

    def to_json(self) -> dict[str, Any]:
        """A JSON-able form that `from_json` turns back into an equal fact. TypeError on any other value."""
        if "__dataclass_fields__" not in type(self).__dict__:
            raise TypeError(
                f"{_type_name(type(self))} is not a dataclass: decorate it with @dataclass(frozen=True)"
            )
        values = {field.name: _packed(getattr(self, field.name)) for field in fields(self)}
        return {"type": _type_name(type(self)), "values": values}

    @staticmethod
    def from_json(told: dict[str, Any]) -> Fact:
        """The fact that `to_json` wrote, perhaps before a release that changed its fields.

        Fields that are gone are dropped, new ones take their default. LookupError for a type nobody knows.
        """
        try:
            found = _types[told["type"]]
        except KeyError:
            raise LookupError(f"no fact is called {told.get('type')!r}") from None
        known = {field.name for field in fields(found)}
        return found(**{name: _unpacked(value) for name, value in told["values"].items() if name in known})


@dataclass(frozen=True, slots=True)
class _Reactor:
    name: str
    handler: Handler
    atomic: bool
    many: bool = False

    def react(self, facts: Sequence[Fact]) -> None:
        if self.many:
            self.handler(facts)
        else:
            for fact in facts:
                self.handler(fact)


_recorders: dict[type[Fact], list[Handler]] = defaultdict(list)
_reactors: dict[type[Fact], list[_Reactor]] = defaultdict(list)
_by_name: dict[str, _Reactor] = {}
_retellers: dict[type[Fact], list[Handler]] = defaultdict(list)
_current_key: ContextVar[str] = ContextVar("reaction_key", default="")


def records(*kinds: type[Fact]) -> Callable[[H], H]:
    """Call the function at once, inside the publisher's transaction. Its error undoes the whole change."""

    def wrap(handler: H) -> H:
        for kind in kinds:
            _recorders[kind].append(handler)
        return handler

    return wrap


def reacts(*kinds: type[Fact], name: str, atomic: bool = True, many: bool = False) -> Callable[[H], H]:
    """Call the function later, from a worker, under a unique `name` that stays when code moves.

    Its database effects happen exactly once: they commit together with the note that it ran. A function
    that talks to the outside says `atomic=False`: it runs outside any transaction, at least once, and makes
    its own effect repeatable with `reaction_key()`.

    `many`: the function takes a list of facts, for work that costs little more for several than for one. What waits
    when a worker comes is handed over at once, in one transaction; one that fails fails alone, in a second run.
    """
    if many and not atomic:
        raise ValueError(f"{name}: what is done outside a transaction is done for one fact at a time")

    def wrap(handler: H) -> H:
        if name in _by_name:
            raise ValueError(f"two reactors are called {name}")
        reactor = _by_name[name] = _Reactor(name, handler, atomic, many)
        for kind in kinds:
            _reactors[kind].append(reactor)
        return handler

    return wrap


def retells(*kinds: type[Fact]) -> Callable[[H], H]:
    """Call the function from a worker, before the first reactor of the fact: at least once if it has a reactor.

    For words that follow a commit outside the database, which die with a process that is killed in between.
    Repeatable, and without an error of its own.
    """

    def wrap(handler: H) -> H:
        for kind in kinds:
            _retellers[kind].append(handler)
        return handler

    return wrap


def publish(fact: Fact) -> None:
    """State a fact: recorders run now, reactors are queued with the transaction. RuntimeError outside one."""
    if not connection.in_atomic_block:
        raise RuntimeError(
            f"{_type_name(type(fact))} was published outside a transaction: it could not be taken back"
        )
    told = fact.to_json()
    for record in _recorders[type(fact)]:
        record(fact)
    # Two facts may read alike (edited, then edited again): the occurrence tells them apart, and every run of
    # the row queued for one of them computes the same key.
    occurrence = chance.token(12)
    enqueue_all(
        [
            (
                react_together if reactor.many else react,
                {"reactor": reactor.name, "fact": told, "occurrence": occurrence},
            )
            for reactor in _reactors[type(fact)]
        ]
    )


def reaction_key() -> str:
    """Inside a reactor: what identifies this reaction to this fact, the same in every run. Else empty."""
    return _current_key.get()


@task(name="core.react", max_attempts=8)
def react(reactor: str, fact: dict[str, Any], occurrence: str) -> None:
    """Let one reactor react to one fact, unless it already has."""
    found = _by_name.get(reactor)
    if found is None:
        raise LookupError(f"no reactor is called {reactor!r}")
    key = _digest(reactor, fact, occurrence)
    _retell(found, fact)
    reset = _current_key.set(key)
    try:
        if found.atomic:
            with transaction.atomic():
                if _first_run(key, reactor):
                    found.react([Fact.from_json(fact)])
        elif not _has_run(key):
            found.react([Fact.from_json(fact)])
            _first_run(key, reactor)
    finally:
        _current_key.reset(reset)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One reactor's turn with one fact."""

    reactor: str
    fact: dict[str, Any]
    occurrence: str

    @property
    def key(self) -> str:
        return _digest(self.reactor, self.fact, self.occurrence)


def _react_to_many(told: list[dict[str, Any]]) -> None:
    turns: dict[str, list[_Asked]] = defaultdict(list)
    for one in told:
        turns[one["reactor"]].append(_Asked(**one))
    for name, several in turns.items():
        found = _by_name.get(name)
        if found is None or not found.many:
            raise LookupError(f"no reactor of many facts is called {name!r}")  # told for each alone
        for turn in several:
            _retell(found, turn.fact)
        with transaction.atomic():
            first = _first_runs({turn.key: turn for turn in several})
            if first:
                found.handler([Fact.from_json(turn.fact) for turn in first])


@task(name="core.react_together", max_attempts=8, together=_react_to_many)
def react_together(reactor: str, fact: dict[str, Any], occurrence: str) -> None:
    """The same for a reactor of many facts: what waits is handed over at once, and one by one when that failed."""
    react.func(reactor, fact, occurrence)


def _retell(reactor: _Reactor, told: dict[str, Any]) -> None:
    kind = _types.get(told["type"])
    if kind in _retellers and _reactors[kind][:1] == [reactor]:
        fact = Fact.from_json(told)
        for handler in _retellers[kind]:
            handler(fact)


def _first_run(key: str, reactor: str) -> bool:
    # A second worker waits here for the first one's commit, then finds the row and stops.
    from community.core.models import ReactorRun

    return put_once(ReactorRun(key=key, reactor=reactor))


def _first_runs(turns: dict[str, _Asked]) -> list[_Asked]:
    from community.core.models import ReactorRun

    made = put_all_once([ReactorRun(key=key, reactor=one.reactor) for key, one in turns.items()])
    return [turns[row.key] for row in made]


def _has_run(key: str) -> bool:
    from community.core.models import ReactorRun

    return ReactorRun.objects.filter(key=key).exists()


def _digest(reactor: str, fact: dict[str, Any], occurrence: str) -> str:
    text = json.dumps([reactor, fact, occurrence], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _packed(value: Any) -> Any:
    match value:
        case Enum():
            return _packed(value.value)
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            if value.tzinfo is None:
                raise TypeError("a fact's moments are aware")
            return {"at": value.isoformat()}
        case date():
            return {"on": value.isoformat()}
        case tuple():
            return [_packed(part) for part in value]
        case _:
            raise TypeError(f"a fact holds ids and values, not {type(value).__name__}")


def _unpacked(value: Any) -> Any:
    match value:
        case {"at": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"on": str(day)}:
            return date.fromisoformat(day)
        case list():
            return tuple(_unpacked(part) for part in value)
        case _:
            return value
