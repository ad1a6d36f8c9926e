"""How a view says that its page may be kept for guests, and what the page stands on."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django.urls import Resolver404, resolve

FRESH_SECONDS = 60.0  # "6 min ago" must stay nearly true for readers without a script
CURSOR = re.compile(r"[\w.:=-]{1,400}\Z", re.ASCII)
NUMBER = re.compile(r"[1-9][0-9]{0,5}\Z")
SLUG = re.compile(r"[\w.~-]{1,60}\Z")

SHELL = "shell"  # what stands around every page: the brand, the foot, the busy boards

V = TypeVar("V", bound=Callable[..., Any])
Accepts = frozenset[str] | re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Policy:
    """Which parameters a page knows, what they may be, and for how many seconds it is fresh."""

    params: Mapping[str, Accepts] = field(default_factory=dict)
    fresh: float = FRESH_SECONDS

    def knows(self, name: str, value: str) -> bool:
        accepts = self.params.get(name)
        if accepts is None:
            return False
        return value in accepts if isinstance(accepts, frozenset) else bool(accepts.match(value))


class Note:
    """What is learnt about one page while it is made."""

    __slots__ = ("may_keep", "topics")

    def __init__(self) -> None:
        self.may_keep = False
        self.topics: set[str] = set()


_policies: dict[Any, Policy] = {}
_current: ContextVar[Note | None] = ContextVar("page_note", default=None)


def allow(view: Any, *, params: Mapping[str, Accepts] | None = None, fresh: float = FRESH_SECONDS) -> None:
    """Let the pages of a view be kept where they ask for it with `keep`. For views that are not ours to wrap."""
    _policies[view] = Policy(dict(params or {}), fresh)
    policy_of.cache_clear()


def kept_for_guests(
    *topics: str, params: Mapping[str, Accepts] | None = None, fresh: float = FRESH_SECONDS
) -> Callable[[V], V]:
    """Let guests read copies of a view's pages, each made for its key alone and thrown away when a topic changes.

    `topics`: what every page of the view stands on, with the address's own values in braces (`thread:{thread_id}`).
    `params`: parameters the page knows and their values; all others are taken off before the view is asked, so
    they neither make more copies nor appear in one. The view may add topics with `stands_on`.
    """

    def decorate(view: V) -> V:
        @functools.wraps(view)
        def shown(request: Any, *args: Any, **kwargs: Any) -> Any:
            keep(*(topic.format(**kwargs) for topic in topics))
            return view(request, *args, **kwargs)

        allow(shown, params=params, fresh=fresh)
        return cast(V, shown)

    return decorate


def keep(*topics: str) -> None:
    """The page being made may be kept; it stands on these topics, and on what is around every page."""
    note = _current.get()
    if note is not None:
        note.may_keep = True
        note.topics.update((SHELL, *topics))


def stands_on(*topics: str) -> None:
    """The page being made shows something of these topics. Free where nothing is being kept."""
    note = _current.get()
    if note is not None:
        note.topics.update(topics)


def leave_out() -> None:
    """The page being made is not worth keeping: it answers something nobody else will ask."""
    note = _current.get()
    if note is not None:
        note.may_keep = False
        note.topics.clear()


@contextmanager
def noting(note: Note) -> Iterator[None]:
    """Collect into `note` what is said while the block runs, also in contexts copied from it."""
    token = _current.set(note)
    try:
        yield
    finally:
        _current.reset(token)


@functools.lru_cache(maxsize=8192)
def policy_of(path: str) -> Policy | None:
    """The policy of the view at a path; None where nothing may be kept."""
    try:
        return _policies.get(resolve(path).func)
    except (Resolver404, ValueError, TypeError):
        return None
