"""Small Stack Exchange dumps for tests: rows as dicts, written as the real ones are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

ROOTS = {kind: kind.lower() for kind in ("Posts", "Users", "Comments", "Votes", "Badges", "Tags")} | {
    "PostHistory": "posthistory",
    "PostLinks": "postlinks",
}
Row = Mapping[str, object]


def question(pk: int, **fields: object) -> dict[str, object]:
    return {
        "Id": pk,
        "PostTypeId": 1,
        "CreationDate": f"2014-01-21T20:{pk % 60:02}:05.383",
        "Score": 3,
        "Body": f"<p>What is brewed in barrel {pk}?</p>",
        "OwnerUserId": 7,
        "Title": f"What is brewed in barrel {pk}?",
        "Tags": "<hops><dry-hopping>",
    } | fields


def answer(pk: int, parent: int, **fields: object) -> dict[str, object]:
    return {
        "Id": pk,
        "PostTypeId": 2,
        "ParentId": parent,
        "CreationDate": f"2014-01-22T10:{pk % 60:02}:00.000",
        "Score": 1,
        "Body": f"<p>An ale, says answer {pk}.</p>",
        "OwnerUserId": 8,
    } | fields


def comment(pk: int, post: int, **fields: object) -> dict[str, object]:
    return {
        "Id": pk,
        "PostId": post,
        "Score": 0,
        "Text": f"Comment {pk} agrees.",
        "CreationDate": f"2014-01-23T10:{pk % 60:02}:00.000",
        "UserId": 9,
    } | fields


def user(pk: int, name: str, **fields: object) -> dict[str, object]:
    return {
        "Id": pk,
        "DisplayName": name,
        "CreationDate": "2013-05-01T08:00:00.000",
        "LastAccessDate": "2015-05-01T08:00:00.000",
    } | fields


def xml(kind: str, rows: Iterable[Row]) -> str:
    """A whole file; row `n` (from 1) stands on line `n + 2`."""
    lines = [
        "  <row " + " ".join(f"{name}={quoteattr(str(value))}" for name, value in row.items()) + " />"
        for row in rows
    ]
    root = ROOTS[kind]
    return "\n".join(['<?xml version="1.0" encoding="utf-8"?>', f"<{root}>", *lines, f"</{root}>", ""])


def write(folder: Path, *, prefix: str = "", **files: Iterable[Row]) -> Path:
    """Write `Posts=[…]`, `Users=[…]` … into the folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, rows in files.items():
        (folder / f"{prefix}{kind}.xml").write_text(xml(kind, rows), encoding="utf-8")
    return folder
