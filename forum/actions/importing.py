"""Moving threads in from elsewhere, many at a time, with their dates, authors and scores.

The installation's own verb: nobody posts with it. Two steps, so that the write lock is held only for writing:
`prepare_*` renders (slow, outside any transaction), `import_*` writes what was prepared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from community.core import clock
from community.core.access import require
from community.core.facts import publish
from community.core.retrying import action
from community.members import counts as member_counts
from community.members.models import Member
from forum import access, policy, totals
from forum.actions._shared import clean_title, find_or_make_tags, tag_slug
from forum.actions.edits import MAX_EDIT_REASON
from forum.actions.imported_words import Participants, Words, stand_in, words_of
from forum.facts import PostsImported
from forum.models import Board, Lane, Post, PostRevision, PostState, Tag, Thread, ThreadState
from forum.rendering import note_opening, set_title


@dataclass(frozen=True, slots=True)
class ImportedVersion:
    """The words a post had before its edit `number` (from 1), and who edited it, when and why."""

    number: int
    source: str
    editor_id: int
    made_at: datetime
    title: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ImportedPost:
    """A post as it stood elsewhere. It may reply to an earlier post: `answers` is that one's place in the same
    list, `answers_id` the id of one that is stored already."""

    author_id: int
    author_name: str
    source: str
    posted_at: datetime
    score: int = 0
    edited_at: datetime | None = None
    edit_count: int = 0
    answers: int | None = None
    answers_id: int | None = None
    versions: Sequence[ImportedVersion] = ()  # oldest first


@dataclass(frozen=True, slots=True)
class ImportedThread:
    """A thread as it stood elsewhere, its posts in the order they will be numbered; the first one opens it."""

    title: str
    posts: Sequence[ImportedPost]
    lane: str = Lane.ASK.value
    tags: Sequence[str] = ()
    locked_at: datetime | None = None
    accepted: int | None = None  # the accepted answer's place in `posts`
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Posts with their words rendered. `mended`: places of those that could not stand as they were, and why."""

    posts: Sequence[ImportedPost]
    words: list[Words]
    mended: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PreparedThread:
    thread: ImportedThread
    body: Prepared
    title: str
    tags: dict[str, str]  # slug → name


def prepare_thread(thread: ImportedThread) -> PreparedThread:
    """Render a thread that is not here yet. Invalid for a title that cannot be one; words are never refused."""
    tags: dict[str, str] = {}
    for name in thread.tags:
        name = " ".join(name.split())
        slug = tag_slug(name)
        if slug and len(name) <= policy.MAX_TAG_LENGTH and len(tags) < policy.MAX_TAGS:
            tags.setdefault(slug, name)
    return PreparedThread(thread, prepare_replies(thread.posts), clean_title(thread.title), tags)


def prepare_replies(posts: Sequence[ImportedPost]) -> Prepared:
    """Render posts for a thread that is here already. One statement when they reply to stored posts."""
    stored = _stored_words({post.answers_id for post in posts if post.answers_id is not None})
    people = Participants({post.author_name for post in posts})
    prepared = Prepared(posts, [])
    for place, post in enumerate(posts):
        quoted = None
        if post.answers is not None:
            answered = posts[post.answers]
            quoted = (
                stand_in(post.answers),
                answered.author_name,
                prepared.words[post.answers].body.plain,
            )
        elif post.answers_id is not None:
            quoted = stored.get(post.answers_id)
        words = words_of(post.source, quoted=quoted, people=people)
        prepared.words.append(words)
        if words.mended:
            prepared.mended[place] = words.mended
    return prepared


