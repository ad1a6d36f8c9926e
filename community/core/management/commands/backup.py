"""`manage.py backup FILE|DIR`: the whole site, as it is at one moment."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.core.access import Refused
from community.core.backup import databases, making
from community.core.progress import progress


class Command(BaseCommand):
    help = (
        "Write database and uploads to NAME.tar or to a folder, beside a running site. Secrets are not in it: "
        "keep SECRET_KEY elsewhere. Example: manage.py backup /srv/backups/convoy-2026-11-28.tar"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "target", type=Path, metavar="FILE|DIR", help="NAME.tar, or a new or empty folder"
        )

    def handle(self, *args: Any, target: Path, **options: Any) -> None:
        try:
            manifest = making.make(target, lambda label, total: progress(label, total, self.stdout))
        except Refused as refused:
            raise CommandError(str(refused.reason)) from refused
        except databases.ToolFailed as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename or target}: {error.strerror}") from error
        rows = sum(int(rows) for rows, _ in manifest["tables"].values())
        size = sum(kept["size"] for kept in manifest["files"].values())
        self.stdout.write(
            f"{target}: {len(manifest['tables'])} tables, {rows:,} rows, {len(manifest['files']) - 1:,} uploads, "
            f"{size / 2**20:,.1f} MiB"
        )
