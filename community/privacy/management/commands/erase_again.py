"""`manage.py erase_again`: whom a restored backup brought back although they were erased since, goes again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from community.privacy import actions, erased


class Command(BaseCommand):
    help = (
        "Queue the erasure of everybody on the list of the erased who is in the database again. `restore` runs it by "
        "itself. Safe to run twice. Example: manage.py erase_again --list /srv/convoy/erased.jsonl"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", type=Path, metavar="FILE", help="instead of CONVOY_ERASED_LIST")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path | None = options["list"]
        again = sum(
            actions.erase_again(
                member_id=gone.member_id, joined_at=gone.joined_at, remove_posts=gone.remove_posts
            )
            for gone in erased.listed(source)
        )
        self.stdout.write(
            f"{again} members are erased again by the workers." if again else "Nobody came back."
        )
