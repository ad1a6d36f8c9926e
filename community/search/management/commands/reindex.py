"""Write the whole search index anew, or look whether it is right."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.core.progress import progress
from community.editorial.queries import articles
from community.members.models import Member
from community.search import drift, elastic, filling, indexing
from community.search.drift import Drift
from community.search.models import SearchEntry
from forum.queries import documents


class Command(BaseCommand):
    help = (
        "Write the search index anew from the database, and fill a new Elasticsearch index where there is one. Safe "
        "to run twice and beside a running site; a run that was cut off is taken up again. Example: manage.py reindex"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do other than write everything."""
        only = parser.add_mutually_exclusive_group()
        only.add_argument("--check", action="store_true", help="only compare; exit code 1 when they differ")
        only.add_argument("--repair", action="store_true", help="compare, and put right what differs")
        only.add_argument(
            "--elasticsearch", action="store_true", help="keep the entries, fill Elasticsearch anew"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Posts oldest first, then people, then articles; entries without a document go by their foreign key."""
        try:
            if options["check"] or options["repair"]:
                self._compare(repair=options["repair"])
                return
            if not options["elasticsearch"]:
                self._write_entries()
            if elastic.is_on():
                self._fill()
        except elastic.Away as error:
            raise CommandError(
                "Elasticsearch does not answer. Is it up, and ELASTICSEARCH_URL right?"
            ) from error
        except filling.Unequal as error:
            raise CommandError(f"{error}. Questions stay with the old index; run this again.") from error

    def _write_entries(self) -> None:
        done = 0
        with progress("posts", documents.count(), self.stdout) as bar:
            for batch in documents.all_ids(indexing.BATCH):
                done += indexing.index_posts(batch)
                bar.advance(len(batch))
        people = list(Member.objects.listed().values_list("pk", flat=True))
        for start in range(0, len(people), indexing.BATCH):
            indexing.index_members(people[start : start + indexing.BATCH])
        for doc in articles.article_documents():
            indexing.index_article(page_id=doc.page_id, title=doc.title, text=doc.text, at=doc.published_at)
        self.stdout.write(
            f"{SearchEntry.objects.count()} entries: {done} posts, {len(people)} people, the rest articles."
        )

    def _fill(self) -> None:
        with progress("Elasticsearch", SearchEntry.objects.count(), self.stdout) as bar:
            index = filling.fill(bar.advance)
        self.stdout.write(f"Questions go to {index} now.")

    def _compare(self, *, repair: bool) -> None:
        found = Drift()
        with progress("posts", documents.count(), self.stdout) as bar:
            for batch in documents.all_ids(indexing.BATCH):
                found.add(drift.of_posts(batch, repair=repair, with_words=True))
                bar.advance(len(batch))
        people = Member.objects.get_queryset().order_by("pk")
        last = 0
        while batch := list(people.filter(pk__gt=last).values_list("pk", flat=True)[: indexing.BATCH]):
            found.add(drift.of_members(people.filter(pk__in=batch), repair=repair))
            last = batch[-1]
        found.add(drift.of_articles(repair=repair))
        self._tell("Entries of the database", found, repair=repair)
        if elastic.is_on():
            elastic.wake()
            theirs = drift.in_elasticsearch(repair=repair)
            self._tell("Elasticsearch", theirs, repair=repair)
            found.add(theirs)
        if found.total and not repair:
            raise CommandError("They differ. Put it right: manage.py reindex --repair")

    def _tell(self, side: str, found: Drift, *, repair: bool) -> None:
        self.stdout.write(f"{side}: {found}{', repaired' if repair and found.total else ''}.")
