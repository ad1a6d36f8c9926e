"""Putting a backup back: looked at whole first, then database and hold in one step, then uploads, then proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from community.core import clock, schema
from community.core.access import Refused
from community.core.backup import databases
from community.core.backup.making import FORMAT, Bars
from community.core.backup.stores import MEDIA, BadBackup, Store, copy, read_manifest, store_at
from community.core.models import RestoreHold

# Also over the hold of a site that was itself restored and then backed up.
MARK = (
    "INSERT INTO core_restorehold (id, backup_id, made_at, restored_at, files_done) VALUES (1, %s, %s, %s, %s) "
    "ON CONFLICT (id) DO UPDATE SET backup_id = excluded.backup_id, made_at = excluded.made_at, "
    "restored_at = excluded.restored_at, files_done = excluded.files_done"
)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `went_on`: an earlier try had brought the database."""

    tables: int
    rows: int
    uploads: int
    went_on: bool


def restore(place: Path, bars: Bars) -> Restored:
    """Bring the site at `place` into an empty database and media folder, and prove that nothing is missing.

    BadBackup where it is damaged or of another kind or release, Refused where the target is not empty. An
    interrupted restore of the same backup goes on.
    """
    store = store_at(place)
    manifest = read_manifest(store)
    _check_kind(manifest)
    _check_files(store, manifest, bars)
    went_on = _is_halfway(manifest)
    if not went_on:
        if found := databases.tables():
            raise Refused(
                f"The database is not empty ({len(found)} tables). Restore into a new one: createdb NAME, and "
                "DATABASE_URL that names it (embedded: another CONVOY_VAR, or move the old file away)."
            )
        _check_uploads(manifest)
        _bring_database(store, manifest)
        _check_tables(manifest, bars)
    uploads = _bring_uploads(store, manifest, bars)
    RestoreHold.objects.filter(pk=RestoreHold.ONLY).update(files_done=True)
    if schema.pending():
        call_command("migrate", interactive=False, verbosity=0)
    rows = sum(int(rows) for rows, _ in manifest["tables"].values())
    return Restored(len(manifest["tables"]), rows, uploads, went_on)


# -- looking first


def _check_kind(manifest: dict[str, Any]) -> None:
    if manifest.get("format") != FORMAT:
        raise BadBackup(
            f"This backup has format {manifest.get('format')!r}, this release reads {FORMAT}: "
            "use the release it was made with."
        )
    if manifest["database"] != connection.vendor:
        raise BadBackup(
            f"This is a backup of {manifest['database']}, and the database here is {connection.vendor}: "
            "use the same kind."
        )
    if newer := _unknown(manifest["migrations"]):
        raise BadBackup(
            f"This backup comes from a newer release ({newer[0]} is unknown here): restore it with that release."
        )


def _unknown(migrations: list[str]) -> list[str]:
    """Those of our own rooms that this code does not have; other people's apps squash theirs as they like."""
    ours = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
    known = {f"{label}.{name}" for label, name in MigrationLoader(None).disk_migrations}
    return sorted(name for name in migrations if name.partition(".")[0] in ours and name not in known)


def _check_files(store: Store, manifest: dict[str, Any], bars: Bars) -> None:
    there = store.names()
    if missing := sorted(set(manifest["files"]) - there):
        raise BadBackup(
            f"{len(missing)} files are missing from the backup, first {missing[0]}. Copy it again."
        )
    if database_file(manifest) not in manifest["files"]:
        raise BadBackup("The backup holds no database.")
    with bars("checking", len(manifest["files"])) as bar:
        for name, kept in manifest["files"].items():
            with store.open(name) as file:
                if copy(file) != kept:
                    raise BadBackup(
                        f"{name} is damaged: its checksum is not the manifest's. Copy it again, or take another."
                    )
            bar.advance()


def database_file(manifest: dict[str, Any]) -> str:
    return databases.FILES[manifest["database"]]


def _is_halfway(manifest: dict[str, Any]) -> bool:
    if RestoreHold._meta.db_table not in databases.tables():
        return False
    return RestoreHold.objects.filter(backup_id=manifest["id"]).exists()


def _check_uploads(manifest: dict[str, Any]) -> None:
    root = Path(settings.MEDIA_ROOT)
    for name, kept in manifest["files"].items():
        file = root / name.removeprefix(MEDIA)
        if name.startswith(MEDIA) and file.exists() and not _is_same(file, kept):
            raise Refused(
                f"{file} is there already, with another content. Restore into an empty media folder."
            )


# -- bringing


def _bring_database(store: Store, manifest: dict[str, Any]) -> None:
    told = [manifest["id"], datetime.fromisoformat(manifest["made_at"]), clock.now(), False]
    if connection.vendor == databases.SQLITE:
        told = [value.isoformat(" ") if isinstance(value, datetime) else value for value in told]
    # Where the site keeps its own data: the system's folder may be a small piece of memory, as in our containers.
    room = Path(settings.VAR_DIR)
    room.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=room, prefix=".convoy-restore-") as folder:
        name = database_file(manifest)
        with store.open(name) as file:
            databases.write_to(file, Path(folder) / name)
        databases.load(Path(folder) / name, MARK, told)


def _check_tables(manifest: dict[str, Any], bars: Bars) -> None:
    expected: databases.Sums = manifest["tables"]
    with bars("tables", len(expected)) as bar:
        found = databases.sums(bar.advance)
    hold = RestoreHold._meta.db_table
    wrong = [
        name
        for name in expected.keys() | found.keys()
        if name != hold and expected.get(name) != found.get(name)
    ]
    if wrong:
        raise BadBackup(
            f"{len(wrong)} tables are not what they were, first {min(wrong)}. Drop this database and take another backup."
        )


def _bring_uploads(store: Store, manifest: dict[str, Any], bars: Bars) -> int:
    root = Path(settings.MEDIA_ROOT)
    uploads = {name: kept for name, kept in manifest["files"].items() if name.startswith(MEDIA)}
    with bars("uploads", len(uploads)) as bar:
        for name, kept in uploads.items():
            file = root / name.removeprefix(MEDIA)
            if not (file.exists() and _is_same(file, kept)):
                file.parent.mkdir(parents=True, exist_ok=True)
                partial = file.with_name(f".{file.name}.restoring")
                with store.open(name) as source, partial.open("wb") as target:
                    if copy(source, target) != kept:
                        raise BadBackup(f"{name} changed while it was read.")
                partial.replace(file)
            bar.advance()
    return len(uploads)


def _is_same(file: Path, kept: Any) -> bool:
    if file.stat().st_size != kept.size:
        return False
    with file.open("rb") as source:
        return bool(copy(source) == kept)
