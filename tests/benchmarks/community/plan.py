"""Who opened which thread when, who answered, what became of it: decided from a seed, without a database.

Threads and posts are numbered as a site would have: by time, so that the posts of one thread lie scattered among
those of others. Everything about a post stands in columns, since a million objects would not fit the machine.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

SIZES = {"S": 10_000, "M": 1_000_000}
BOARDS = 40
PRIVATE = (17, 31)  # a circle's board and the key members'
CIRCLE, KEY_MEMBERS = PRIVATE
PRIVATE_SHARE = 0.05
LONGEST_SHARE = 50  # the longest thread holds one post in fifty
LANES = ("ask", "tell", "meet", "chat")
TAGS = 60
VOCABULARY = 5000  # rare words, by Zipf's law, one in each post

DAY = 86_400_000_000  # in microseconds, as all times here: counted from the community's first day
SPAN = 3 * 365 * DAY

VISIBLE, HIDDEN, REMOVED = 0, 1, 2
STATES = ("visible", "hidden", "removed")

# Members with a part of their own. Everybody else writes.
REGULAR, NEVER_MARKED, IN_CIRCLE, KEY_MEMBER = 1, 2, 3, 4
FIRST_WRITER = 5


@dataclass
class Threads:
    """One value a thread in each column; thread n stands at n - 1."""

    board: array[int] = field(default_factory=lambda: array("b"))
    author: array[int] = field(default_factory=lambda: array("i"))
    lane: array[int] = field(default_factory=lambda: array("b"))
    state: array[int] = field(default_factory=lambda: array("b"))
    locked: array[int] = field(default_factory=lambda: array("b"))
    opened: array[int] = field(default_factory=lambda: array("q"))
    size: array[int] = field(default_factory=lambda: array("i"))
    offset: array[int] = field(default_factory=lambda: array("i"))  # of its opening post among the posts
    tags: list[tuple[int, ...]] = field(default_factory=list)


@dataclass
class Posts:
    """One value a post, thread after thread. `ids` and `by_id` lead from there to the numbers on the site."""

    thread: array[int] = field(default_factory=lambda: array("i"))
    number: array[int] = field(default_factory=lambda: array("i"))
    author: array[int] = field(default_factory=lambda: array("i"))
    state: array[int] = field(default_factory=lambda: array("b"))
    at: array[int] = field(default_factory=lambda: array("q"))
    body: array[int] = field(default_factory=lambda: array("i"))
    word: array[int] = field(default_factory=lambda: array("i"))
    answers: array[int] = field(default_factory=lambda: array("i"))  # place of the answered post, or -1
    reactions: array[int] = field(default_factory=lambda: array("b"))
    ids: array[int] = field(default_factory=lambda: array("i"))
    by_id: array[int] = field(default_factory=lambda: array("i"))


@dataclass
class Plan:
    posts_wanted: int
    seed: int
    bodies: int
    members: int
    longest: int = 0  # the number of the longest thread
    threads: Threads = field(default_factory=Threads)
    posts: Posts = field(default_factory=Posts)

    def places(self, thread: int) -> range:
        """Where the posts of a thread stand among the columns."""
        start = self.threads.offset[thread - 1]
        return range(start, start + self.threads.size[thread - 1])

    def is_public(self, thread: int) -> bool:
        """Whether a guest may read this thread."""
        at = thread - 1
        return self.threads.state[at] == VISIBLE and self.threads.board[at] not in PRIVATE


def make_plan(posts: int, *, seed: int = 7) -> Plan:
    """A community of exactly this many posts, a twentieth as many members, about a tenth as many threads."""
    plan = Plan(
        posts_wanted=posts,
        seed=seed,
        bodies=min(3000, max(60, posts // 10)),
        members=max(40, posts // 20),
    )
    _open_threads(plan, Random(f"{seed} threads"))
    _write_posts(plan, Random(f"{seed} posts"))
    _number(plan.posts)
    return plan


def _sizes(posts: int, chance: Random) -> list[int]:
    longest = max(2, posts // LONGEST_SHARE)
    sizes, left = [longest], posts - longest
    while left > 0:
        size = min(left, max(1, longest // 4), 1 + int(2 * chance.paretovariate(1.1)))
        sizes.append(size)
        left -= size
    return sizes


def _open_threads(plan: Plan, chance: Random) -> None:
    sizes = _sizes(plan.posts_wanted, chance)
    long_at = len(sizes) // 10  # opened early, written in to the last day
    plan.longest = long_at + 1
    sizes[0], sizes[long_at] = sizes[long_at], sizes[0]
    opened = sorted(chance.sample(range(SPAN - DAY // 24), len(sizes)))
    weights = [0.0 if board in PRIVATE else (board + 1) ** -0.7 for board in range(BOARDS)]
    share = sum(weights) * PRIVATE_SHARE / (1 - PRIVATE_SHARE) / len(PRIVATE)
    bounds = list(accumulate(share if board in PRIVATE else weights[board] for board in range(BOARDS)))
    boards = chance.choices(range(BOARDS), cum_weights=bounds, k=len(sizes))
    threads, own = plan.threads, max(1, len(sizes) // 12)
    offset = 0
    for place, size in enumerate(sizes):
        is_long = place == long_at
        fate = chance.random()
        threads.board.append(0 if is_long else boards[place])
        threads.author.append(REGULAR if place % own == own - 1 and not is_long else _writer(plan, chance))
        threads.lane.append(3 if is_long else chance.choices(range(4), weights=(6, 2, 1, 3))[0])
        is_gone = not is_long and fate < 0.008
        threads.state.append((HIDDEN if fate < 0.005 else REMOVED) if is_gone else VISIBLE)
        threads.locked.append(not is_long and 0.5 < fate < 0.52)
        threads.opened.append(opened[place])
        threads.size.append(size)
        threads.offset.append(offset)
        threads.tags.append(tuple(sorted(chance.sample(range(TAGS), chance.choice((0, 1, 1, 2, 3))))))
        offset += size


def _writer(plan: Plan, chance: Random) -> int:
    """Few write much, many little."""
    return FIRST_WRITER + int((plan.members - FIRST_WRITER + 1) * chance.random() ** 2.5)


def _write_posts(plan: Plan, chance: Random) -> None:
    threads, posts = plan.threads, plan.posts
    ranks = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    draws = chance.choices(range(VOCABULARY), cum_weights=ranks, k=plan.posts_wanted)
    random, body = chance.random, Random(f"{plan.seed} bodies").randrange
    for place, size in enumerate(threads.size):
        opened, start = threads.opened[place], len(posts.at)
        life = SPAN - opened
        if place + 1 != plan.longest:
            life = min(int(chance.expovariate(1 / (2 * DAY)) * size**0.5), int(life * random()))
        life = max(life, 60_000_000 * size) if opened + 60_000_000 * size < SPAN else life
        before = opened - 1
        for number in range(1, size + 1):
            share = (number - 1) / (size - 1) if size > 1 else 0.0
            before = max(before + 1, opened + int(life * share**1.6))
            fate = random()
            posts.thread.append(place + 1)
            posts.number.append(number)
            posts.author.append(threads.author[place] if number == 1 else _writer(plan, chance))
            posts.state.append(VISIBLE if number == 1 or fate >= 0.03 else HIDDEN if fate < 0.01 else REMOVED)
            posts.at.append(before)
            posts.body.append(body(plan.bodies))
            posts.word.append(draws[len(posts.word)])
            posts.answers.append(start + int(random() * (number - 1)) if number > 1 and fate > 0.8 else -1)
            posts.reactions.append(int(random() * 20 - 17) if random() < 0.8 else 0)
        for at in range(start, start + size):
            posts.reactions[at] = max(0, posts.reactions[at])


def _number(posts: Posts) -> None:
    """Ids by time, as the site would have given them."""
    posts.by_id = array("i", sorted(range(len(posts.at)), key=posts.at.__getitem__))
    posts.ids = array("i", bytes(4 * len(posts.at)))
    for rank, place in enumerate(posts.by_id, start=1):
        posts.ids[place] = rank


_FIRST = (
    "Mira",
    "Jonas",
    "Ines",
    "Piotr",
    "Anouk",
    "Lars",
    "Zofia",
    "Emil",
    "Nadia",
    "Oskar",
    "林晚",
    "周衡",
    "沈岚",
    "顾宁",
    "许知远",
)
_SECOND = ("Voss", "Brandt", "Kovač", "Zawada", "Marin", "Holm", "Stan", "Keller", "Duarte", "Lind")


def people(plan: Plan) -> list[str]:
    """Names of members 1, 2, 3 …"""
    names = []
    for n in range(plan.members):
        first = _FIRST[n % len(_FIRST)]
        second = f" {_SECOND[n // len(_FIRST) % len(_SECOND)]}" if first.isascii() else ""
        names.append(f"{first}{second} {n + 1}")
    return names
