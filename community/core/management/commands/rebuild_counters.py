"""`manage.py rebuild_counters`: count again what is stored as a number."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.core import counters


class Command(BaseCommand):
    help = (
        "Recount stored counters from their rows; safe to run at any time, twice as well. "
        "Example: manage.py rebuild_counters --only forum.threads"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", action="append", default=[], metavar="NAME", help="only this counter")
        parser.add_argument("--list", action="store_true", dest="listing", help="name the counters and stop")

    def handle(self, *args: Any, only: list[str], listing: bool, **options: Any) -> None:
        if listing:
            self.stdout.write("\n".join(counters.names()))
            return
        wrong = 0
        try:
            for done in counters.rebuild(only):
                wrong += done.corrected
                told = f"{done.corrected} corrected" if done.corrected else "right"
                self.stdout.write(f"{done.name}: {told} ({done.seconds:.1f} s)")
                self.stdout.flush()
        except LookupError as error:
            raise CommandError(f"{error}. `manage.py rebuild_counters --list` names them.") from error
        self.stdout.write(f"{wrong} rows corrected" if wrong else "every counter was right")