@action
def import_threads(
    *, actor: Member | None, board_id: int, label: str, threads: Sequence[PreparedThread]
) -> list[list[Post]]:
    """Write prepared threads to a board, labelled with where they came from; the posts of each, in order.

    `actor` None is the installation itself. About ten statements, and one for each author.
    """
    require(access.may_arrange(actor))
    if not threads:
        return []
    tags = _tags({slug: name for one in threads for slug, name in one.tags.items()})
    rows = Thread.objects.bulk_create([_thread_row(one, board_id, label, tags) for one in threads])
    posts = [
        [_post_row(row, number, one.body, label) for number in range(1, len(one.thread.posts) + 1)]
        for row, one in zip(rows, threads, strict=True)
    ]
    _store([(group, one.body) for group, one in zip(posts, threads, strict=True)])
    for row, group, one in zip(rows, posts, threads, strict=True):
        if one.thread.accepted is not None:
            row.accepted_post = group[one.thread.accepted]
            row.accepted_at = one.thread.accepted_at or row.accepted_post.posted_at
            totals.settle(row)
    accepted = [row for row in rows if row.accepted_post_id]
    Thread.objects.bulk_update(accepted, ["accepted_post", "accepted_at", "needs_answer"])
    lanes = Counter(row.lane for row in rows)
    for lane, count in lanes.items():
        of_lane = [group for row, group in zip(rows, posts, strict=True) if row.lane == lane]
        totals.shift_board(board_id, threads=count, posts=sum(map(len, of_lane)), lane=lane)
    _note_latest(board_id, rows)
    _shift_members(
        posts=Counter(post.author_id for group in posts for post in group),
        threads=Counter(row.author_id for row in rows),
        helped=Counter(
            row.accepted_post.author_id
            for row in accepted
            if row.accepted_post and row.accepted_post.author_id != row.author_id
        ),
    )
    _tag_threads(board_id, rows, tags)
    publish(PostsImported(thread_ids=tuple(row.pk for row in rows), at=clock.now()))
    return posts


@action
def import_replies(
    *,
    actor: Member | None,
    thread_id: int,
    label: str,
    replies: Prepared,
    accepted: int | None = None,
    accepted_at: datetime | None = None,
) -> list[Post]:
    """Add prepared replies behind the last post of a thread that is here already.

    `accepted` marks one of them as the answer, unless the thread has one. Holds the thread row until commit.
    """
    require(access.may_arrange(actor))
    thread = Thread.objects.select_for_update(of=("self",), no_key=True).get(pk=thread_id)
    first = thread.last_number + 1
    posts = [_post_row(thread, first + place, replies, label, place) for place in range(len(replies.posts))]
    _store([(posts, replies)])
    for post in posts:
        totals.fold_reply(thread, post)
    helped: Counter[int | None] = Counter()
    if accepted is not None and thread.accepted_post_id is None:
        thread.accepted_post = posts[accepted]
        thread.accepted_at = accepted_at or posts[accepted].posted_at
        totals.settle(thread)
        if posts[accepted].author_id != thread.author_id:
            helped[posts[accepted].author_id] += 1
    thread.save(update_fields=["last_number", "accepted_post", "accepted_at", *totals.DERIVED])
    if thread.state == ThreadState.VISIBLE:
        totals.shift_board(thread.board_id, posts=len(posts))
        totals.settle_board(thread.board_id)
    _shift_members(posts=Counter(post.author_id for post in posts), helped=helped)
    publish(PostsImported(thread_ids=(thread.pk,), at=clock.now()))
    return posts


def _stored_words(post_ids: set[int]) -> dict[int, tuple[int, str, str]]:
    """Id → (id, author's name, words) of posts that may still be quoted."""
    if not post_ids:
        return {}
    rows = Post.objects.filter(pk__in=post_ids, state=PostState.VISIBLE).values_list(
        "pk", "author__name", "plain"
    )
    return {pk: (pk, name or "", plain) for pk, name, plain in rows}


