"""Making a backup: the database at one moment, then the uploads that it names, then the manifest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from community.core import chance, clock
from community.core.backup import databases
from community.core.backup.stores import MEDIA, Kept, writer_for

FORMAT = 1


class Bar(Protocol):
    """What tells how far a long step is."""

    def advance(self, by: int = 1) -> None: ...


Bars = Callable[[str, int], AbstractContextManager[Bar]]


def make(target: Path, bars: Bars) -> dict[str, Any]:
    """Write a backup to `target` (NAME.tar or a folder); the manifest. Refused where something is there."""
    writer = writer_for(target)
    try:
        files: dict[str, Kept] = {}
        made_at = clock.now()
        with TemporaryDirectory(dir=target.absolute().parent, prefix=".convoy-backup-") as folder:
            name = databases.FILES[connection.vendor]
            dump = Path(folder) / name
            with bars("tables", len(databases.tables())) as bar:
                held = databases.dump(dump, bar.advance)
            files[name] = writer.add(name, dump)
        # After the database: what it names is there. An upload that came later is one too many, never one too few.
        uploads = list(media_files())
        with bars("uploads", len(uploads)) as bar:
            for place, name in uploads:
                files[MEDIA + name] = writer.add(MEDIA + name, place)
                bar.advance()
        manifest = {
            "format": FORMAT,
            "id": chance.token(16),
            "made_at": made_at.isoformat(),
            "database": connection.vendor,
            "server": databases.server_version(),
            "migrations": migrations(),
            "tables": held,
            "files": {name: {"size": kept.size, "sha256": kept.sha256} for name, kept in files.items()},
        }
        writer.finish(manifest)
    except BaseException:
        writer.give_up()
        raise
    return manifest


def media_files() -> list[tuple[Path, str]]:
    """Every upload: where it lies, and its name below the media folder."""
    root = Path(settings.MEDIA_ROOT)
    found = (file for file in root.rglob("*") if file.is_file() and not file.is_symlink())
    named = ((file, file.relative_to(root).as_posix()) for file in found)
    return sorted((file, name) for file, name in named if not Path(name).name.startswith("."))


def migrations() -> list[str]:
    """Names of the migrations the database has, sorted."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
