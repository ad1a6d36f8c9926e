"""`manage.py seed_demo`: an invented community moves into an empty database, once."""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from community.core import chance, clock
from community.core.models import DemoMark
from community.core.progress import progress
from community.interchange.demo import (
    accounts,
    indexing,
    keeping,
    knowing,
    magazine,
    moving_in,
    polls,
    promising,
    quizzes,
    settling,
    surveys,
)
from community.interchange.demo.compose import SEED, compose
from community.interchange.demo.people import everyone
from community.interchange.demo.plan import Plan
from community.interchange.demo.seeding import Telling, leave_traces, make_boards
from community.members.models import Member
from forum.models import BoardGroup


class Command(BaseCommand):
    help = (
        "Fill an empty database with the demo community: members, boards, threads, pictures, articles. "
        "Marks the database as a demo, which a production site refuses. Running it again adds nothing. "
        "Example: manage.py seed_demo"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--print-accounts", action="store_true", help="only say how to sign in to the demo's accounts"
        )
        parser.add_argument("--no-accounts", action="store_true", help="do not say how to sign in at the end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["print_accounts"]:
            self._print_accounts()
            return
        if self._is_wanted():
            self._seed(compose(now=clock.now()))
        self._keep_accounts()
        self._hang_pictures()
        self._publish_articles()
        self._work_off()
        DemoMark.objects.finish()
        if not options["no_accounts"]:
            self._print_accounts()

    def _is_wanted(self) -> bool:
        """False when the demo's people are in already. CommandError where they must not be."""
        if getattr(settings, "REFUSES_DEMO", False):
            raise CommandError("A production site takes no invented people. Nothing was changed.")
        if Member.objects.filter(is_demo=True).exists():
            if not DemoMark.objects.marked():
                raise CommandError(
                    "Demo members stand in a database that is not marked. Nothing was changed."
                )
            return False
        if Member.objects.exists() or BoardGroup.objects.exists():
            raise CommandError(
                "This database is in use: it has members or boards. The demo needs an empty one. "
                "Nothing was changed."
            )
        return True

    def _seed(self, plan: Plan) -> None:
        fresh = accounts.new_accounts()
        last: dict[str, datetime] = defaultdict(lambda: plan.now)
        for thread in plan.threads:
            for post in thread.posts:
                last[post.author] = max(post.at, last.get(post.author, post.at))
        # All or nothing: an interrupted run leaves an empty database, not half a community.
        with transaction.atomic(), clock.frozen(plan.now) as held:
            DemoMark.objects.mark()
            with progress("Members", len(everyone()), self.stdout) as bar:
                cast = moving_in.register_everyone(held, now=plan.now, known=fresh, advance=bar.advance)
            telling = Telling(plan, cast, make_boards(cast))
            promising.make_promises(cast, telling.boards, held, now=plan.now)
            with progress("Conversations", len(telling.steps), self.stdout) as bar:
                telling.run(held, bar.advance)
                telling.add_likings()
            with chance.seeded(SEED):
                polls.make_polls(cast, telling.boards, held, now=plan.now)
                quizzes.make_quizzes(cast, held, now=plan.now)
                surveys.make_surveys(cast, held, now=plan.now)
            moving_in.name_key_members(cast, held, now=plan.now)
            moving_in.settle_standing(cast, held, now=plan.now, last=last)
            promising.raise_one(cast, held, now=plan.now)
            keeping.keep_answers(cast, held, now=plan.now)
            knowing.plan_themes(cast, telling.boards, held, now=plan.now)
            knowing.know_answers(cast, held, now=plan.now)
            leave_traces(telling, held, plan.now)
            with chance.seeded(SEED):
                moving_in.note_last_visits(cast, held, now=plan.now, last=last)
            moving_in.give_second_factors(cast)
            with progress("Search index", plan.post_count, self.stdout) as bar:
                indexing.index_everything(bar.advance)
            accounts.keep(fresh)

    def _keep_accounts(self) -> None:
        if not accounts.kept():
            fresh = accounts.new_accounts()
            moving_in.renew_passwords(fresh)
            accounts.keep(fresh)

    def _hang_pictures(self) -> None:
        people = moving_in.missing_pictures()
        if people:
            with progress("Pictures", len(people), self.stdout) as bar:
                for person in people:
                    moving_in.hang_picture(person)
                    bar.advance()

    def _publish_articles(self) -> None:
        now = clock.now()
        logging.getLogger("wagtail").setLevel(logging.WARNING)  # its lines would break the progress bar
        for article in magazine.planned_articles():
            author = Member.objects.get(name=article.author, is_demo=True)
            with transaction.atomic():
                magazine.publish(article, author=author, now=now)

    def _work_off(self) -> None:
        now = clock.now()
        settling.forget_old_news(now)
        if due := settling.waiting():
            with progress("Notices", due, self.stdout) as bar:
                settling.work_off(now, bar.advance)
        settling.rank_threads()
        settling.count_promises()

    def _print_accounts(self) -> None:
        known = accounts.kept()
        if not known:
            self.stdout.write("There is no demo here yet. Seed one with: manage.py seed_demo")
            return
        width = max(len(account.email) for account in known)
        self.stdout.write("Accounts of the demo (a guest needs none):")
        for account in known:
            self.stdout.write(
                f"  {account.who:<10} {account.email:<{width}}  {account.password}  {account.name}"
            )
        staff = " or ".join(account.who for account in known if account.who in accounts.NEEDS_SECOND_FACTOR)
        self.stdout.write(
            f"  Staff pages ask for a six-digit code: .venv/bin/python manage.py demo_code {staff}"
        )
