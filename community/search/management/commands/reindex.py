"""Write the whole search index anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from community.core.progress import progress
from community.editorial.queries import articles
from community.members.models import Member
from community.search import indexing
from community.search.models import SearchEntry
from forum.queries import documents


class Command(BaseCommand):
    help = (
        "Write the search index anew from the database. Safe to run twice and beside a running site. "
        "Example: manage.py reindex"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Posts oldest first, then people, then articles; entries without a document go by their foreign key."""
        total = documents.count()
        done = 0
        with progress("posts", total, self.stdout) as bar:
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
