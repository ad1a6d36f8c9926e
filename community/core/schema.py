"""Which migrations the code has and the database has not."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def pending(alias: str = "default") -> list[str]:
    """Names ("forum.0002_heat") of migrations that were not applied, sorted; one statement.

    Compares file names with the record instead of building the migration graph: that would import hundreds of
    modules into a process that only wants to know whether it may start.
    """
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    found = {(label, name) for label in _labels() for name in _names(label)}
    return sorted(f"{label}.{name}" for label, name in found if (label, name) not in applied)


def _labels() -> list[str]:
    return [config.label for config in apps.get_app_configs()]


def _names(label: str) -> list[str]:
    module, _ = MigrationLoader.migrations_module(label)
    try:
        spec = find_spec(module) if module else None
    except ModuleNotFoundError:  # the app keeps no migrations, and its parent package says so
        spec = None
    folders = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    return [file.stem for folder in folders for file in folder.glob("*.py") if file.stem[0] not in "_~"]
