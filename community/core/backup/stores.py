"""Where a backup lies: a folder, or one tar file. Both hold the same names."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from community.core.access import Refused

MANIFEST = "manifest.json"
MEDIA = "media/"
PIECE = 1024 * 1024


class BadBackup(Exception):
    """What was given is no whole, undamaged backup of this release. The text says what and how to go on."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a backup."""

    size: int
    sha256: str


def copy(source: IO[bytes], target: IO[bytes] | None = None) -> Kept:
    """Read `source` to its end, into `target` if there is one."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        digest.update(piece)
        size += len(piece)
        if target:
            target.write(piece)
    return Kept(size, digest.hexdigest())


# -- writing


class FolderWriter:
    """Takes files into a folder. The manifest comes last, and with it the folder's name."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.partial = target.with_name(target.name + ".part")
        shutil.rmtree(self.partial, ignore_errors=True)
        self.partial.mkdir(parents=True, mode=0o700)

    def add(self, name: str, file: Path) -> Kept:
        place = self.partial / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with file.open("rb") as source, place.open("wb") as target:
            return copy(source, target)

    def finish(self, manifest: dict[str, Any]) -> None:
        (self.partial / MANIFEST).write_bytes(_as_json(manifest))
        if self.target.exists():
            self.target.rmdir()  # an empty one: anything else was refused
        self.partial.rename(self.target)

    def give_up(self) -> None:
        shutil.rmtree(self.partial, ignore_errors=True)


class TarWriter:
    """Takes files into one tar file, which gets its name when it is whole."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.partial = target.with_name(target.name + ".part")
        target.parent.mkdir(parents=True, exist_ok=True)
        self.partial.unlink(missing_ok=True)
        self.partial.touch(mode=0o600)
        self.tar = tarfile.open(self.partial, "w", format=tarfile.PAX_FORMAT)  # noqa: SIM115  closed by finish

    def add(self, name: str, file: Path) -> Kept:
        with file.open("rb") as source:
            told = self._entry(name, file.stat().st_size)
            reading = _Hashing(source)
            self.tar.addfile(told, reading)
        return Kept(told.size, reading.digest.hexdigest())

    def finish(self, manifest: dict[str, Any]) -> None:
        text = _as_json(manifest)
        self.tar.addfile(self._entry(MANIFEST, len(text)), io.BytesIO(text))
        self.tar.close()
        self.partial.replace(self.target)

    def give_up(self) -> None:
        self.tar.close()
        self.partial.unlink(missing_ok=True)

    @staticmethod
    def _entry(name: str, size: int) -> tarfile.TarInfo:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        return entry


class _Hashing:
    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.source.read(size)
        self.digest.update(piece)
        return piece


Writer = FolderWriter | TarWriter


def writer_for(target: Path) -> Writer:
    """A tar file where the name ends in .tar, else a folder. Refused where something lies there already."""
    if target.suffix == ".tar":
        if target.exists():
            raise Refused(f"{target} is there already: choose another name.")
        return TarWriter(target)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refused(
            f"{target} is there already and not empty: choose another name, or NAME.tar for one file."
        )
    return FolderWriter(target)


# -- reading


class FolderStore:
    """A backup in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> set[str]:
        return {
            file.relative_to(self.folder).as_posix()
            for file in self.folder.rglob("*")
            if file.is_file() and not file.is_symlink()
        }

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        return (self.folder / name).open("rb")


class TarStore:
    """A backup in a tar file. BadBackup where the file is cut short or no tar."""

    def __init__(self, file: Path) -> None:
        try:
            self.tar = tarfile.open(file, "r:")  # noqa: SIM115  for as long as the store
            self.members = {entry.name: entry for entry in self.tar.getmembers() if entry.isreg()}
        except (tarfile.TarError, EOFError) as error:
            raise BadBackup(
                f"{file} is cut short or no backup ({error}). Copy it again from where it was made."
            ) from error

    def names(self) -> set[str]:
        return set(self.members)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        found = self.tar.extractfile(self.members[name])
        if found is None:
            raise BadBackup(f"{name} cannot be read.")
        with found:
            yield found


Store = FolderStore | TarStore


def store_at(place: Path) -> Store:
    """The backup at `place`. BadBackup where there is none."""
    if place.is_dir():
        return FolderStore(place)
    if place.is_file():
        return TarStore(place)
    raise BadBackup(f"There is no backup at {place}.")


def read_manifest(store: Store) -> dict[str, Any]:
    """What the backup says of itself. BadBackup where it says nothing, or names what would leave its folder."""
    if MANIFEST not in store.names():
        raise BadBackup(
            "The backup has no manifest: it is cut short, or was never finished. Copy it again, or take another."
        )
    with store.open(MANIFEST) as file:
        try:
            manifest: dict[str, Any] = json.loads(file.read())
            files = {str(name): Kept(**told) for name, told in manifest["files"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadBackup("The backup's manifest cannot be read.") from error
    for name in files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or "\x00" in name:
            raise BadBackup(f"The backup names a file outside itself: {name!r}.")
    return manifest | {"files": files}


def _as_json(manifest: dict[str, Any]) -> bytes:
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
