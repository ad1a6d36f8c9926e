"""Where uploads' bytes lie: what was received under `.incoming/`, which nobody is served, and what is served.

Names hold the key, so that each file can be told apart from an orphan without asking what it is. Files do not roll
back with a transaction: they are put before the row that names them, and leave after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, default_storage

from community.core import chance, clock
from community.files.models import Upload

INCOMING, SERVED = ".incoming", "files"
MOTION = 10  # where the edge stands in other names; no picture is that small
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_KEY = re.compile(r"[a-z2-7]{32}")


def new_key() -> str:
    """A hundred and sixty bits: as good as a secret."""
    return "".join(chance.pick(_ALPHABET) for _ in range(32))


def new_mark() -> str:
    return "".join(chance.pick(_ALPHABET) for _ in range(8))


def incoming_name(key: str) -> str:
    return f"{INCOMING}/{key[:2]}/{key}"


def picture_name(key: str, mark: str, edge: int) -> str:
    return f"{SERVED}/{key[:2]}/{key}-{mark}-{edge}.webp"


def motion_name(key: str, mark: str) -> str:
    """Of what moves; its picture, the first frame, has its sizes as any other."""
    return picture_name(key, mark, MOTION)


def document_name(upload: Upload, mark: str = "") -> str:
    return f"{SERVED}/{upload.key[:2]}/{upload.key}-{mark or upload.mark}.{upload.form}"


def names_of(upload: Upload, mark: str = "") -> list[str]:
    """Every file that belongs to an upload as it stands (or stood under an earlier `mark`)."""
    if not upload.is_picture:
        return [document_name(upload, mark)]
    names = [picture_name(upload.key, mark or upload.mark, edge) for edge, *_rest in upload.sizes]
    return [*names, motion_name(upload.key, mark or upload.mark)] if upload.motion else names


def held_names(upload: Upload, mark: str = "") -> list[str]:
    """Those that moderators keep (or are about to, under this `mark`), the largest first. What moved is among them."""
    names = names_of(upload, mark or upload.held)
    motion = motion_name(upload.key, mark or upload.held)
    return [*names, motion] if upload.frames > 1 and motion not in names else names


def put(name: str, data: bytes) -> None:
    """Store under exactly this name, over what an earlier try left."""
    default_storage.delete(name)
    got = default_storage.save(name, ContentFile(data))
    if got != name:
        # Somebody did the same between the two lines: theirs is as good.
        default_storage.delete(got)


def read(name: str) -> bytes:
    """All bytes of a file. FileNotFoundError."""
    with default_storage.open(name) as file:
        return bytes(file.read())


def drop(*names: str) -> None:
    """Take files away; harmless to repeat."""
    for name in names:
        with suppress(FileNotFoundError):
            default_storage.delete(name)


def is_here(name: str) -> bool:
    return bool(default_storage.exists(name))


def shards(folder: str) -> Iterator[str]:
    """The folders that hold the files of `.incoming` or `files`."""
    with suppress(FileNotFoundError):
        yield from (f"{folder}/{name}" for name in sorted(default_storage.listdir(folder)[0]))


def files_in(shard: str) -> list[str]:
    with suppress(FileNotFoundError):
        return [f"{shard}/{name}" for name in default_storage.listdir(shard)[1]]
    return []


def key_in(name: str) -> str:
    """The key in a file's name; empty for one that is not ours."""
    found = _KEY.match(name.rpartition("/")[2])
    return found.group() if found else ""


def written_at(name: str, storage: Storage = default_storage) -> datetime:
    """When a file was written; now for one that is gone meanwhile."""
    try:
        return storage.get_modified_time(name)
    except FileNotFoundError:
        return clock.now()


def opened(name: str) -> File[bytes]:
    """A file to be streamed; whoever streams it closes it. FileNotFoundError."""
    file: File[bytes] = default_storage.open(name)
    return file
