"""Compiles translation catalogues (.po → .mo) without gettext's tools: a bare machine can run the site.

`python -m community.core.catalogs` compiles what is stale; it needs nothing but the standard library.
"""

import ast
import re
import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

_KEYWORD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d+)\])?)\s*(".*")$')


class BadCatalog(ValueError):
    """A catalogue that cannot be read; the message names file and line."""


@dataclass
class Entry:
    """One message: its keys, its translations by plural form, and whether it still needs a human."""

    msgid: str = ""
    context: str | None = None
    plural: str | None = None
    forms: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def key(self) -> str:
        """The key the gettext runtime looks up."""
        key = self.msgid if self.context is None else f"{self.context}\x04{self.msgid}"
        return key if self.plural is None else f"{key}\x00{self.plural}"

    @property
    def is_translated(self) -> bool:
        return not self.fuzzy and bool(self.forms) and all(self.forms.values())


def parse(source: str, name: str = "catalogue") -> list[Entry]:
    """Every live entry of a .po text, the header first; obsolete ones (`#~`) are left out."""
    entries: list[Entry] = []
    entry, part, form = Entry(), "", 0
    for number, line in enumerate(source.splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            if part.startswith("msgstr"):
                entries.append(entry)
                entry, part = Entry(), ""
            if text.startswith("#,") and "fuzzy" in text:
                entry.fuzzy = True
            continue
        try:
            if text.startswith('"'):
                _extend(entry, part, form, ast.literal_eval(text))
                continue
            matched = _KEYWORD.match(text)
            if not matched:
                raise ValueError("neither a keyword nor a string")
            keyword = matched[1]
            if keyword in ("msgid", "msgctxt") and part.startswith("msgstr"):
                entries.append(entry)
                entry = Entry()
            part, form = keyword.partition("[")[0], int(matched[2] or 0)
            _extend(entry, part, form, ast.literal_eval(matched[3]))
        except (ValueError, SyntaxError) as error:
            raise BadCatalog(f"{name}, line {number}: {error}") from error
    if part.startswith("msgstr"):
        entries.append(entry)
    return entries


def _extend(entry: Entry, part: str, form: int, text: str) -> None:
    match part:
        case "msgctxt":
            entry.context = (entry.context or "") + text
        case "msgid":
            entry.msgid += text
        case "msgid_plural":
            entry.plural = (entry.plural or "") + text
        case "msgstr":
            entry.forms[form] = entry.forms.get(form, "") + text
        case _:
            raise ValueError("a string that belongs to no keyword")


def binary(entries: Iterable[Entry]) -> bytes:
    """The .mo file of the translated entries, laid out as GNU gettext documents it, without a hash table."""
    messages = sorted(
        (entry.key.encode(), "\x00".join(text for _, text in sorted(entry.forms.items())).encode())
        for entry in entries
        if entry.is_translated or (not entry.msgid and entry.forms)
    )
    text_at = 28 + 16 * len(messages)
    keys, values = b"", b""
    key_table, value_table = b"", b""
    values_at = text_at + sum(len(key) + 1 for key, _ in messages)
    for key, value in messages:
        key_table += struct.pack("<II", len(key), text_at + len(keys))
        value_table += struct.pack("<II", len(value), values_at + len(values))
        keys += key + b"\x00"
        values += value + b"\x00"
    header = struct.pack("<7I", 0x950412DE, 0, len(messages), 28, 28 + 8 * len(messages), 0, text_at)
    return header + key_table + value_table + keys + values


def compile_stale(roots: Iterable[Path]) -> list[Path]:
    """Compile every catalogue under `roots` that is newer than its .mo; returns what was written."""
    written = []
    for root in roots:
        for source in sorted(Path(root).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            compiled = binary(parse(source.read_text(encoding="utf-8"), str(source)))
            partial = target.with_suffix(".mo.new")
            partial.write_bytes(compiled)
            partial.replace(target)  # a reader sees the old file or the new one, never half
            written.append(target)
    return written


if __name__ == "__main__":
    try:
        compile_stale(Path(__file__).resolve().parents[1] / place for place in ("locale", "editorial/words"))
    except BadCatalog as error:
        sys.exit(str(error))
