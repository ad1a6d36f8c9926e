"""Making the copy: one JSON file a table, the member's files beside them, zipped as it is read."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import Storage, default_storage, storages

from community.core import chance, clock, personal
from community.members.house import brand_name
from community.members.models import Member
from community.privacy import memory

BUFFER = 256 * 1024
# Already compressed: squeezing them again costs time and gains nothing.
_DENSE = (".webp", ".jpg", ".png", ".pdf", ".zip")


def store() -> Storage:
    """Where copies lie: never below the folder that is served."""
    return storages["exports"]


def write_copy(member: Member) -> tuple[str, int]:
    """Write everything of the member's into one file of the store: its name there, and its size in bytes."""
    with TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            contents = {rule.key: _write_rows(archive, rule, member) for rule in personal.personal_rules()}
            files = [
                name for name, stored in personal.files_of(member.pk) if _write_file(archive, name, stored)
            ]
            archive.writestr("README.json", _as_json(_about(member, contents, files)))
        size = file.tell()
        file.seek(0)
        name = store().save(f"{chance.token(24)}.zip", File(file))
    return name, size


def _about(member: Member, contents: dict[str, int], files: list[str]) -> dict[str, Any]:
    return {
        "site": brand_name(),
        "member": member.pk,
        "made_at": clock.now().isoformat(),
        "rows": {f"{key}.json": rows for key, rows in contents.items() if rows},
        "files": files,
        "left_out": {rule.key: dict(rule.untold) for rule in personal.personal_rules() if contents[rule.key]},
    }


def _write_rows(archive: zipfile.ZipFile, rule: personal.Rule, member: Member) -> int:
    rows = memory.exported(rule, member)
    first = next(rows, None)
    if first is None:
        return 0
    written = 1
    with _entry(archive, f"{rule.key}.json") as out:
        out.write(b"[\n")
        out.write(_as_json(first))
        for row in rows:
            out.write(b",\n")
            out.write(_as_json(row))
            written += 1
        out.write(b"\n]\n")
    return written


def _write_file(archive: zipfile.ZipFile, name: str, stored: str) -> bool:
    try:
        source = default_storage.open(stored)
    except FileNotFoundError:  # taken away a moment ago
        return False
    method = zipfile.ZIP_STORED if name.endswith(_DENSE) else zipfile.ZIP_DEFLATED
    with source, _entry(archive, f"files/{name}", method) as out:
        for piece in source.chunks(BUFFER):
            out.write(piece)
    return True


@contextmanager
def _entry(archive: zipfile.ZipFile, name: str, method: int = zipfile.ZIP_DEFLATED) -> Iterator[IO[bytes]]:
    told = zipfile.ZipInfo(name, date_time=clock.now().timetuple()[:6])
    told.compress_type, told.external_attr = method, 0o600 << 16
    with archive.open(told, "w", force_zip64=True) as out:
        yield out


def _as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace")
