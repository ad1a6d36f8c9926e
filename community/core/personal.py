"""What the site holds about people: for every field of every table, who it belongs to, how it is told and how it goes.

Each room states its rules in a `personal.py`, loaded by its AppConfig. They are read by the page of my data, the export
and the erasure, and `tests/test_fields.py` fails for a field without one. A room gives, besides:

    holds(…)        a table with rows that belong to members
    nothing(…)      a table of ours without any, and why
    foreign(…)      tables of other people's apps without any, and why
    @erases(…)      a step of an erasure that more is needed for than deleting and blanking
    @files(…)       files of a member's, for the export
    @names(…)       what rows that are only pointed at are called, as far as a viewer may know
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

Words = str | Promise
Rows = Callable[[int], Q]
F = TypeVar("F", bound=Callable[..., Any])

YOU = "it is you"
NUMBER = "a number of ours that says nothing"
DERIVED = "follows from other fields that are told"
INNER = "how the site does its work; says nothing about you"
OPENS = "telling it would open your account to whoever reads the file"
SOMEONE_ELSE = "says something about somebody else"


@dataclass(frozen=True, slots=True)
class Goes:
    """Erasure deletes the rows."""


@dataclass(frozen=True, slots=True)
class Stays:
    """Erasure keeps the rows: what each blanked field holds then, and why each other one may stay."""

    blank: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)


GOES = Goes()


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of one table. `told`: field → its name in the export; `untold`: field → why it is not there.

    `owner`: the path from a row to its member, or a function that says which rows are theirs; empty: nobody's.
    `also`: further columns whose member takes the row along when they go.
    `points`: columns that name a member without making the row theirs, and why they may keep the number.
    `clear(member)` and `drop(member, row)`: forget all rows of a member or one of them, by that room's own action.
    Words that `drop` returns are told instead of the usual ones.
    `clear_means`: what follows from forgetting, said before it is done.
    `by`: the step of an erasure that does it; empty: the common one.
    `veil(rows, member)`: takes out of rows that were read what their member may not see any more, before they are told.
    """

    model: str
    room: str = ""
    title: Words = ""
    about: Words = ""
    owner: str | Rows = ""
    also: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)
    untold: Mapping[str, str] = field(default_factory=dict)
    points: Mapping[str, str] = field(default_factory=dict)
    erase: Goes | Stays = GOES
    because: str = ""
    clear: Callable[[Any], object] | None = None
    drop: Callable[[Any, Any], object] | None = None
    clear_means: Words = ""
    by: str = ""
    veil: Callable[[Any, Any], object] | None = None
    is_foreign: bool = False

    @property
    def is_personal(self) -> bool:
        return bool(self.owner)

    # For pages: a template would call what `clear` and `drop` name, and find nothing.
    @property
    def may_clear(self) -> bool:
        return self.clear is not None

    @property
    def may_drop(self) -> bool:
        return self.drop is not None

    @property
    def key(self) -> str:
        """Its name in addresses and in the export: `forum-watch`."""
        return self.model.replace(".", "-").lower()

    def manager(self) -> Any:
        model: Any = apps.get_model(self.model)
        return model._base_manager

    def rows_of(self, member_id: int) -> QuerySet[Model]:
        """The member's rows, the oldest first."""
        mine = self.owner(member_id) if callable(self.owner) else Q(**{self.owner: member_id})
        rows: QuerySet[Model] = self.manager().filter(mine).order_by("pk")
        return rows

    def rows_to_erase(self, member_id: int) -> QuerySet[Model]:
        """The member's rows, and those that go when they do."""
        mine = self.owner(member_id) if callable(self.owner) else Q(**{self.owner: member_id})
        for column in self.also:
            mine |= Q(**{column: member_id})
        rows: QuerySet[Model] = self.manager().filter(mine).order_by("pk")
        return rows


_rules: dict[str, Rule] = {}


def holds(model: str, *, told: str | Mapping[str, str], **rest: Any) -> None:
    """State the rule of a table with rows of members. `told`: names of fields, or field → name in the export."""
    named = {name: name for name in told.split()} if isinstance(told, str) else dict(told)
    _state(Rule(model=model, told=named, **rest))


def nothing(model: str, because: str, fields: str, *, points: Mapping[str, str] | None = None) -> None:
    """State that a table of ours holds nothing of any member's. Names every field, so that a new one is thought of."""
    _state(
        Rule(model=model, because=because, untold=dict.fromkeys(fields.split(), because), points=points or {})
    )


def foreign(because: str, models: str, *, points: Mapping[str, str] | None = None) -> None:
    """State that these tables of other people's apps hold nothing of any member's."""
    for model in models.split():
        _state(Rule(model=model, because=because, points=points or {}, is_foreign=True))


def _state(rule: Rule) -> None:
    if rule.model in _rules:
        raise ValueError(f"{rule.model} has two rules about personal data")
    _rules[rule.model] = rule


def rules() -> list[Rule]:
    """Every rule, in the order of the rooms."""
    return list(_rules.values())


def rule_of(model: str) -> Rule | None:
    return _rules.get(model)


def personal_rules() -> list[Rule]:
    """Those with rows of members'."""
    return [rule for rule in _rules.values() if rule.is_personal]


def each(fields: str, reason: str) -> dict[str, str]:
    """The same reason for several fields."""
    return dict.fromkeys(fields.split(), reason)


# -- rooms, as people call them

_rooms: dict[str, Words] = {}


def room(key: str, title: Words) -> None:
    """What a group of tables is called on the page of my data; the order of the calls is the order there."""
    _rooms.setdefault(key, title)


def rooms() -> Mapping[str, Words]:
    return dict(_rooms)


# -- steps of an erasure

CLOSING, WORDS, ROWS, LAST = 10, 30, 50, 90  # the account, what was written, everything else, the name


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    order: int
    run: Callable[..., None]


_steps: dict[str, Step] = {}


def erases(name: str, *, order: int) -> Callable[[F], F]:
    """A step `run(member_id=…, remove_posts=…)` of every erasure. It may run twice, and be killed half-way."""

    def wrap(function: F) -> F:
        if name in _steps:
            raise ValueError(f"two steps of an erasure are called {name}")
        _steps[name] = Step(name, order, function)
        return function

    return wrap


def steps() -> list[Step]:
    """All of them in their order."""
    return sorted(_steps.values(), key=lambda step: (step.order, step.name))


# -- files and names

FilesOf = Callable[[int], Iterable[tuple[str, str]]]
NamesOf = Callable[[Any, Iterable[int]], Mapping[int, tuple[str, str]]]

_files: list[FilesOf] = []
_names: dict[str, NamesOf] = {}


def files(function: FilesOf) -> FilesOf:
    """`function(member_id)` gives (name in the export, name in the default storage) of the member's files."""
    _files.append(function)
    return function


def files_of(member_id: int) -> Iterator[tuple[str, str]]:
    for function in _files:
        yield from function(member_id)


def names(model: str) -> Callable[[NamesOf], NamesOf]:
    """`function(viewer, ids)` gives id → (title, address) of those rows that the viewer may know. One statement."""

    def wrap(function: NamesOf) -> NamesOf:
        _names[model] = function
        return function

    return wrap


def names_of(model: str, viewer: Any, ids: Iterable[int]) -> Mapping[int, tuple[str, str]]:
    """What these rows are called, for a viewer; nothing where nobody says."""
    wanted = set(ids)
    found = _names.get(model)
    return found(viewer, wanted) if found and wanted else {}
