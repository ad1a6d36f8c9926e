"""Narrowing a board by what its form asks: `?by=7.aurora-e~9.2020..2022`, kept in letters that need no escaping.

A part is a field's number and what to look for: a key, or a stretch `least..most` with either end open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from community.core.access import Invalid
from community.core.text import is_blank
from forum import fields
from forum.fields import Asked
from forum.models import FieldKind
from forum.typed import find_key

MOST = 3  # fields at once
BY = re.compile(r"[\w.~-]{1,240}\Z")  # what the parameter may be
TYPED = re.compile(r"[^\x00-\x1f\x7f]{0,80}\Z")  # what somebody may type into a filter's entry
_PART = re.compile(r"([1-9][0-9]{0,17})\.(.+)")
_STRETCH = re.compile(r"(-?[0-9.-]*?)\.\.(-?[0-9.-]*)")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Threads whose opening post answered `key` to the field, or an amount from `least` to `most` (both included)."""

    asked: Asked
    key: str = ""
    least: int | None = None
    most: int | None = None
    words: str = field(default="", compare=False)  # as somebody wrote what the key was made of

    @property
    def part(self) -> str:
        """As it stands in the address."""
        if self.key:
            return part_of(self.asked.pk, self.key)
        return f"{self.asked.pk}.{self.typed(self.least)}..{self.typed(self.most)}"

    def typed(self, amount: int | None) -> str:
        return "" if amount is None else fields.amount_text(self.asked, amount)

    @property
    def written(self) -> str:
        """The key as words: a city as somebody wrote it."""
        return self.words or self.key.replace("-", " ")

    def said(self) -> str:
        """In words: "Model: Aurora E", "Mileage: 10 000 – 50 000 km"."""
        if self.key:
            named = dict(self.asked.still_offering([self.key]).offered())  # once it was
            said = named.get(self.key, self.written)
        else:
            ends = [_shown(self.asked, amount) for amount in (self.least, self.most)]
            said = (
                _("%(least)s to %(most)s")
                if all(ends)
                else _("from %(least)s")
                if ends[0]
                else _("up to %(most)s")
            )
            said = said % {"least": ends[0], "most": ends[1]}
        return _("%(field)s: %(answer)s") % {"field": self.asked.label, "answer": said}


def part_of(field_id: int, key: str) -> str:
    return f"{field_id}.{key}"


def by_of(narrowings: Iterable[Narrowing]) -> str:
    """The parameter of these together."""
    return "~".join(one.part for one in narrowings)


def asked_for(form: Sequence[Asked], by: str) -> tuple[Narrowing, ...]:
    """What the parameter asks of this board. What the board does not know falls away; each field counts once."""
    known = {asked.pk: asked for asked in form if asked.is_filter}
    found: dict[int, Narrowing] = {}
    for part in by.split("~") if BY.match(by) else ():
        match = _PART.fullmatch(part)
        asked = known.get(int(match[1])) if match else None
        if match and asked:
            one = _read(asked, match[2])
            if one:
                found.setdefault(asked.pk, one)
    return tuple(found.values())[:MOST]


def _read(asked: Asked, wanted: str) -> Narrowing | None:
    stretch = _STRETCH.fullmatch(wanted)
    if asked.kind in fields.AMOUNTS and stretch:
        try:
            return _stretch(asked, stretch[1], stretch[2])
        except Invalid:
            return None
    if asked.kind not in fields.LINKED:
        return None
    if asked.kind in fields.LISTS and wanted not in {key for key, *_rest in asked.choices}:
        return None
    return Narrowing(asked, key=wanted[:60])


def typed(asked: Asked, given: Mapping[str, str]) -> Narrowing | None:
    """What somebody typed into the entries of a filter (`is`, or `from` and `to`); None for nothing.

    Raises `Invalid`, to be shown beside it.
    """
    if asked.kind in fields.AMOUNTS:
        return _stretch(asked, given.get("from", ""), given.get("to", ""))
    word = given.get("is", "")
    if is_blank(word):
        return None
    if asked.kind == FieldKind.CITY:
        key = find_key(word)
        if not key:
            raise asked.refused(_("Nothing in this can be read."))
        return Narrowing(asked, key=key)
    return Narrowing(asked, key=fields.read(asked, [word], taken=[word])[0].key)


def _stretch(asked: Asked, least: str, most: str) -> Narrowing | None:
    ends = [None if is_blank(raw) else fields.amount_of(asked, raw) for raw in (least, most)]
    if ends == [None, None]:
        return None
    if None not in ends:
        ends.sort()
    return Narrowing(asked, least=ends[0], most=ends[1])


def _shown(asked: Asked, amount: int | None) -> str:
    if amount is None:
        return ""
    told = fields.tell(asked, [fields.Answer(amount=amount)])
    return told.words()[0][0]
