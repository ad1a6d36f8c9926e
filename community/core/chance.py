"""The one place randomness comes from; seeded in tests and for the demo."""

import random
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

_seeded: ContextVar[random.Random | None] = ContextVar("seeded_random", default=None)


def _source() -> random.Random:
    return _seeded.get() or secrets.SystemRandom()


def token(nbytes: int = 16) -> str:
    """A URL-safe random string from `nbytes` bytes of entropy."""
    seeded_source = _seeded.get()
    if seeded_source:
        return seeded_source.randbytes(nbytes).hex()
    return secrets.token_urlsafe(nbytes)


def digits(n: int) -> str:
    """`n` random decimal digits."""
    return "".join(str(_source().randrange(10)) for _ in range(n))


def below(n: int) -> int:
    """A random integer in [0, n)."""
    return _source().randrange(n)


def pick(seq: Sequence[T]) -> T:
    """One element, each equally likely."""
    return seq[_source().randrange(len(seq))]


def shuffled(seq: Sequence[T]) -> list[T]:
    """The same elements in an order of which each is equally likely."""
    rest = list(seq)
    _source().shuffle(rest)
    return rest


def jitter() -> float:
    """A random float in [0, 1)."""
    return _source().random()


@contextmanager
def seeded(seed: int | str) -> Iterator[None]:
    """Make every draw in this context repeatable. Never for secrets that leave a test."""
    reset = _seeded.set(random.Random(seed))  # noqa: S311  repeatable on purpose
    try:
        yield
    finally:
        _seeded.reset(reset)
