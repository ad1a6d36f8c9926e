"""Addresses of things by their key, without asking the resolver each time: a page holds a hundred and fifty."""

from __future__ import annotations

from functools import cache, lru_cache
from urllib.parse import quote

from django.core.signals import setting_changed
from django.urls import reverse

_MARK = 987654321  # fits number, name and slug alike


@cache
def _parts(name: str, count: int) -> tuple[str, ...]:
    """The fixed parts of a named address between its arguments."""
    address = reverse(name, args=[_MARK + place for place in range(count)])
    parts = []
    for place in range(count):
        before, _mark, address = address.partition(str(_MARK + place))
        parts.append(before)
    return (*parts, address)


@lru_cache(maxsize=8192)
def _quoted(text: str) -> str:
    return quote(text, safe="!$&'()*+,;=/~:@")  # as `reverse` does


def link(name: str, *args: int | str) -> str:
    """What `reverse(name, args=args)` gives, without checking that the arguments fit the address."""
    parts = _parts(name, len(args))
    if len(args) == 1:
        (only,) = args
        return f"{parts[0]}{only if isinstance(only, int) else _quoted(only)}{parts[1]}"
    told = [str(arg) if isinstance(arg, int) else _quoted(arg) for arg in args]
    return "".join(part for pair in zip(parts, [*told, ""], strict=True) for part in pair)


def _forget(*, setting: str, **_kwargs: object) -> None:
    if setting in ("ROOT_URLCONF", "FORCE_SCRIPT_NAME"):
        _parts.cache_clear()


setting_changed.connect(_forget)
