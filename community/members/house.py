"""The brand's name, as far as this room needs it: in letters, in authenticator apps, and for nobody's own."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

_sources: list[Callable[[], str]] = []


def brand_name() -> str:
    """The brand's name as the site shows it."""
    return (_sources[-1]() if _sources else "") or str(settings.BRAND_NAME)


def brand_from(source: Callable[[], str]) -> None:
    """Ask `source` from now on. The room that keeps the brand lies above this one: it offers it at start."""
    _sources.append(source)
