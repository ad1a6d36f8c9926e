"""Staged rows become threads and replies: a few hundred at a time, each lot in one short transaction.

What is here already is known by its `ImportedItem`, committed together with its post. So a run that was killed
is taken up where it stopped, and a second run finds everything there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db import transaction

from community.interchange.models import ImportedItem
from community.interchange.stackexchange import history, wording
from community.interchange.stackexchange.loading import DUPLICATE, RELATED
from community.interchange.stackexchange.mapping import CommentRow, PostRow, moment, tag_names
from community.interchange.stackexchange.people import People, Person
from community.interchange.stackexchange.reader import Dump
from community.interchange.stackexchange.report import Report
from community.interchange.stackexchange.staging import ANSWER, COMMENT, QUESTION, Item, Staging
from forum import actions, policy
from forum.actions import ImportedPost, ImportedThread, ImportedVersion, Prepared, PreparedThread
from forum.models import LinkKind, Post

MOST_EDITS = 32_000
_KIND = {
    QUESTION: ImportedItem.Kind.QUESTION,
    ANSWER: ImportedItem.Kind.ANSWER,
    COMMENT: ImportedItem.Kind.COMMENT,
}
_FILE = {QUESTION: "Posts", ANSWER: "Posts", COMMENT: "Comments"}
_LINK = {DUPLICATE: LinkKind.SAME, RELATED: LinkKind.RELATED}
_BECAME = {QUESTION: "threads", ANSWER: "replies", COMMENT: "replies"}


@dataclass(slots=True)
class _Lot:
    """What one chunk needs to know before it is written."""

    stored: dict[tuple[int, int], int]  # (item kind, id) → post id, for what is here already
    people: dict[str, Person]
    edited: set[int]
    accepts: dict[int, str]
    threads: list[tuple[list[Item], PreparedThread]] = field(default_factory=list)
    replies: list[tuple[list[Item], Prepared, int | None]] = field(
        default_factory=list
    )  # accepted one's place


class Moving:
    """Moves one staged dump to one board."""

    def __init__(self, *, dump: Dump, source: str, board_id: int, staging: Staging, report: Report) -> None:
        self.dump, self.source, self.board_id = dump, source, board_id
        self.staging, self.report = staging, report
        self.label = f"Stack Exchange: {dump.site}"
        self.people = People(site=dump.site, source=source, staging=staging)

    def run(self, advance: Callable[[int], None]) -> None:
        """Everything, in order. Whatever stops it, what was told to `advance` is committed."""
        for chunk in self.staging.chunks():
            self.move(chunk)
            advance(len(chunk))

    def move(self, chunk: Sequence[Item]) -> None:
        """One lot: prepared outside the transaction, written inside, counted after it."""
        lot = self._lot(chunk)
        for _question, group in groupby(chunk, key=lambda item: item.question):
            items = list(group)
            fresh = [item for item in items if (item.kind, item.id) not in lot.stored]
            for item in items:
                self.report.of(_FILE[item.kind]).already += (item.kind, item.id) in lot.stored
            if fresh and fresh[0].kind == QUESTION:
                lot.threads.append((fresh, self._thread(fresh, lot)))
            elif fresh:
                lot.replies.append(self._replies(fresh, lot))
        if lot.threads or lot.replies:
            self._write(lot)
        self._count(lot)

    def connect(self) -> None:
        """Tie threads together that their dump tied together. Called when all are here; again, it changes nothing."""
        for links in self.staging.links():
            threads = self._threads_of({pk for post, target, _kind in links for pk in (post, target)})
            actions.link_threads(
                actor=None,
                links=[
                    (threads[post], threads[target], _LINK[kind])
                    for post, target, kind in links
                    if post in threads and target in threads
                ],
            )

    def _threads_of(self, ids: Iterable[int]) -> dict[int, int]:
        """Id of a question or an answer → the thread it is in today. One statement."""
        rows = ImportedItem.objects.filter(
            source=self.source, kind__in=(_KIND[QUESTION], _KIND[ANSWER]), source_id__in=list(ids)
        ).select_related("post__moved_to")
        return {row.source_id: (row.post.moved_to or row.post).thread_id for row in rows}

    # -- preparing

    def _lot(self, chunk: Sequence[Item]) -> _Lot:
        stored = self._stored(chunk)
        fresh = [item for item in chunk if (item.kind, item.id) not in stored]
        posts = [item.id for item in fresh if item.kind != COMMENT]
        edited = self.staging.edited(posts)
        editors = {key for keys in edited.values() for key in keys}
        return _Lot(
            stored=stored,
            people=self.people.named(editors.union(item.row.author for item in fresh)),
            edited=set(edited),
            accepts=self.staging.accepted_at(posts),
        )

    def _stored(self, chunk: Sequence[Item]) -> dict[tuple[int, int], int]:
        """What of this chunk, and of what it replies to, is here already. One statement a kind."""
        wanted: dict[int, set[int]] = {QUESTION: set(), ANSWER: set(), COMMENT: set()}
        for item in chunk:
            wanted[item.kind].add(item.id)
            wanted[QUESTION].add(item.question)
            if isinstance(item.row, CommentRow):
                wanted[ANSWER].add(item.row.post)
        found: dict[tuple[int, int], int] = {}
        for kind, ids in wanted.items():
            rows = ImportedItem.objects.filter(source=self.source, kind=_KIND[kind], source_id__in=ids)
            found |= {(kind, pk): post for pk, post in rows.values_list("source_id", "post_id")}
        return found

    def _thread(self, items: list[Item], lot: _Lot) -> PreparedThread:
        question = items[0].row
        assert isinstance(question, PostRow)
        posts = self._posts(items, lot)
        title, mended = wording.title(question.title, question.body)
        if mended:
            self.report.mend("Posts", question.id, question.line, f"title: {mended}")
        accepted = self._accepted(items, question.accepted)
        prepared = actions.prepare_thread(
            ImportedThread(
                title=title,
                posts=posts,
                tags=tag_names(question.tags),
                locked_at=moment(question.closed) if question.closed else None,
                accepted=accepted,
                accepted_at=self._accepted_at(items, accepted, lot),
            )
        )
        self._note_mended(items, prepared.body)
        return prepared

    def _replies(self, items: list[Item], lot: _Lot) -> tuple[list[Item], Prepared, int | None]:
        prepared = actions.prepare_replies(self._posts(items, lot))
        self._note_mended(items, prepared)
        return items, prepared, self._accepted(items, self.staging.accepted_answer(items[0].question))

    def _posts(self, items: list[Item], lot: _Lot) -> list[ImportedPost]:
        places = {item.id: place for place, item in enumerate(items) if item.kind != COMMENT}
        posts = []
        for item in items:
            row, person = item.row, lot.people[item.row.author]
            convert = wording.comment if isinstance(row, CommentRow) else wording.body
            source, mended = convert(row.body, site=self.dump.site, host=self.dump.host, has=self.staging.has)
            if mended:
                self.report.mend(_FILE[item.kind], item.id, row.line, mended)
            answers, edits, edited = None, 0, ""
            versions: list[ImportedVersion] = []
            if isinstance(row, CommentRow):
                answers = row.post
            elif row.id in lot.edited:
                past = history.past(self.staging.history_of(row.id))
                edited, edits = row.edited or past.last_at, min(past.edits, MOST_EDITS)
                versions = [self._version(one, lot) for one in past.versions if one.number <= MOST_EDITS]
            elif row.edited:
                edited, edits = row.edited, 1
            posts.append(
                ImportedPost(
                    author_id=person.member_id,
                    author_name=person.name,
                    source=source,
                    posted_at=moment(row.at),
                    score=row.score,
                    edited_at=moment(edited) if edited else None,
                    edit_count=edits,
                    versions=versions,
                    answers=places.get(answers) if answers is not None else None,
                    answers_id=self._stored_answered(answers, lot) if answers not in places else None,
                )
            )
        return posts

    def _version(self, one: history.Version, lot: _Lot) -> ImportedVersion:
        body = wording.version(one.body, site=self.dump.site, host=self.dump.host, has=self.staging.has)
        return ImportedVersion(
            number=one.number,
            source=body,
            title=wording.title(one.title, "")[0] if one.title else "",
            editor_id=lot.people[one.editor].member_id,
            reason=one.reason,
            made_at=moment(one.at),
        )

    @staticmethod
    def _stored_answered(post: int | None, lot: _Lot) -> int | None:
        return None if post is None else lot.stored.get((ANSWER, post)) or lot.stored.get((QUESTION, post))

    @staticmethod
    def _accepted(items: list[Item], accepted: int) -> int | None:
        places = (at for at, item in enumerate(items) if item.kind == ANSWER and item.id == accepted)
        return next(places, None)

    @staticmethod
    def _accepted_at(items: list[Item], place: int | None, lot: _Lot) -> datetime | None:
        day = lot.accepts.get(items[place].id) if place is not None else None
        return moment(day) if day else None

    def _note_mended(self, items: list[Item], prepared: Prepared) -> None:
        for place, what in prepared.mended.items():
            self.report.mend(_FILE[items[place].kind], items[place].id, items[place].row.line, what)

    # -- writing

    @transaction.atomic
    def _write(self, lot: _Lot) -> None:
        written: list[tuple[Item, Post]] = []
        groups = actions.import_threads(
            actor=None,
            board_id=self.board_id,
            label=self.label,
            threads=[prepared for _items, prepared in lot.threads],
        )
        for (items, _prepared), posts in zip(lot.threads, groups, strict=True):
            written += zip(items, posts, strict=True)
        for items, prepared, accepted in lot.replies:
            opening = Post.objects.select_related("moved_to").get(pk=lot.stored[QUESTION, items[0].question])
            thread_id = (opening.moved_to or opening).thread_id
            posts = actions.import_replies(
                actor=None,
                thread_id=thread_id,
                label=self.label,
                replies=prepared,
                accepted=accepted,
                accepted_at=self._accepted_at(items, accepted, lot),
            )
            written += zip(items, posts, strict=True)
        ImportedItem.objects.bulk_create(
            ImportedItem(
                source=self.source,
                kind=_KIND[item.kind],
                source_id=item.id,
                post=post,
                kept=_kept(item) if item.kind == QUESTION else {},
            )
            for item, post in written
        )

    def _count(self, lot: _Lot) -> None:
        moved = [*(items for items, _ in lot.threads), *(items for items, _, _ in lot.replies)]
        for items in moved:
            for item in items:
                self.report.of(_FILE[item.kind]).here[_BECAME[item.kind]] += 1


def _kept(item: Item) -> dict[str, object]:
    """What a question brought along and no page shows."""
    assert isinstance(item.row, PostRow)
    kept = {
        "views": item.row.views,
        "favourites": item.row.favourites,
        "tags": tag_names(item.row.tags)[policy.MAX_TAGS :],
    }
    return {name: value for name, value in kept.items() if value}
