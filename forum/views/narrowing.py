"""The filters of a board that its form brings: menus of links, and small forms for what is typed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode

from community.core.access import Invalid
from community.core.pagecache import Accepts
from forum import fields
from forum.fields import Asked, form_of
from forum.models import Board, FieldKind
from forum.narrowing import BY, MOST, TYPED, Narrowing, asked_for, by_of, typed
from forum.queries.narrowed import in_words

_FIELD = re.compile(r"[1-9][0-9]{0,17}\Z", re.ASCII)
PARAMS: dict[str, Accepts] = {"by": BY, "field": _FIELD, "is": TYPED, "from": TYPED, "to": TYPED}
_KEPT = ("lane", "sort", "tag", "only")


@dataclass(frozen=True, slots=True)
class Menu:
    """One filter: links where there is a list, entries where something is typed."""

    asked: Asked
    chosen: Narrowing | None
    links: list[dict[str, Any]] = field(default_factory=list)
    off: str = ""  # without this filter
    problem: str = ""
    least: str = ""  # what its entries hold
    most: str = ""
    word: str = ""

    @property
    def is_stretch(self) -> bool:
        return self.asked.kind in fields.AMOUNTS

    @property
    def input_type(self) -> str:
        return "date" if self.asked.kind == FieldKind.DATE else "text"


class Narrowed:
    """What the request narrows the board to. `address`: where to go on when something was typed, or empty."""

    def __init__(self, request: HttpRequest, board: Board) -> None:
        self._given = {name: request.GET[name] for name in _KEPT if request.GET.get(name)}
        self._form = [asked for asked in form_of(board) if asked.is_filter]
        self.by = in_words(asked_for(self._form, request.GET.get("by", "")))
        self.address, self._problem = "", {}
        self._typed = request.GET
        wanted = request.GET.get("field", "")
        asked = next((one for one in self._form if str(one.pk) == wanted), None)
        if asked is None:
            return
        try:
            found = typed(asked, request.GET.dict())
        except Invalid as refusal:
            self._problem[asked.pk] = refusal.reason
        else:
            self.address = request.path + self._href(self._with(asked, found))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the small forms carry along."""
        return [*self._given.items(), *([("by", by_of(self.by))] if self.by else [])]

    @property
    def chips(self) -> list[tuple[str, str]]:
        """(words, address without it) of each filter that is on."""
        return [(one.said(), self._href(self._with(one.asked, None))) for one in self.by]

    @property
    def is_full(self) -> bool:
        return len(self.by) >= MOST

    def menus(self) -> list[Menu]:
        chosen = {one.asked.pk: one for one in self.by}
        return [self._menu(asked, chosen.get(asked.pk)) for asked in self._form]

    def _menu(self, asked: Asked, chosen: Narrowing | None) -> Menu:
        offered = asked.offered() if asked.kind in fields.LISTS or asked.kind == FieldKind.YESNO else []
        links = [
            {
                "label": label,
                "href": self._href(self._with(asked, Narrowing(asked, key=key))),
                "chosen": chosen is not None and chosen.key == key,
            }
            for key, label in offered
        ]
        problem = self._problem.get(asked.pk, "")
        least, most = (chosen.typed(chosen.least), chosen.typed(chosen.most)) if chosen else ("", "")
        word = chosen.written if chosen else ""
        if problem:
            least, most, word = (self._typed.get(name, "")[:80] for name in ("from", "to", "is"))
        off = self._href(self._with(asked, None)) if chosen else ""
        return Menu(asked, chosen, links, off, problem, least, most, word)

    def _with(self, asked: Asked, instead: Narrowing | None) -> list[Narrowing]:
        kept = [one for one in self.by if one.asked.pk != asked.pk]
        return [*kept, instead] if instead else kept

    def _href(self, narrowings: list[Narrowing]) -> str:
        params = self._given | ({"by": by_of(narrowings)} if narrowings else {})
        return f"?{urlencode(params)}"
