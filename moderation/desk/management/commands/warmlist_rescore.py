"""Rank every open thread anew; a run that was cut off goes on where it was."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from community.core.progress import progress
from moderation.desk import actions
from moderation.desk.knowing import open_threads


class Command(BaseCommand):
    help = (
        "Rank every open thread anew, a batch at a time. A run that was cut off goes on where it was, unless --afresh "
        "is given. Safe to run beside the site. Example: manage.py warmlist_rescore --batch 1000"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--batch", type=int, default=actions.BATCH, metavar="N", help="threads a transaction"
        )
        parser.add_argument("--afresh", action="store_true", help="begin anew even where a run was cut off")

    def handle(self, *_args: Any, **options: Any) -> None:
        run = actions.begin_rescore(afresh=options["afresh"])
        if run.after_id:
            self.stdout.write(f"Going on after thread {run.after_id}: {run.scored} were ranked before.")
        else:
            actions.rebuild_rhythms()
        left = open_threads().filter(pk__gt=run.after_id).count()
        with progress("threads", left, self.stdout) as bar:
            while done := actions.rescore_batch(run_id=run.pk, size=max(1, options["batch"])):
                bar.advance(done)
        run.refresh_from_db()
        self.stdout.write(f"{run.scored} open threads are ranked.")
