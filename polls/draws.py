"""Draws that anyone can recompute: the winners follow from the frozen list and a value that nobody knew then. Pure.

`recompute.py` beside this does the same in its own words; the page of a draw shows it.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from pathlib import Path

SCRIPT = Path(__file__).with_name("recompute.py")
MOST_WINNERS = 100


def frozen(codes: Sequence[str]) -> list[str]:
    """The list as it is published: every code once, in the order of its letters, whoever came first."""
    if len(set(codes)) != len(codes):
        raise ValueError("a code stands for one person")
    return sorted(codes)


def list_hash(listed: Sequence[str]) -> str:
    """SHA-256 of the list, one code a line, as hexadecimal digits."""
    return hashlib.sha256("\n".join(listed).encode()).hexdigest()


def tidy(value: str) -> str:
    """The public value as it is counted: one line, single spaces, one way to write each letter."""
    return " ".join(unicodedata.normalize("NFC", value).split())


def winners(listed: Sequence[str], value: str, count: int) -> list[str]:
    """Who wins, the first prize first. The digest of list, value and place picks among those who are left.

    2²⁵⁶ numbers share themselves out evenly over any list of people to within one in 10⁷⁰.
    """
    left = list(listed)
    head = f"{list_hash(listed)}\n{value}\n"
    drawn: list[str] = []
    while left and len(drawn) < count:
        number = int.from_bytes(hashlib.sha256(f"{head}{len(drawn) + 1}".encode()).digest(), "big")
        drawn.append(left.pop(number % len(left)))
    return drawn
