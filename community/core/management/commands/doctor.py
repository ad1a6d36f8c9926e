"""`manage.py doctor`: is everything there that the site needs?"""

import json
import logging
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from community.core import doctor


class Command(BaseCommand):
    help = (
        "Check everything the site stands on and say how to mend it. Exit code 1 if something fails. "
        "Example: manage.py doctor --json"
    )
    requires_system_checks: list[str] = []  # it must be able to speak when little else works

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="for machines")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        logging.disable(logging.WARNING)  # what the libraries say of an outage, over and over, is said below
        try:
            found = doctor.examine()
        finally:
            logging.disable(logging.NOTSET)
        if as_json:
            self.stdout.write(
                json.dumps([finding.as_json() for finding in found], ensure_ascii=False, indent=1)
            )
        else:
            self._tell(found)
        if any(finding.status == "FAIL" for finding in found):
            sys.exit(1)

    def _tell(self, found: list[doctor.Finding]) -> None:
        styles = {"OK": self.style.SUCCESS, "WARN": self.style.WARNING, "FAIL": self.style.ERROR}
        width = max(len(finding.name) for finding in found)
        for finding in found:
            mark = styles[finding.status](f"{finding.status:4}")
            self.stdout.write(f"{mark}  {finding.name:{width}}  {finding.told}")
            if finding.mend:
                self.stdout.write(f"{'':6}{'':{width}}  → {finding.mend}")
