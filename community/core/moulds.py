"""Parts of a page that everybody sees alike but for some values: drawn once with holes, filled in for each reader.

A template's words are looked up and its tags run once for each language and shape; after that a reader costs a join.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_MARK = re.compile("\ue001([a-z_]+)\ue002")
TOKEN = "csrf_token"  # noqa: S105  the name of one
MOST_KEPT = 1000  # shapes of parts; a page has about ten
_moulds: dict[tuple[Any, ...], tuple[str, ...]] = {}


def filled(
    name: str,
    holes: Mapping[str, Any],
    *,
    alike: Mapping[str, Any] | None = None,
    around: Callable[[], Mapping[str, Any]] | None = None,
    page: Context | None = None,
) -> SafeString:
    """A template drawn with these values, and with nothing else of the page but its form token.

    `holes`   the template prints them and asks whether there are any; it must not compare, filter or cut them
    `alike`   values that it may do anything with: the part is drawn once for each set of them, so few and hashable
    `around`  what else it reads, the same for everybody; made only when the part is drawn
    """
    alike = alike or {}
    told = {hole: _escaped(value) if value else "" for hole, value in holes.items()}
    if not _are_kept():
        token = page.get(TOKEN, "") if page is not None else ""
        return mark_safe(  # noqa: S308  a template drew it
            render_to_string(name, {**told, **alike, **(around() if around else {}), TOKEN: token})
        )
    key = (name, get_language(), *(hole for hole, value in told.items() if value), *alike.items())
    mould = _moulds.get(key)
    if mould is None:
        if len(_moulds) >= MOST_KEPT:
            _moulds.clear()
        marks = {hole: _mark(hole) if value else "" for hole, value in told.items()}
        drawn = render_to_string(
            name, {**marks, **alike, **(around() if around else {}), TOKEN: _mark(TOKEN)}
        )
        mould = _moulds[key] = tuple(_MARK.split(drawn))
    parts: list[str] = list(mould)
    for place in range(1, len(parts), 2):
        hole = parts[place]
        parts[place] = told[hole] if hole != TOKEN else str(page.get(TOKEN, "")) if page is not None else ""
    return mark_safe("".join(parts))  # noqa: S308  the template is ours, every value was escaped


def _are_kept() -> bool:
    return not settings.DEBUG  # templates are being written


@cache
def _mark(name: str) -> SafeString:
    return SafeString(f"\ue001{name}\ue002")


def _escaped(value: Any) -> SafeString:
    """A value as a template prints it."""
    return conditional_escape(localize(value))


def _forget(*, setting: str, **_kwargs: object) -> None:
    if setting in ("STATIC_URL", "STORAGES", "ROOT_URLCONF", "FORCE_SCRIPT_NAME", "TEMPLATES"):
        _moulds.clear()


setting_changed.connect(_forget)
