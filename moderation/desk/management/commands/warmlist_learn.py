"""Learn the ranking anew from this site's history, and judge it beside the rules."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from moderation.desk import actions, handlers
from moderation.desk.wording import trial_in_words


class Command(BaseCommand):
    help = (
        "Learn the ranking of the warm list anew from the last months, and judge it by the last weeks beside the rules. "
        "The worker does it every night. Safe to run beside the site, and twice. Example: manage.py warmlist_learn"
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        handlers.learn_and_rank()
        self.stdout.write(trial_in_words(actions.learnt().trial))
