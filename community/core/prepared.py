"""Querysets whose SQL is built once: a busy page asks the same question thousands of times a minute.

Building a statement with the ORM costs several times what the database takes to answer it. A `Prepared` lets the
ORM write the statement once for each shape of the question (who asks, which filter), with marks where the values
stand, and from then on only puts values in and rows out. Rows are ordinary model instances, with their
`select_related` relations and annotations; what was deferred stays deferred.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import JSONField, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import Col
from django.db.models.signals import post_init, pre_init
from django.db.models.sql import UpdateQuery
from django.db.transaction import TransactionManagementError

from community.core.among import among

M = TypeVar("M", bound=Model)
Value = int | float | str | date | datetime | tuple[int, ...]
Convert = Callable[[Any], Any]

LARGEST_ID = 2**63 - 1  # what a key column holds; an address may ask for more
_FIRST_NUMBER = (
    1_987_600_000  # below 2³¹, above any id a test will meet; a doubled mark is an error, not a guess
)
_FIRST_MOMENT = datetime(1802, 3, 4, 5, 6, 7, tzinfo=UTC)


class Prepared(Generic[M]):
    """`build(*shape, **values)` makes the queryset; `rows(*shape, **values)` answers it without building it again.

    Values are ints, floats, strings, dates, aware datetimes, and tuples of keys that `build` hands to `among`; they end
    up as parameters of the statement (not in slices).
    Whatever else changes the statement belongs to the shape, which is hashable.
    """

    def __init__(self, build: Callable[..., QuerySet[M, Any]]) -> None:
        self._build = build
        self._plans: dict[Hashable, _Plan[M]] = {}
        self._lock = Lock()

    def rows(self, *shape: Hashable, **values: Value) -> list[M]:
        """The rows of the queryset. One statement. TypeError for a value that the queryset does not use."""
        plan = self._plan(shape, values)
        return [plan.instance(row) for row in plan.ask(values)]

    def cells(self, *shape: Hashable, **values: Value) -> list[Sequence[Any]]:
        """The same of a queryset that asks for `values_list`: its columns, row by row."""
        return self._plan(shape, values).ask(values)

    def _plan(self, shape: tuple[Hashable, ...], values: dict[str, Value]) -> _Plan[M]:
        key = (connection.vendor, shape, tuple(values))
        plan = self._plans.get(key)
        if plan is None:
            with self._lock:
                plan = self._plans[key] = _Plan(self._build, shape, values)
        return plan

    def first(self, *shape: Hashable, **values: Value) -> M | None:
        """The first row, or None. The queryset itself should ask for no more."""
        found = self.rows(*shape, **values)
        return found[0] if found else None


class PreparedUpdate:
    """As `Prepared`, for UPDATE: `build(*shape, **values)` gives the rows to change and what to set, by field name."""

    def __init__(self, build: Callable[..., tuple[QuerySet[Any], dict[str, Any]]]) -> None:
        self._build = build
        self._plans: dict[Hashable, tuple[str, list[tuple[str | None, Any]]]] = {}

    def run(self, *shape: Hashable, **values: Value) -> int:
        """Change the rows; how many they were. One statement."""
        key = (connection.vendor, shape, tuple(values))
        plan = self._plans.get(key)
        if plan is None:
            marks = _marks(values)
            rows, changes = self._build(*shape, **marks)
            query: Any = rows.query.chain(UpdateQuery)
            query.add_update_values(changes)
            sql, params = query.get_compiler(connection=connection).as_sql()
            plan = self._plans[key] = sql, _places(marks, params)
        sql, places = plan
        with bound_cursor() as cursor:
            cursor.execute(sql, _bound(places, values))
            return int(cursor.rowcount)


class _Plan(Generic[M]):
    """One statement with places for values, and how its columns become instances."""

    def __init__(
        self,
        build: Callable[..., QuerySet[M, Any]],
        shape: tuple[Hashable, ...],
        values: dict[str, Value],
    ) -> None:
        marks = _marks(values)
        query = build(*shape, **marks).query
        self.locks = query.select_for_update
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        self.places = _places(marks, params)
        self.sql = sql
        select = [expression for expression, _sql, _alias in compiler.select]
        self.converters = [
            (place, _chain(functions, expression))
            for place, (functions, expression) in compiler.get_converters(select).items()
        ]
        self.annotations = list((compiler.annotation_col_map or {}).items())
        self.main = _Part.of(compiler.klass_info, select) if query.default_cols else None

    def ask(self, values: dict[str, Value]) -> list[Sequence[Any]]:
        if self.locks and not connection.in_atomic_block:  # the ORM checks this as it builds, and builds once
            raise TransactionManagementError("a row is locked inside the transaction that needs it")
        with bound_cursor() as cursor:
            cursor.execute(self.sql, _bound(self.places, values))
            found: list[Sequence[Any]] = cursor.fetchall()
        if self.converters:
            found = [self._converted(row) for row in found]
        return found

    def _converted(self, row: Sequence[Any]) -> list[Any]:
        cells = list(row)
        for place, convert in self.converters:
            cells[place] = convert(cells[place])
        return cells

    def instance(self, row: Sequence[Any]) -> M:
        assert self.main is not None, "a queryset of columns has no instances: ask for its cells"
        made: M = self.main.instance(row)
        for name, place in self.annotations:
            made.__dict__[name] = row[place]
        return made


@dataclass(slots=True)
class _Part:
    """The columns of one model in a row, and the parts related to it."""

    model: type[Model]
    columns: list[tuple[str, int]]
    key: int  # where its primary key stands
    is_heard: bool  # somebody listens to instances being made: then they are made the slow way
    local_setter: Callable[[Any, Any], None] | None
    remote_setter: Callable[[Any, Any], None] | None
    related: list[_Part]

    @classmethod
    def of(cls, info: dict[str, Any], select: Sequence[Any]) -> _Part:
        model = info["model"]._meta.concrete_model
        columns = [(select[place].target.attname, place) for place in info["select_fields"]]
        return cls(
            model=model,
            columns=columns,
            key=next(place for name, place in columns if name == model._meta.pk.attname),
            is_heard=pre_init.has_listeners(model) or post_init.has_listeners(model),
            local_setter=info.get("local_setter"),
            remote_setter=info.get("remote_setter"),
            related=[cls.of(part, select) for part in info.get("related_klass_infos", [])],
        )

    def instance(self, row: Sequence[Any]) -> Any:
        if self.is_heard:
            names, places = zip(*self.columns, strict=True)
            made = self.model.from_db(DEFAULT_DB_ALIAS, names, [row[place] for place in places])
        else:
            made = self.model.__new__(self.model)
            state = ModelState()
            state.adding, state.db = False, DEFAULT_DB_ALIAS
            fields = made.__dict__
            fields["_state"] = state
            for name, place in self.columns:
                fields[name] = row[place]
        for part in self.related:
            other = None if row[part.key] is None else part.instance(row)
            if part.local_setter:
                part.local_setter(made, other)
            if part.remote_setter and other is not None:
                part.remote_setter(other, made)
        return made


def bound_cursor() -> Any:
    """A cursor that binds values on the server, where PostgreSQL can keep the plan (`prepare_threshold`).

    Django's own puts the values into the text: every statement is a new one and is planned anew.
    """
    if connection.vendor != "postgresql":
        return connection.cursor()
    from community.core.numbering import BoundCursor

    real: Any = connections[DEFAULT_DB_ALIAS]  # not the stand-in that looks for it at every question
    real.ensure_connection()
    return real._prepare_cursor(BoundCursor(real.connection))


def _marks(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: _mark(place, value) for place, (name, value) in enumerate(values.items())}


def _places(marks: Mapping[str, Value], params: Sequence[Any]) -> list[tuple[str | None, Any]]:
    """For each parameter a name where a value goes, the value itself where it never changes."""
    names = {_hashable(_adapted(mark)): name for name, mark in marks.items()}
    places = [(_name_of(names, param), param) for param in params]
    if unused := set(marks) - {name for name, _param in places}:
        raise TypeError(f"not a parameter of the statement: {', '.join(sorted(unused))}")
    return places


def _bound(places: Sequence[tuple[str | None, Any]], values: Mapping[str, Value]) -> list[Any]:
    return [param if name is None else _adapted(values[name]) for name, param in places]


def _mark(place: int, value: Value) -> Value:
    if isinstance(value, tuple):
        return (_FIRST_NUMBER + place,)
    if isinstance(value, datetime):
        return _FIRST_MOMENT + timedelta(days=place)
    if isinstance(value, date):
        return _FIRST_MOMENT.date() + timedelta(days=place)
    if isinstance(value, float):
        return 1.98765e300 + place * 1e290
    if isinstance(value, int):
        return _FIRST_NUMBER + place
    return f"\ue000{place}\ue001"


def _adapted(value: Value) -> Any:
    """A value as the ORM hands it to the database."""
    if isinstance(value, tuple):
        return among(value).params[0]
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _name_of(names: dict[Any, str], param: Any) -> str | None:
    return names.get(_hashable(param)) if isinstance(param, int | float | str | date | list) else None


def _hashable(param: Any) -> Any:
    return tuple(param) if isinstance(param, list) else param


def _chain(functions: Sequence[Callable[..., Any]], expression: Any) -> Convert:
    if len(functions) == 1:
        (only,) = functions
        field = getattr(only, "__self__", None)
        if isinstance(field, JSONField) and field.decoder is None and isinstance(expression, Col):
            return _from_json
        return lambda value: only(value, expression, connection)

    def convert(value: Any) -> Any:
        for function in functions:
            value = function(value, expression, connection)
        return value

    return convert


def _from_json(value: str | None) -> Any:
    """What `JSONField` makes of a column. A list of threads has five of them a row, most of them empty."""
    if value == "{}":
        return {}
    if value == "[]":
        return []
    return None if value is None else json.loads(value)