def _thread_row(one: PreparedThread, board_id: int, label: str, tags: dict[str, Tag]) -> Thread:
    # Of several at one moment the last, as `totals.refresh_thread` has it.
    posts = one.thread.posts
    opening, replies = posts[0], posts[1:]
    latest, last = max(enumerate(posts, start=1), key=lambda one: (one[1].posted_at, one[0]))
    days = Counter(post.posted_at.date().isoformat() for post in posts)
    thread = Thread(
        board_id=board_id,
        author_id=opening.author_id,
        lane=one.thread.lane,
        opened_at=opening.posted_at,
        last_posted_at=last.posted_at,
        last_poster_id=last.author_id,
        last_number=len(posts),
        shown_number=len(posts),
        latest_number=latest,
        reply_count=len(replies),
        answer_count=sum(1 for post in replies if post.author_id != opening.author_id),
        days=dict(sorted(days.items())[-policy.STRIP_DAYS :]),
        locked_at=one.thread.locked_at,
        tag_list=[[tags[slug].slug, tags[slug].name] for slug in one.tags],
        imported_from=label,
    )
    set_title(thread, one.title)
    note_opening(thread, one.body.words[0].body.plain)
    totals.settle(thread)
    return thread


def _post_row(thread: Thread, number: int, prepared: Prepared, label: str, place: int | None = None) -> Post:
    place = number - 1 if place is None else place
    wanted = prepared.posts[place]
    return Post(
        thread=thread,
        number=number,
        author_id=wanted.author_id,
        posted_at=wanted.posted_at,
        edited_at=wanted.edited_at,
        edit_count=wanted.edit_count,
        imported_score=wanted.score,
        imported_from=label,
        reply_to_id=wanted.answers_id,
    )


def _store(groups: Sequence[tuple[Sequence[Post], Prepared]]) -> None:
    """Insert the posts, those that are answered before those that answer them: only then their ids are known."""
    everything = waiting = [
        (post, wanted, words, group)
        for group, prepared in groups
        for post, wanted, words in zip(group, prepared.posts, prepared.words, strict=True)
    ]
    while waiting:
        ready = [one for one in waiting if one[1].answers is None or one[3][one[1].answers].pk]
        waiting = [one for one in waiting if one[1].answers is not None and not one[3][one[1].answers].pk]
        for post, wanted, words, group in ready:
            body = words.body
            if wanted.answers is not None:
                post.reply_to = group[wanted.answers]
                body = words.pointing_at(post.reply_to.pk)
            body.put_on(post)
        Post.objects.bulk_create([one[0] for one in ready])
    PostRevision.objects.bulk_create(
        PostRevision(
            post=post,
            number=version.number,
            source=version.source,
            title=version.title,
            editor_id=version.editor_id,
            reason=version.reason[:MAX_EDIT_REASON],
            made_at=version.made_at,
        )
        for post, wanted, _words, _group in everything
        for version in wanted.versions
    )


def _tags(wanted: dict[str, str]) -> dict[str, Tag]:
    return find_or_make_tags(wanted) if wanted else {}


def _tag_threads(board_id: int, threads: Sequence[Thread], tags: dict[str, Tag]) -> None:
    uses = [(thread.pk, tags[slug].pk) for thread in threads for slug, _name in thread.tag_list]
    through = Thread.tags.through
    through.objects.bulk_create([through(thread_id=thread, tag_id=tag) for thread, tag in uses])
    by_count: dict[int, list[int]] = {}
    for tag_pk, count in Counter(tag for _thread, tag in uses).items():
        by_count.setdefault(count, []).append(tag_pk)
    totals.hold_tags([tag.pk for tag in tags.values()])
    for count, pks in by_count.items():
        totals.shift_tags(pks, board_id, by=count)


def _note_latest(board_id: int, threads: Sequence[Thread]) -> None:
    """Make the latest of these the board's latest thread, unless the board has a later one. Board row is held."""
    latest = max(threads, key=lambda thread: (thread.last_posted_at, thread.pk), default=None)
    board = Board.objects.only("last_thread", "last_posted_at").get(pk=board_id)
    if latest is not None and (
        board.last_posted_at is None
        or (latest.last_posted_at, latest.pk) > (board.last_posted_at, board.last_thread_id or 0)
    ):
        totals.note_last_thread(latest)


def _shift_members(
    *,
    posts: Counter[int | None],
    threads: Counter[int] | None = None,
    helped: Counter[int | None] | None = None,
) -> None:
    threads, helped = threads or Counter(), helped or Counter()
    member_counts.shift_many(
        {pk: (count, threads[pk], helped[pk]) for pk, count in posts.items() if pk is not None}
    )
