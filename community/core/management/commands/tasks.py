"""`manage.py tasks`: what gave up, and what to do about it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.core.tasks import operators


class Command(BaseCommand):
    help = (
        "Show the queue and deal with parked tasks. "
        "Examples: manage.py tasks list --trace | manage.py tasks retry ID | manage.py tasks discard --all"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="figures and parked tasks")
        listing.add_argument("--trace", action="store_true", help="show each task's last traceback")
        listing.add_argument("--waiting", action="store_true", help="show queued and running tasks too")
        for verb, told in (
            ("retry", "give a parked task its tries again"),
            ("discard", "let it go for good"),
        ):
            changing = verbs.add_parser(verb, help=told)
            changing.add_argument("ids", nargs="*", metavar="ID")
            changing.add_argument("--all", action="store_true", help="every parked task")
            changing.add_argument("--name", default="", help="every parked task of this name")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        if verb == "list":
            self._list(trace=options["trace"], waiting=options["waiting"])
        else:
            self._change(verb, options["ids"], name=options["name"], everything=options["all"])

    def _list(self, *, trace: bool, waiting: bool) -> None:
        figures = operators.figures()
        self.stdout.write(
            f"{figures.ready} ready, {figures.running} running, {figures.parked} parked; "
            f"the oldest due waits {int(figures.oldest_due.total_seconds())} s"
        )
        shown = operators.parked(1000) + (operators.waiting(1000) if waiting else [])
        for row in shown:
            self.stdout.write(
                f"{row.id}  {row.state:8} {row.name}  tries {row.attempts}  {row.reason}".rstrip()
            )
            if trace and row.trace:
                self.stdout.write(row.trace)

    def _change(self, verb: str, ids: list[str], *, name: str, everything: bool) -> None:
        if everything or name:
            ids = [row.id for row in operators.parked(100_000) if everything or row.name == name]
        elif not ids:
            raise CommandError(
                f"Name what to {verb}: an ID from `manage.py tasks list`, --name NAME or --all."
            )
        change = operators.retry if verb == "retry" else operators.discard
        missing = [task_id for task_id in ids if not change(task_id)]
        self.stdout.write(f"{len(ids) - len(missing)} tasks: {verb}")
        if missing:
            raise CommandError(f"Not parked: {', '.join(missing)}")
