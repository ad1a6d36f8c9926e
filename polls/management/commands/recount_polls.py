"""Compare what polls say with what their ballots say."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from polls.counters import recount, recounts
from polls.models import Poll


class Command(BaseCommand):
    help = (
        "Count every ballot again and compare with the totals that pages show. Exits with 1 when they differ, unless "
        "--repair sets them right. Example: manage.py recount_polls 12 15 --repair"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("polls", nargs="*", type=int, help="ids of polls; all of them if none is named")
        parser.add_argument("--repair", action="store_true", help="set wrong totals right")

    def handle(self, *args: Any, **options: Any) -> None:
        repair = options["repair"]
        found = (
            (recount(pk, repair=repair) for pk in options["polls"])
            if options["polls"]
            else recounts(repair=repair)
        )
        polls = wrong = 0
        try:
            for one in found:
                polls += 1
                for (key, group), by in sorted(one.wrong.items()):
                    wrong += 1
                    what = f"choice {key}" if key else "ballots"
                    self.stdout.write(f"poll {one.poll.pk}, {what} of {group}: {by:+d}")
        except Poll.DoesNotExist:
            raise CommandError("There is no such poll.") from None
        mended = " and are repaired" if wrong and repair else ""
        self.stdout.write(f"{polls} polls counted, {wrong} totals differ{mended}.")
        if wrong and not repair:
            raise CommandError("Totals and ballots differ.", returncode=1)
