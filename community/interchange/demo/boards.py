"""Where the demo's conversations take place: board groups, boards and sub-boards, from boards.txt."""

from __future__ import annotations

from dataclasses import dataclass

from community.interchange.demo.asking import PlannedField, planned_field
from community.interchange.demo.script import HERE, blocks, header

ORDINARY = "ordinary"


@dataclass(frozen=True)
class PlannedBoard:
    slug: str
    parent: str  # slug of the board it belongs to, or empty
    title_en: str
    title_zh: str
    about_en: str
    about_zh: str
    lanes: tuple[str, ...]
    rights: str  # ORDINARY | "announcements" | "key members"
    asks: tuple[PlannedField, ...] = ()


@dataclass(frozen=True)
class PlannedGroup:
    slug: str
    title_en: str
    title_zh: str
    boards: tuple[PlannedBoard, ...]


def planned_groups() -> tuple[PlannedGroup, ...]:
    """Every group with its boards, parents before their children."""
    text = (HERE / "boards.txt").read_text(encoding="utf-8")
    return tuple(_group(slug, rest) for slug, rest in blocks(text))


def _group(slug: str, text: str) -> PlannedGroup:
    first, _, rest = text.partition("\n")
    told = header(first)
    boards = tuple(_board(name, lines) for name, lines in blocks(rest, "--- "))
    return PlannedGroup(slug, told["en"], told["zh"], boards)


def _board(name: str, text: str) -> PlannedBoard:
    slug, _, parent = name.partition(" in ")
    first, *rest = text.split("\n")
    titles = header(first)
    lines = [line.split(": ", 1) for line in rest if line]
    told = dict(lines)
    return PlannedBoard(
        slug=slug,
        parent=parent,
        title_en=titles["en"],
        title_zh=titles["zh"],
        about_en=told["about en"],
        about_zh=told["about zh"],
        lanes=tuple(lane.strip() for lane in told.get("lanes", "").split(",") if lane.strip()),
        rights=told.get("rights", ORDINARY),
        asks=tuple(planned_field(said) for about, said in lines if about == "asks"),
    )
