"""Fields of a board's form: what one is, how an answer is read, kept and said. No database, no request.

`Asked` is a field as boards keep it, `Answer` a thing that was answered to one, `Told` all that a post answered to
one, in words of both languages, as posts keep it beside their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from community.core.access import Invalid
from community.core.languages import in_language
from community.core.text import clean_source, is_blank
from forum.models import BoardField, FieldKind
from forum.typed import (
    bare,
    day_in_words,
    day_of,
    find_key,
    grouped,
    number_of,
    number_text,
)

MOST_FIELDS = 20  # a board asks at once
MOST_CHOICES = 100
MOST_CODES = 5
MOST_PLACES = 3  # after the point of a number
LENGTHS = {FieldKind.TEXT: 120, FieldKind.CITY: 60, FieldKind.LONG: 1000}
LISTS = frozenset({FieldKind.CHOICE, FieldKind.SEVERAL, FieldKind.MODEL})
AMOUNTS = frozenset({FieldKind.NUMBER, FieldKind.MILEAGE, FieldKind.YEAR, FieldKind.DATE})
FILTERS = LISTS | AMOUNTS | {FieldKind.YESNO, FieldKind.CITY, FieldKind.FAULT}
LINKED = LISTS | {FieldKind.YESNO, FieldKind.CITY, FieldKind.FAULT, FieldKind.YEAR}  # looked for by their key
LARGEST = 10**12  # of a number; a bigint holds a thousand times as much
BOUNDS = {FieldKind.MILEAGE: (0, 3_000_000), FieldKind.YEAR: (1900, 2100)}  # where the board sets none
NAME = re.compile(r"f([1-9][0-9]{0,17})", re.ASCII)  # of a field in forms and drafts
_CODE = re.compile(r"[PCBU][0-3][0-9A-F]{3}(?:-[0-9A-F]{2})?", re.ASCII)
_CODES_APART = re.compile(r"[\s,;/、]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing answered: `key` it is found by, `amount` in the field's steps, `text` as it would be typed."""

    key: str = ""
    amount: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What was answered to one field. `said`: (English, Chinese, key) of each thing; no Chinese where it is the same."""

    field: int
    label: tuple[str, str]
    said: tuple[tuple[str, str, str], ...]
    raw: tuple[str, ...]  # as it would be typed

    @property
    def name(self) -> str:
        return in_language(*self.label)

    def words(self) -> list[tuple[str, str]]:
        """(words in the reader's language, key) of each thing."""
        return [(in_language(en, zh), key) for en, zh, key in self.said]

    def line(self) -> str:
        """Label and answer in the reader's language."""
        said = _(", ").join(text for text, _key in self.words())
        return _("%(field)s: %(answer)s") % {"field": self.name, "answer": said}


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a board's form. `choices`: (key, English, Chinese, whether it is offered)."""

    pk: int
    kind: str
    label_en: str
    label_zh: str = ""
    help_en: str = ""
    help_zh: str = ""
    unit_en: str = ""
    unit_zh: str = ""
    least: int | None = None
    most: int | None = None
    places: int = 0
    choices: tuple[tuple[str, str, str, bool], ...] = ()
    lanes: tuple[str, ...] = ()
    is_required: bool = False
    is_filter: bool = False

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Asked:
        """From what a board keeps."""
        choices = tuple((str(key), str(en), str(zh), bool(on)) for key, en, zh, on in row["choices"])
        return cls(**{**row, "choices": choices, "lanes": tuple(row["lanes"])})

    @classmethod
    def from_row(cls, field: BoardField) -> Asked:
        """From its own row; the same as from what its board keeps of it."""
        return cls.of({name: getattr(field, name) for name in cls.__slots__})

    def row(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def name(self) -> str:
        """Of its entry in a form."""
        return f"f{self.pk}"

    @property
    def label(self) -> str:
        return in_language(self.label_en, self.label_zh)

    @property
    def help(self) -> str:
        return in_language(self.help_en, self.help_zh)

    @property
    def unit(self) -> str:
        return in_language(self.unit_en, self.unit_zh)

    @property
    def scale(self) -> int:
        """Steps of an amount in one."""
        return 1000 if self.kind == FieldKind.NUMBER else 1

    def still_offering(self, keys: Sequence[str]) -> Asked:
        """For somebody who answered with these choices: they may stay, whatever is offered by now."""
        return replace(
            self, choices=tuple((key, en, zh, on or key in keys) for key, en, zh, on in self.choices)
        )

    def is_asked_in(self, lane: str) -> bool:
        return not self.lanes or lane in self.lanes

    def offered(self) -> list[tuple[str, str]]:
        """(key, label) of what may be chosen, in the reader's language."""
        if self.kind == FieldKind.YESNO:
            return [("yes", _("Yes")), ("no", _("No"))]
        return [(key, in_language(en, zh)) for key, en, zh, is_offered in self.choices if is_offered]

    def refused(self, reason: str) -> Invalid:
        return Invalid(reason, field=self.name)


def form_of(board: Any) -> tuple[Asked, ...]:
    """What a board asks, in its order."""
    return tuple(Asked.of(row) for row in board.form or ())


def told_of(rows: Sequence[Mapping[str, Any]] | None) -> list[Told]:
    """What a post or a version of one keeps, as it stands in its column."""
    return [
        Told(
            row["field"],
            (row["label"][0], row["label"][1]),
            tuple((en, zh, key) for en, zh, key in row["said"]),
            tuple(row["raw"]),
        )
        for row in rows or ()
    ]


def rows_of(told: Iterable[Told]) -> list[dict[str, Any]] | None:
    """For the column; None where nothing was answered."""
    return [
        {
            "field": one.field,
            "label": list(one.label),
            "said": [list(thing) for thing in one.said],
            "raw": list(one.raw),
        }
        for one in told
    ] or None


def searchable(rows: Sequence[Mapping[str, Any]] | None) -> str:
    """What a post can be found by besides its words: every answer, in both languages and as typed."""
    words: dict[str, None] = {}
    for one in told_of(rows):
        for en, zh, _key in one.said:
            words |= dict.fromkeys(filter(None, (en, zh)))
        words |= dict.fromkeys(one.raw if len(one.said) == 1 and one.said[0][2] != one.raw[0] else ())
    return "\n".join(words)


# Reading ----------------------------------------------------------------------------------------------------------


def read(asked: Asked, raws: Sequence[str], *, taken: Sequence[str] = ()) -> list[Answer]:
    """What somebody typed or chose; nothing for an empty answer. Raises `Invalid` for what cannot be one.

    `taken`: what was an answer before, for which bounds and choices that changed since do not count.
    """
    given = [raw for raw in raws if not is_blank(raw)]
    if not given:
        return []
    if asked.kind in LISTS or asked.kind == FieldKind.YESNO:
        return _chosen(asked, given, taken)
    if asked.kind in LENGTHS:
        return [_text(asked, "\n".join(raws) if asked.kind == FieldKind.LONG else given[0])]
    if asked.kind == FieldKind.FAULT:
        return _codes(asked, given[0])
    amount = _amount_again(asked, given[0], taken) if taken else None
    if amount is None:
        amount = amount_of(asked, given[0])
        _check_bounds(asked, amount)
    text = amount_text(asked, amount)
    return [Answer(key=text if asked.kind == FieldKind.YEAR else "", amount=amount, text=text)]


def _text(asked: Asked, raw: str) -> Answer:
    is_long = asked.kind == FieldKind.LONG
    text = clean_source(raw).strip() if is_long else " ".join(clean_source(raw).split())
    most = LENGTHS[FieldKind(asked.kind)]
    if len(text) > most:
        raise asked.refused(
            _("This is %(length)d characters long; at most %(most)d fit.")
            % {"length": len(text), "most": most}
        )
    if is_blank(text):
        raise asked.refused(_("Nothing in this can be read."))
    return Answer(key=find_key(text) if asked.kind == FieldKind.CITY else "", text=text)


def _chosen(asked: Asked, given: Sequence[str], taken: Sequence[str]) -> list[Answer]:
    allowed = [key for key, _en, _zh, is_offered in asked.choices if is_offered or key in taken]
    if asked.kind == FieldKind.YESNO:
        allowed = ["yes", "no"]
    keys = [key for key in allowed if key in given]
    if len(keys) != len(set(given)) or (len(keys) > 1 and asked.kind != FieldKind.SEVERAL):
        raise asked.refused(_("Choose from the list. What you chose is not on it any more."))
    return [Answer(key=key, text=key) for key in keys]


def _codes(asked: Asked, raw: str) -> list[Answer]:
    codes = [code for code in _CODES_APART.split(bare(raw[:400]).upper()) if code]
    if len(raw) > 400 or not codes or not all(_CODE.fullmatch(code) for code in codes):
        raise asked.refused(_("Write fault codes such as P0A80 or U0100, with spaces between them."))
    codes = list(dict.fromkeys(codes))
    if len(codes) > MOST_CODES:
        raise asked.refused(
            _("At most %(most)d codes fit here; put the others into your text.") % {"most": MOST_CODES}
        )
    return [Answer(key=code, text=code) for code in codes]


def amount_of(asked: Asked, raw: str) -> int:
    """A number, year or day in the field's steps. Raises `Invalid`."""
    if asked.kind == FieldKind.DATE:
        day = day_of(raw)
        if day is None:
            raise asked.refused(_("Write the day as in 2026-03-31."))
        return day
    units = [asked.unit_en, asked.unit_zh]
    if asked.kind == FieldKind.MILEAGE:
        units += ["km", "公里", "千米", "kilometres", "kilometers"]
    found = number_of(raw, units=units, places=asked.places)
    if found is None or abs(found) > LARGEST:
        raise asked.refused(_not_a_number(asked))
    return int(found * asked.scale)


def _amount_again(asked: Asked, raw: str, taken: Sequence[str]) -> int | None:
    """The amount, if it is one that was taken before: also with digits that the field asks for no more."""
    try:
        amount = amount_of(replace(asked, places=MOST_PLACES), raw)
    except Invalid:
        return None
    return amount if amount_text(asked, amount) in taken else None


def _not_a_number(asked: Asked) -> str:
    if asked.kind == FieldKind.MILEAGE:
        return _("Write the mileage as one number, such as 24 000.")
    if asked.kind == FieldKind.YEAR:
        return _("Write the year with four digits, such as 2024.")
    if asked.places:
        return _("Write one number, such as 12 or 12.5, with at most %(places)d digits after the point.") % {
            "places": asked.places
        }
    return _("Write one whole number, such as 12.")


def _check_bounds(asked: Asked, amount: int) -> None:
    low, high = BOUNDS.get(FieldKind(asked.kind), (None, None))
    low = low if asked.least is None else asked.least
    high = high if asked.most is None else asked.most
    if (low is None or amount >= low) and (high is None or amount <= high):
        return
    shown = {"least": _bound(asked, low), "most": _bound(asked, high)}
    if low is not None and high is not None:
        raise asked.refused(_("It must lie between %(least)s and %(most)s.") % shown)
    if low is not None:
        raise asked.refused(_("It must be at least %(least)s.") % shown)
    raise asked.refused(_("It must be at most %(most)s.") % shown)


def _bound(asked: Asked, amount: int | None) -> str:
    return "" if amount is None else in_language(*_amount_in_words(asked, amount))


# Saying -----------------------------------------------------------------------------------------------------------


def amount_text(asked: Asked, amount: int) -> str:
    """An amount as it would be typed."""
    return number_text(amount, asked.scale, is_day=asked.kind == FieldKind.DATE)


def tell(asked: Asked, answers: Sequence[Answer]) -> Told:
    """Answers in the words of both languages."""
    said = tuple((*_in_words(asked, one), one.key if asked.kind in LINKED else "") for one in answers)
    raw = tuple(one.text for one in answers)
    if asked.kind == FieldKind.FAULT:
        raw = (" ".join(raw),)
    return Told(asked.pk, (asked.label_en, asked.label_zh), said, raw)


def _in_words(asked: Asked, answer: Answer) -> tuple[str, str]:
    if asked.kind == FieldKind.YESNO:
        return ("Yes", "是") if answer.key == "yes" else ("No", "否")
    if asked.kind in LISTS:
        named = {key: (en, zh) for key, en, zh, _on in asked.choices}
        return named.get(answer.key, (answer.key, ""))
    if answer.amount is not None:
        return _amount_in_words(asked, answer.amount)
    return answer.text, ""


def _amount_in_words(asked: Asked, amount: int) -> tuple[str, str]:
    if asked.kind == FieldKind.DATE:
        return day_in_words(amount)
    text = amount_text(asked, amount)
    if asked.kind == FieldKind.YEAR:
        return text, ""
    text = grouped(text)
    en = f"{text} {asked.unit_en}".rstrip()
    zh = f"{text} {asked.unit_zh or asked.unit_en}".rstrip()
    return en, "" if zh == en else zh
