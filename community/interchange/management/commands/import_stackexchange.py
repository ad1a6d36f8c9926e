"""`manage.py import_stackexchange DIR`: a Stack Exchange community moves in."""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.core import schema
from community.core.progress import progress
from community.interchange.stackexchange.reader import BrokenFile, NotADump, find_dump
from community.interchange.stackexchange.report import counted
from community.interchange.stackexchange.running import Busy, Outcome, run

INPUT_BROKEN, NOTHING_DONE, STOPPED = 1, 2, 130


class Command(BaseCommand):
    help = """Move a Stack Exchange dump in: questions become threads, answers and comments replies, authors
claimable members. Safe beside a running site, to repeat (nothing is added twice) and to kill (run it again).

Examples:
  manage.py import_stackexchange dumps/beer.stackexchange.com
  manage.py import_stackexchange dumps/beer.stackexchange.Posts.xml --board-group "Old friends"

Exit codes: 0 everything readable is here; 1 a file is broken; 2 nothing was done (no dump there, or another
import of the same site is running); 130 stopped by hand. docs/importing.md tells what becomes of what."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", type=Path, metavar="DIR", help="folder with Posts.xml, or that file")
        parser.add_argument(
            "--site", default="", metavar="NAME", help="the site's short name (from the file)"
        )
        parser.add_argument(
            "--board-group",
            default="",
            metavar="NAME",
            help="board group of the new board: title or address, made when missing (“Moved here”)",
        )
        parser.add_argument(
            "--no-index", action="store_true", help="leave the search index to the site's task worker"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if missing := schema.pending():
            raise CommandError(
                f"The database is {len(missing)} steps behind this release. Nothing was done. "
                "Run manage.py migrate first (`make run` does it by itself).",
                returncode=NOTHING_DONE,
            )
        began = perf_counter()
        try:
            dump = find_dump(options["dir"], options["site"])
            names = ", ".join(path.name for path in dump.files.values())
            self.stdout.write(f"{dump.site}: {names}")
            outcome = run(
                dump,
                group=options["board_group"],
                bars=lambda label, total: progress(label, total, self.stdout),
                index=not options["no_index"],
            )
        except NotADump as error:
            raise CommandError(str(error), returncode=NOTHING_DONE) from error
        except OSError as error:
            raise CommandError(
                f"{error.filename or options['dir']}: {error.strerror}", returncode=1
            ) from error
        except Busy as error:
            raise CommandError(
                "This site is being imported by another process.", returncode=NOTHING_DONE
            ) from error
        except BrokenFile as error:
            raise CommandError(
                f"{error}\nNothing was moved in by this run. Mend the file, or move it out of the folder.",
                returncode=INPUT_BROKEN,
            ) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. What the bar counted is here; run the same command again to go on.",
                returncode=STOPPED,
            ) from None
        self._tell(outcome, perf_counter() - began)

    def _tell(self, outcome: Outcome, seconds: float) -> None:
        report = outcome.report
        for line in report.shown:
            self.stderr.write(line)
        if report.listed > len(report.shown):
            self.stderr.write(f"… and {report.listed - len(report.shown):,} more lines")
        if report.listed:
            self.stderr.write(f"All of them: {report.path}")
        self.stdout.write("\n".join(report.lines()))
        added = outcome.added("threads") + outcome.added("replies")
        self.stdout.write(
            f"Added {counted(outcome.added('threads'), 'threads')}, {counted(outcome.added('replies'), 'replies')} and "
            f"{counted(outcome.people, 'members')} in {seconds:,.1f} s ({added / max(seconds, 0.001):,.0f} posts/s)."
        )
        if not added and not outcome.people and not outcome.broken:
            self.stdout.write("Everything was here already." if outcome.board else "Nothing in it moves in.")
        if outcome.board:
            self.stdout.write(f"Read them at {outcome.board.get_absolute_url()}")
        if outcome.broken:
            raise CommandError(
                f"{outcome.broken}\nWhat stood before that line has moved in. "
                "Mend the file and run the command again: only what is missing is added.",
                returncode=INPUT_BROKEN,
            )
