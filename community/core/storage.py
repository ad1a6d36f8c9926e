"""Where uploads lie: a folder of this machine's, in which no file is ever half there."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from community.core import chance

PART = ".part"  # what a write that was cut off leaves; its name begins with a dot, so nobody is given it
PIECE = 256 * 1024


class LocalStorage(FileSystemStorage):
    """Django's folder of files; a file appears under its name when all of it is on the disk, or not at all."""

    def _save(self, name: str, content: File[bytes]) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{chance.token(12)}{PART}")
        try:
            with part.open("wb") as out:
                for piece in content.chunks(PIECE):
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            if self.file_permissions_mode is not None:
                part.chmod(self.file_permissions_mode)
            # Linked, not moved over: of two who chose the same name the second looks for another.
            name, target = self._placed(part, name, target)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        _settle(target.parent)
        return str(Path(name).as_posix())

    def _placed(self, part: Path, name: str, target: Path) -> tuple[str, Path]:
        while True:
            try:
                os.link(part, target)
            except FileExistsError:
                name = self.get_available_name(name)
                target = Path(self.path(name))
            else:
                return name, target


def _settle(folder: Path) -> None:
    """Have the folder's new name outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
