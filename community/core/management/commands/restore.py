"""`manage.py restore FILE|DIR`: a backup becomes a site again, which reaches nobody until that is confirmed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from community.core import hold
from community.core.access import Refused
from community.core.backup import databases, restoring
from community.core.backup.stores import BadBackup
from community.core.progress import progress

DAMAGED, NOT_EMPTY = 1, 2


class Command(BaseCommand):
    help = (
        "Bring a backup into an empty database and media folder, and prove that nothing is missing. The restored "
        "site sends nothing until `manage.py restore --confirm-mail`. Exit codes: 1 damaged or of another kind, "
        "2 the target is not empty. Example: manage.py restore /srv/backups/convoy-2026-11-28.tar"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, nargs="?", metavar="FILE|DIR", help="what `backup` wrote")
        parser.add_argument(
            "--no-index", action="store_true", help="leave the search index to a later reindex"
        )
        parser.add_argument(
            "--confirm-mail", action="store_true", help="this copy is the real site now: let it send again"
        )

    def handle(
        self, *args: Any, source: Path | None, no_index: bool, confirm_mail: bool, **options: Any
    ) -> None:
        if confirm_mail:
            said = "This site sends again." if hold.lift() else "Nothing was held: this site sends."
            self.stdout.write(said)
            return
        if source is None:
            raise CommandError("Name a backup: manage.py restore FILE|DIR")
        try:
            done = restoring.restore(source, lambda label, total: progress(label, total, self.stdout))
        except Refused as refused:
            raise CommandError(str(refused.reason), returncode=NOT_EMPTY) from refused
        except (BadBackup, databases.ToolFailed) as error:
            raise CommandError(str(error), returncode=DAMAGED) from error
        except OSError as error:
            raise CommandError(f"{error.filename or source}: {error.strerror}", returncode=DAMAGED) from error
        self.stdout.write(
            f"{done.tables} tables, {done.rows:,} rows and {done.uploads:,} uploads are what they were"
            + (" (an earlier try was finished)." if done.went_on else ".")
        )
        if "erase_again" in get_commands():
            call_command("erase_again", stdout=self.stdout)
        if not no_index and "reindex" in get_commands():
            call_command("reindex", stdout=self.stdout)
        self.stdout.write("It sends no mail. When this is the real site: manage.py restore --confirm-mail")
