"""What became of every row: a summary that adds up, and a list of the rows that were left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any

SHOWN = 20  # lines on the screen; all of them are in the file


@dataclass
class FileReport:
    """One file's rows. `read` is the sum of all the rest."""

    read: int = 0
    here: Counter[str] = field(default_factory=Counter)  # what they became: threads, replies …
    already: int = 0
    left_out: Counter[str] = field(default_factory=Counter)  # reason → rows

    @property
    def adds_up(self) -> bool:
        return self.read == self.here.total() + self.already + self.left_out.total()


class Report:
    """Counts by file, with the line of every row that could not be used written to `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: dict[str, FileReport] = {}
        self.mended: Counter[str] = Counter()
        self.notes: list[str] = []
        self.shown: list[str] = []
        self.listed = 0
        self._list: IO[str] | None = None

    def __enter__(self) -> Report:
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._list:
            self._list.close()
            self._list = None

    def of(self, kind: str) -> FileReport:
        return self.files.setdefault(kind, FileReport())

    def bad(self, kind: str, line: int, reason: str, ident: str = "") -> None:
        """A row that is left out though rows of its kind are wanted."""
        self.of(kind).left_out[reason] += 1
        self._tell(f"{kind}.xml line {line}{f' (Id {ident[:20]})' if ident else ''}: {reason}; left out")

    def mend(self, kind: str, ident: int, line: int, what: str) -> None:
        """A row that moved in, but not as it was."""
        self.mended[what] += 1
        self._tell(f"{kind}.xml line {line} (Id {ident}): {what}")

    def _tell(self, text: str) -> None:
        self.listed += 1
        if len(self.shown) < SHOWN:
            self.shown.append(text)
        if self._list is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._list = self.path.open("w", encoding="utf-8")
        self._list.write(text + "\n")

    def as_json(self) -> dict[str, Any]:
        return {
            kind: {
                "read": one.read,
                "here": dict(one.here),
                "already": one.already,
                "left_out": dict(one.left_out),
            }
            for kind, one in self.files.items()
        }

    def lines(self) -> list[str]:
        """The summary for the operator: each file's rows, and where they went."""
        told = []
        for kind, one in self.files.items():
            parts = [counted(count, what) for what, count in one.here.items() if count]
            if one.already:
                parts.append(f"{one.already:,} already here")
            if left := one.left_out.total():
                parts.append(f"{left:,} left out")
            told.append(f"{kind}.xml: {counted(one.read, 'rows')} = {' + '.join(parts) or '0'}")
            told += [
                f"    left out: {count:,} {reason}" for reason, count in one.left_out.most_common() if count
            ]
        told += [f"{count:,} moved in not quite as they were: {what}" for what, count in self.mended.items()]
        return told + self.notes


def counted(count: int, what: str) -> str:
    """A number and what it counts: "1 reply", "2 replies", "1 line of edited posts"."""
    if count == 1:
        plural, *rest = what.split(" ", 1)
        what = " ".join(
            [plural.removesuffix("ies") + "y" if plural.endswith("ies") else plural.removesuffix("s"), *rest]
        )
    return f"{count:,} {what}"
