"""Reads the demo's scripts: plain text files of whole threads (stories/) and of parts of threads (kits/).

A story:

    === Title
    by: Name | board: slug | lane: ask | tags: a, b | when: winter
    The opening post.

    --- Other Name +3h accept useful=12
    >> words of an earlier post, quoted
    A reply, three hours after the post before it.

A kit holds openers (`+++ Title`), each with the dialogues that belong to it (`***`), and dialogues that suit any
of them (`***any`). Speakers are roles, cast later: `OP> …`, `A(E)> …`, `MOD +3d> …`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
_REPLY = re.compile(r"--- (?P<name>.+?) (?P<after>\+\S+|day\+\d+ \d\d:\d\d)(?P<flags>.*)")
_LINE = re.compile(
    r"(?P<role>OP|MOD|ENG|DEALER|[A-D])(?:\((?P<car>\w+)\))?(?: (?P<after>\+\S+))?> (?P<text>.*)"
)


@dataclass(frozen=True)
class Reply:
    """A later post of a story: who, how long after the one before, what, and what became of it."""

    name: str
    after: str
    body: str
    accept: bool = False
    useful: int = 0
    hidden: str = ""


@dataclass(frozen=True)
class Story:
    """A thread written out in full."""

    title: str
    told: dict[str, str]  # the header line
    body: str
    replies: tuple[Reply, ...]


@dataclass(frozen=True)
class Line:
    """One post of a dialogue. `role`: OP, MOD, ENG, DEALER or a letter that stands for somebody."""

    role: str
    text: str
    car: str = ""
    after: str = ""


@dataclass(frozen=True)
class Dialogue:
    """Posts that follow one another. `end`: it closes the thread. `accept`: its first post is the answer."""

    lines: tuple[Line, ...]
    accept: bool = False
    end: bool = False


@dataclass(frozen=True)
class Opener:
    """The start of one thread, and the dialogues that fit no other. `told` includes the kit's header."""

    kit: str
    title: str
    told: dict[str, str]
    body: str
    dialogues: tuple[Dialogue, ...] = field(default=())


@dataclass(frozen=True)
class Kit:
    name: str
    openers: tuple[Opener, ...]
    general: tuple[Dialogue, ...]  # fit any opener of the kit; each is used at most twice


def read(folder: str, name: str) -> str:
    return (HERE / folder / f"{name}.txt").read_text(encoding="utf-8")


def blocks(text: str, mark: str = "=== ") -> Iterator[tuple[str, str]]:
    """(title, rest) of each block that begins with a line `mark title`."""
    for part in re.split(rf"(?m)^{re.escape(mark)}", text)[1:]:
        title, _, rest = part.partition("\n")
        yield title.strip(), rest.strip("\n")


def header(line: str) -> dict[str, str]:
    """`key: value | key: value` as a dictionary."""
    pairs = (part.partition(": ") for part in line.split(" | "))
    return {key.strip(): value.strip() for key, _, value in pairs if key.strip()}


@cache
def stories() -> tuple[Story, ...]:
    """Every story, files in name order."""
    names = sorted(path.stem for path in (HERE / "stories").glob("*.txt"))
    return tuple(_story(title, rest) for name in names for title, rest in blocks(read("stories", name)))


@cache
def kits() -> tuple[Kit, ...]:
    """Every kit, files in name order."""
    names = sorted(path.stem for path in (HERE / "kits").glob("*.txt"))
    return tuple(_kit(title, rest) for name in names for title, rest in blocks(read("kits", name)))


def _story(title: str, text: str) -> Story:
    first, _, rest = text.partition("\n")
    parts = re.split(r"(?m)^(?=--- .+ (?:\+\S|day\+))", rest)
    return Story(title, header(first), parts[0].strip(), tuple(_reply(part) for part in parts[1:]))


def _reply(text: str) -> Reply:
    first, _, body = text.partition("\n")
    found = _REPLY.fullmatch(first.strip())
    if found is None:
        raise ValueError(f"not a reply: {first!r}")
    flags = found["flags"]
    useful = re.search(r"useful=(\d+)", flags)
    hidden = re.search(r"hidden=(.+)", flags)
    return Reply(
        name=found["name"],
        after=found["after"],
        body=body.strip(),
        accept=" accept" in flags,
        useful=int(useful[1]) if useful else 0,
        hidden=hidden[1].strip() if hidden else "",
    )


def _kit(name: str, text: str) -> Kit:
    parts = re.split(r"(?m)^(?=\+\+\+ |\*\*\*)", text)
    common = header(parts[0].strip())
    openers: list[Opener] = []
    general: list[Dialogue] = []
    mine: list[Dialogue] = []
    for part in parts[1:]:
        first, _, rest = part.partition("\n")
        if first.startswith("+++ "):
            mine = []
            openers.append(_opener(name, first[4:].strip(), rest, common, mine))
        elif first.strip() == "***any":
            general.append(_dialogue(rest, first))
        else:
            mine.append(_dialogue(rest, first))
            last = openers.pop()
            openers.append(Opener(last.kit, last.title, last.told, last.body, tuple(mine)))
    return Kit(name, tuple(openers), tuple(general))


def _opener(kit: str, title: str, rest: str, common: dict[str, str], mine: list[Dialogue]) -> Opener:
    told = dict(common)
    if rest.startswith(": "):
        first, _, rest = rest.partition("\n")
        told |= header(first[2:])
    return Opener(kit, title, told, rest.strip(), tuple(mine))


def _dialogue(text: str, head: str) -> Dialogue:
    lines: list[Line] = []
    for row in text.strip().split("\n"):
        found = _LINE.fullmatch(row)
        if found:
            lines.append(Line(found["role"], found["text"], found["car"] or "", found["after"] or ""))
        elif lines:
            last = lines.pop()
            lines.append(Line(last.role, f"{last.text}\n{row}".strip(), last.car, last.after))
        else:
            raise ValueError(f"a dialogue begins with a speaker: {row!r}")
    return Dialogue(tuple(lines), accept="accept" in head, end="end" in head.split())
