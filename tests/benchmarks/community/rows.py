"""The plan as rows: every table as the site's own actions would have left it, every counter exact."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.benchmarks.community import plan as plans
from tests.benchmarks.community.loading import Bulk
from tests.benchmarks.community.plan import LANES, STATES, VISIBLE, Plan
from tests.benchmarks.community.words import Text, post_word, rare_word, thread_word

KINDS = ("useful", "useful", "useful", "same", "thanks", "funny", "wow")
Row = tuple[Any, ...]


class Community:
    """A plan with its texts and its calendar: `ends` is the moment of the last post."""

    def __init__(self, plan: Plan, texts: list[Text], titles: list[str], ends: datetime) -> None:
        self.plan, self.texts, self.ends = plan, texts, ends
        self.starts = ends - timedelta(microseconds=plans.SPAN)
        self.titles = [f"{title} {thread_word(n)}" for n, title in enumerate(titles, start=1)]
        self.reactions = list(self._reactions())

    def moment(self, at: int) -> datetime:
        return self.starts + timedelta(microseconds=at)

    def _reactions(self) -> Iterator[tuple[int, int, str]]:
        """(place, member, kind), each member once a post."""
        chance, posts, members = Random(f"{self.plan.seed} reactions"), self.plan.posts, self.plan.members
        for place, count in enumerate(posts.reactions):
            if count:
                for member in chance.sample(range(1, members + 1), count):
                    yield place, member, chance.choice(KINDS)

    def load(self, bulk: Bulk) -> None:
        """Fill the tables. They must be empty and the boards there (`boards.lay_out`)."""
        from allauth.account.models import EmailAddress

        from community.members.models import Member
        from community.search.models import SearchEntry
        from forum import models as forum

        threads = list(self._threads())
        self._count_members()
        bulk.load(Member, MEMBER, self._members())
        bulk.load(
            EmailAddress,
            ("user_id", "email", "verified", "primary"),
            ((n, _email(n), True, True) for n in range(1, self.plan.members + 1)),
        )
        bulk.load(forum.Thread, THREAD, threads)
        bulk.load(forum.Post, POST, self._posts())
        ids = self.plan.posts.ids
        at = self.ends
        bulk.load(
            forum.Reaction,
            ("post_id", "member_id", "kind", "at"),
            ((ids[place], member, kind, at) for place, member, kind in self.reactions),
        )
        bulk.load(forum.Thread.tags.through, ("thread_id", "tag_id"), self._tag_uses())
        bulk.load(forum.ThreadLog, ("thread_id", "kind", "actor_id", "at", "after_number"), self._log())
        bulk.load(forum.Watch, WATCH, self._watches())
        bulk.load(forum.ReadMark, ("member_id", "thread_id", "number", "at"), self._read_marks())
        bulk.load(forum.BoardMark, ("member_id", "board_id", "at"), self._board_marks())
        bulk.load(SearchEntry, ENTRY, self._entries())

    # -- threads and what follows from their posts

    def _threads(self) -> Iterator[Row]:
        from community.core import display
        from forum import policy
        from forum.rendering import title_slug

        plan, posts, cols = self.plan, self.plan.posts, self.plan.threads
        per_post = Counter(place for place, _member, _kind in self.reactions)
        self.accepted: dict[int, int] = {}
        self.last: list[int] = []  # moment of each thread's last visible post
        self.replies: list[int] = []
        self.slugs: list[str] = []
        self.lives = Random(f"{plan.seed} answers")
        for n in range(1, len(cols.size) + 1):
            author, lane, state = cols.author[n - 1], LANES[cols.lane[n - 1]], STATES[cols.state[n - 1]]
            seen = [place for place in plan.places(n) if posts.state[place] == VISIBLE]
            others = [place for place in seen if posts.author[place] != author]
            if lane == "ask" and others and self.lives.random() < 0.5:
                self.accepted[n] = others[0]
            last, opened = seen[-1], self.moment(cols.opened[n - 1])
            days = Counter(self.moment(posts.at[place]).date().isoformat() for place in seen)
            reactions = sum(per_post[place] for place in seen)
            accepted = self.accepted.get(n)
            locked = self.moment(posts.at[last]) if cols.locked[n - 1] else None
            first = self.texts[posts.body[seen[0]]]
            self.last.append(posts.at[last])
            self.replies.append(len(seen) - 1)
            title = self.titles[n - 1]
            self.slugs.append(title_slug(title))
            answers = len(others)
            yield (
                n,
                cols.board[n - 1] + 1,
                author,
                title,
                self.slugs[-1],
                display.language_of(title),
                lane,
                state,
                first.excerpt,
                json.dumps([[f"tag-{tag}", f"tag {tag}"] for tag in cols.tags[n - 1]]),
                opened,
                self.moment(posts.at[last]),
                posts.author[last],
                cols.size[n - 1],
                posts.number[last],
                posts.number[last],
                len(seen) - 1,
                answers,
                reactions,
                json.dumps(dict(sorted(days.items())[-policy.STRIP_DAYS :])),
                policy.heat(opened_at=opened, answers=answers, replies=len(seen) - 1, reactions=reactions),
                locked,
                posts.ids[accepted] if accepted is not None else None,
                self.moment(posts.at[accepted]) if accepted is not None else None,
                policy.needs_answer(
                    lane=lane,
                    state=state,
                    locked=locked is not None,
                    accepted=accepted is not None,
                    answers=answers,
                ),
                int(locked is not None),
                cols.size[n - 1],
            )

    def _posts(self) -> Iterator[Row]:
        posts, texts = self.plan.posts, self.texts
        kinds: dict[int, Counter[str]] = defaultdict(Counter)
        for place, _member, kind in self.reactions:
            kinds[place][kind] += 1
        for id_, place in enumerate(posts.by_id, start=1):
            text, tail = texts[posts.body[place]], self.tail(place)
            answered = posts.answers[place]
            yield (
                id_,
                posts.thread[place],
                posts.number[place],
                posts.author[place],
                f"{text.source}\n\n{tail}",
                f"{text.html}<p>{tail}</p>\n",
                f"{text.plain}\n{tail}",
                text.lang,
                1,
                self.moment(posts.at[place]),
                STATES[posts.state[place]],
                json.dumps(kinds[place]) if place in kinds else "{}",
                posts.ids[answered] if answered >= 0 else None,
            )

    def tail(self, place: int) -> str:
        """The last line of a post: its own word and one of the rare vocabulary."""
        posts = self.plan.posts
        return f"{post_word(posts.ids[place])} {rare_word(posts.word[place])}"

    def _tag_uses(self) -> Iterator[Row]:
        return (
            (thread, tag + 1) for thread, tags in enumerate(self.plan.threads.tags, start=1) for tag in tags
        )

    def _log(self) -> Iterator[Row]:
        cols = self.plan.threads
        return (
            (n, "locked", None, self.moment(self.last[n - 1]), cols.size[n - 1])
            for n in range(1, len(cols.size) + 1)
            if cols.locked[n - 1]
        )

    # -- people and what they have read

    def _count_members(self) -> None:
        posts, cols = self.plan.posts, self.plan.threads
        self.post_counts = Counter(
            posts.author[place] for place in range(len(posts.at)) if posts.state[place] == VISIBLE
        )
        self.thread_counts = Counter(
            author for author, state in zip(cols.author, cols.state, strict=True) if state == VISIBLE
        )
        self.helped_counts = Counter(posts.author[place] for place in self.accepted.values())

    def _members(self) -> Iterator[Row]:
        from community.members.names import look_alike_key

        people = plans.people(self.plan)
        for n, name in enumerate(people, start=1):
            yield (
                n,
                name,
                look_alike_key(name),
                _email(n),
                f"!{n}",
                self.starts - timedelta(days=1) + timedelta(seconds=n),
                self.ends if n <= plans.KEY_MEMBER else None,
                n == plans.KEY_MEMBER,
                "Aurora E since 2024" if n % 5 < 2 else "",
                self.post_counts[n],
                self.thread_counts[n],
                self.helped_counts[n],
            )

    def _watches(self) -> Iterator[Row]:
        cols = self.plan.threads
        for n, author in enumerate(cols.author, start=1):
            yield author, n, None, "all", self.moment(cols.opened[n - 1]), True
        for member in (plans.REGULAR, plans.NEVER_MARKED):
            for board in (0, 1, 2, 9):
                yield member, None, board + 1, "all", self.starts, False
            for n in self.recent(40, board=None):
                if cols.author[n - 1] != member:
                    yield member, n, None, "all", self.ends, False

    def _read_marks(self) -> Iterator[Row]:
        chance, cols = Random(f"{self.plan.seed} reading"), self.plan.threads
        for n in self.recent(400, board=None)[::2]:
            yield plans.REGULAR, n, max(1, cols.size[n - 1] - chance.choice((0, 0, 1, 3))), self.ends
        threads = len(cols.size)
        for member in range(plans.FIRST_WRITER, self.plan.members + 1, 5):
            for n in chance.sample(range(1, threads + 1), min(30, threads)):
                yield member, n, chance.randint(1, cols.size[n - 1]), self.ends

    def _board_marks(self) -> Iterator[Row]:
        marked = self.ends - timedelta(days=14)
        for member in (plans.REGULAR, *range(plans.FIRST_WRITER, self.plan.members + 1, 10)):
            for board in range(plans.BOARDS):
                yield member, board + 1, marked

    def recent(self, most: int, *, board: int | None) -> list[int]:
        """Public threads by their last visible post, the latest first; of one board, or of all."""
        plan, last = self.plan, self.last
        found = [
            n
            for n in range(1, len(last) + 1)
            if (plan.is_public(n) if board is None else _is_on(plan, n, board))
        ]
        return sorted(found, key=lambda n: (last[n - 1], n), reverse=True)[:most]

    # -- the index of the embedded engine, as `community.search.indexing` writes it

    def _entries(self) -> Iterator[Row]:
        from community.search import marks
        from community.search.analysis import terms
        from community.search.database import MARK

        posts, texts, cols = self.plan.posts, self.texts, self.plan.threads
        for id_, place in enumerate(posts.by_id, start=1):
            n, title = posts.thread[place], ""
            if posts.number[place] == 1:
                tags = [f"tag {tag}" for tag in cols.tags[n - 1]]
                title = " ".join(terms(" ".join([self.titles[n - 1], *tags])))
            body = f"{texts[posts.body[place]].terms} {self.tail(place)}"
            at = self.moment(posts.at[place])
            found = marks.of_post(
                number=posts.number[place],
                thread_id=n,
                board_id=cols.board[n - 1] + 1,
                author_id=posts.author[place],
                lane_name=LANES[cols.lane[n - 1]],
                is_answered=n in self.accepted,
                is_gone=posts.state[place] != VISIBLE or cols.state[n - 1] != VISIBLE,
                tags=[f"tag-{tag}" for tag in cols.tags[n - 1]],
                at=at,
            )
            yield "post", id_, None, at, title, body, " ".join(MARK + mark for mark in found)
        for n, name in enumerate(plans.people(self.plan), start=1):
            joined = self.starts - timedelta(days=1) + timedelta(seconds=n)
            yield "member", None, n, joined, " ".join(terms(name)), "", MARK + marks.MEMBER


def _is_on(plan: Plan, thread: int, board: int) -> bool:
    return plan.threads.board[thread - 1] == board and plan.threads.state[thread - 1] == VISIBLE


def _email(member: int) -> str:
    return f"member{member}@bench.example"


def today() -> datetime:
    """The last midnight: a community made twice in a day is the same."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


MEMBER = (
    "id",
    "name",
    "name_key",
    "email",
    "password",
    "joined_at",
    "last_seen_at",
    "is_key_member",
    "drives",
    "post_count",
    "thread_count",
    "helped_count",
)
THREAD = (
    "id",
    "board_id",
    "author_id",
    "title",
    "slug",
    "lang",
    "lane",
    "state",
    "excerpt",
    "tag_list",
    "opened_at",
    "last_posted_at",
    "last_poster_id",
    "last_number",
    "shown_number",
    "latest_number",
    "reply_count",
    "answer_count",
    "reaction_count",
    "days",
    "heat",
    "locked_at",
    "accepted_post_id",
    "accepted_at",
    "needs_answer",
    "log_count",
    "sequence",
)
POST = (
    "id",
    "thread_id",
    "number",
    "author_id",
    "source",
    "html",
    "plain",
    "lang",
    "renderer_version",
    "posted_at",
    "state",
    "reactions",
    "reply_to_id",
)
WATCH = ("member_id", "thread_id", "board_id", "level", "since", "is_automatic")
ENTRY = ("kind", "post_id", "member_id", "at", "title_terms", "body_terms", "marks")
