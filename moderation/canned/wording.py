"""Blanks in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from moderation.canned.policy import Blank

_BLANKS: dict[Blank, tuple[Promise, Promise]] = {  # what it stands for, and an example
    Blank.TITLE: (gettext_lazy("the thread’s title"), gettext_lazy("Range in winter")),
    Blank.ASKER: (gettext_lazy("the name of who opened it"), pgettext_lazy("example of a name", "Anna")),
    Blank.BOARD: (gettext_lazy("the board’s name"), gettext_lazy("Charging at home")),
    Blank.ME: (gettext_lazy("your name"), pgettext_lazy("example of a name", "Mei")),
    Blank.CAR: (gettext_lazy("the car, where the board asks for it"), gettext_lazy("Aurora E")),
    Blank.YEAR: (gettext_lazy("the year, where the board asks for it"), gettext_lazy("2025")),
    Blank.MILEAGE: (gettext_lazy("the mileage, where the board asks for it"), gettext_lazy("12,000 km")),
    Blank.CITY: (
        gettext_lazy("the city, where the board asks for it"),
        pgettext_lazy("example of a city", "Graz"),
    ),
    Blank.FAULT: (gettext_lazy("the fault codes, where the board asks for them"), gettext_lazy("P0A80")),
}


def in_words(blank: Blank) -> str:
    return str(_BLANKS[blank][0])


def examples() -> dict[Blank, str]:
    """What a preview fills the blanks with."""
    return {blank: str(example) for blank, (_words, example) in _BLANKS.items()}


def listed(blanks: Iterable[Blank]) -> str:
    """Blanks one after another, as they are typed and what each stands for."""
    return _("; ").join(
        _("{%(name)s}, %(words)s") % {"name": blank.value, "words": in_words(blank)} for blank in blanks
    )
