"""The dump's files: which are there, and their rows one by one. Nothing in them is trusted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

FILES = ("Posts", "Users", "Comments", "Votes", "PostHistory", "PostLinks", "Badges", "Tags")
CHUNK = 64 * 1024
MAX_ROW = 16 * 1024 * 1024  # bytes; the parser holds a row whole, so this bounds memory
MAX_DEPTH = 8

_HOSTS = {
    "stackoverflow": "stackoverflow.com",
    "serverfault": "serverfault.com",
    "superuser": "superuser.com",
    "askubuntu": "askubuntu.com",
    "mathoverflow": "mathoverflow.net",
    "stackapps": "stackapps.com",
}


class NotADump(Exception):
    """There is nothing to read where the operator pointed."""


class BrokenFile(Exception):
    """A file cannot be read on from here. `file` and `line` say where, the message says why."""

    def __init__(self, file: str, line: int, why: str) -> None:
        super().__init__(f"{file}, line {line}: {why}")
        self.file, self.line, self.why = file, line, why


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Dump:
    """One site's files: kind ("Posts") → path."""

    site: str
    files: dict[str, Path]

    @property
    def host(self) -> str:
        """Where the site lived, as far as its name tells: for links that name no host."""
        return _HOSTS.get(self.site, f"{self.site}.stackexchange.com")


def find_dump(place: Path, site: str = "") -> Dump:
    """The dump in a folder, or around a `Posts.xml`. NotADump, with advice, where there is none or a choice.

    Files are called `Posts.xml` or `<site>.Posts.xml`. Without `site` its name comes from the file or the folder.
    """
    if not place.exists():
        raise NotADump(f"{place} does not exist.")
    if place.suffix.lower() in {".7z", ".zip", ".gz"}:
        raise NotADump(f"{place} is packed. Unpack it into a folder and give me the folder.")
    folder = place if place.is_dir() else place.parent
    found = _by_prefix(folder)
    if not place.is_dir():
        prefix = next((prefix for prefix, files in found.items() if files.get("Posts") == place), None)
        if prefix is None:
            raise NotADump(f"{place} is not called Posts.xml or <site>.Posts.xml.")
        found = {prefix: found[prefix]}
    dumps = {prefix: files for prefix, files in found.items() if "Posts" in files}
    if not dumps:
        raise NotADump(f"There is no Posts.xml in {folder}.")
    if len(dumps) > 1 and site:
        dumps = {prefix: files for prefix, files in dumps.items() if site_name(prefix) == site_name(site)}
    if len(dumps) != 1:
        names = ", ".join(
            sorted(site_name(prefix) or "(unnamed)" for prefix in found if "Posts" in found[prefix])
        )
        raise NotADump(f"There are several dumps in {folder}: {names}. Choose one with --site.")
    ((prefix, files),) = dumps.items()
    name = site_name(site or prefix or folder.resolve().name)
    if not name:
        raise NotADump(f"“{site or prefix or folder}” gives no name for the site. Name it with --site.")
    return Dump(name, files)


def site_name(raw: str) -> str:
    """`beer.stackexchange.com` → `beer`: lower case, letters, digits and hyphens, at most 40."""
    bare = re.sub(r"(\.stackexchange)?(\.com|\.net)?$", "", raw.strip().lower())
    return re.sub("[^a-z0-9]+", "-", bare).strip("-")[:40].strip("-")


def _by_prefix(folder: Path) -> dict[str, dict[str, Path]]:
    found: dict[str, dict[str, Path]] = {}
    kinds = {kind.lower(): kind for kind in FILES}
    for path in sorted(folder.iterdir()):
        parts = re.fullmatch(r"(?:(.+)\.)?([A-Za-z]+)\.xml", path.name, re.IGNORECASE)
        if parts and parts[2].lower() in kinds and path.is_file():
            found.setdefault(parts[1] or "", {})[kinds[parts[2].lower()]] = path
    return found


def rows(path: Path, kind: str, *, advance: Callable[[int], None] = lambda _bytes: None) -> Iterator[Row]:
    """The rows of one file, in file order; memory does not grow with it. BrokenFile where it cannot go on.

    `advance` is told of every piece read, in bytes.
    """
    parser: Any = DefusedExpatParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    handler = _Rows(path.name, kind, parser)
    parser.setContentHandler(handler)
    waiting = 0  # bytes since the last row began
    with path.open("rb") as file:
        try:
            parser.feed(b"")  # an empty file is a broken one too
            while chunk := file.read(CHUNK):
                parser.feed(chunk)
                waiting = len(chunk) if handler.found else waiting + len(chunk)
                if waiting > MAX_ROW:
                    raise BrokenFile(path.name, handler.line, f"a row is longer than {MAX_ROW >> 20} MB.")
                yield from handler.take()
                advance(len(chunk))
            parser.close()
        except (SAXParseException, DefusedXmlException) as error:
            # What stood whole before the break is good.
            yield from handler.take()
            _explain(path, parser, handler, error)
        except (ValueError, LookupError) as error:
            raise BrokenFile(path.name, 1, f"the encoding it declares is not supported: {error}.") from error
    yield from handler.take()


class _Rows(ContentHandler):
    def __init__(self, file: str, kind: str, parser: Any) -> None:
        super().__init__()
        self.file, self.kind, self.parser = file, kind, parser
        self.found: list[Row] = []
        self.depth = 0
        self.line = 1

    def startElement(self, name: str, attrs: Any) -> None:
        self.line = self.parser.getLineNumber()
        self.depth += 1
        if self.depth == 1 and name.lower() != self.kind.lower():
            raise BrokenFile(
                self.file, self.line, f"this is no {self.kind}.xml: it begins with <{name[:40]}>."
            )
        if self.depth == 2:
            # Anything but a row has no Id: it will be told and left out like a bad row.
            self.found.append(Row(self.line, dict(attrs.items()) if name == "row" else {}))
        if self.depth > MAX_DEPTH:
            raise BrokenFile(self.file, self.line, "elements are nested too deeply for a dump.")

    def endElement(self, name: str) -> None:
        self.depth -= 1

    def take(self) -> list[Row]:
        taken, self.found = self.found, []
        return taken


def _explain(path: Path, parser: Any, handler: _Rows, error: Exception) -> NoReturn:
    if isinstance(error, DefusedXmlException):
        why = "it declares a document type or entities. Dumps have none, so this file is refused."
        raise BrokenFile(path.name, parser.getLineNumber() or 1, why) from error
    assert isinstance(error, SAXParseException)
    line, column = error.getLineNumber() or handler.line, error.getColumnNumber()
    said = error.getMessage()
    at = getattr(parser._parser, "ErrorByteIndex", path.stat().st_size)  # the parser is gone at the end
    if "no element found" in said or "unclosed token" in said or "partial character" in said:
        why = "the file ends in the middle (it was cut off, or not unpacked to the end)."
    elif _is_foreign_byte(path, at):
        why = f"byte {at:,} is not in the encoding the file declares (UTF-8 unless it says otherwise)."
    else:
        why = f"not well-formed XML at column {column}, byte {at:,}: {said}."
    raise BrokenFile(path.name, line, why) from error


def _is_foreign_byte(path: Path, at: int) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, at))
        return file.read(1) > b"\x7f"
