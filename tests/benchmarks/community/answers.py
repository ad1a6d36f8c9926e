"""What the made-up community's pages must show: written beside the data, so that a run checks while it measures."""

from __future__ import annotations

import re
from collections import Counter
from random import Random
from typing import Any
from urllib.parse import quote

from tests.benchmarks.community import plan as plans
from tests.benchmarks.community.boards import slug
from tests.benchmarks.community.plan import VISIBLE
from tests.benchmarks.community.rows import Community
from tests.benchmarks.community.words import post_word, rare_word, thread_word

SAMPLE = 200
ROWS = 20


def answers(community: Community) -> dict[str, Any]:
    """Everything a run needs to know, ready for JSON."""
    plan = community.plan
    return {
        "posts": len(plan.posts.at),
        "members": plan.members,
        "threads": len(plan.threads.size),
        "seed": plan.seed,
        "ends": community.ends.isoformat(),
        "viewers": {
            "regular": plans.REGULAR,
            "never_marked": plans.NEVER_MARKED,
            "in_circle": plans.IN_CIRCLE,
            "writers": list(range(plans.FIRST_WRITER, min(plan.members, plans.FIRST_WRITER + 200) + 1)),
        },
        "long": _long(community),
        "sample": _sample(community),
        "boards": _boards(community),
        "latest": [thread(community, n)["url"] for n in community.recent(ROWS, board=None)],
        "private": _private(community),
        "search": _search(community),
    }


def thread(community: Community, n: int) -> dict[str, Any]:
    return {"id": n, "url": f"/threads/{n}/{quote(community.slugs[n - 1])}/", "word": thread_word(n)}


def page(community: Community, n: int, number: int) -> dict[str, Any]:
    """A page of a thread: its first and last post, how many, and the own words of those whose words are shown."""
    posts = community.plan.posts
    places = list(community.plan.places(n))[(number - 1) * ROWS : number * ROWS]
    seen = [post_word(posts.ids[place]) for place in places if posts.state[place] == VISIBLE]
    gone = [post_word(posts.ids[place]) for place in places if posts.state[place] != VISIBLE]
    return {
        "page": number,
        "first": posts.ids[places[0]],
        "last": posts.ids[places[-1]],
        "count": len(places),
        "seen": seen,
        "gone": gone,
    }


def _long(community: Community) -> dict[str, Any]:
    n = community.plan.longest
    pages = -(-community.plan.threads.size[n - 1] // ROWS)
    return thread(community, n) | {
        "last_number": community.plan.threads.size[n - 1],
        "pages": [page(community, n, number) for number in (1, (pages + 1) // 2, pages)],
    }


def _sample(community: Community) -> list[dict[str, Any]]:
    """Open threads anybody may read that fill their first page, as a reader meets them: by chance."""
    cols = community.plan.threads
    full = [
        n
        for n in range(1, len(cols.size) + 1)
        if cols.size[n - 1] >= ROWS and community.plan.is_public(n) and not cols.locked[n - 1]
    ]
    some = Random("sample").sample(full, min(SAMPLE, len(full)))
    return [thread(community, n) | page(community, n, 1) for n in some]


def _boards(community: Community) -> list[dict[str, Any]]:
    """Each board with the threads of its first page, and with those of its last full page, latest first."""
    found = []
    for board in range(plans.BOARDS):
        order = community.recent(len(community.last), board=board)
        deep = order[-ROWS - 1 :]
        found.append(
            {
                "slug": slug(board),
                "private": board in plans.PRIVATE,
                "threads": len(order),
                "first": [thread(community, n)["url"] for n in order[:ROWS]],
                # The page that begins behind this thread is the deepest full one.
                "before_deepest": [community.moment(community.last[deep[0] - 1]).isoformat(), deep[0]]
                if len(deep) > ROWS
                else None,
                "deepest": [thread(community, n)["url"] for n in deep[1:]],
            }
        )
    return found


def _private(community: Community) -> dict[str, Any]:
    cols = community.plan.threads
    hidden = [n for n in range(1, len(cols.size) + 1) if cols.board[n - 1] in plans.PRIVATE]
    some = Random("private").sample(hidden, min(30, len(hidden)))
    return {
        "boards": [slug(board) for board in plans.PRIVATE],
        "threads": [
            thread(community, n) | {"opening": post_word(community.plan.posts.ids[cols.offset[n - 1]])}
            for n in some
        ],
    }


def _search(community: Community) -> dict[str, Any]:
    """Words with how many posts a guest finds by them: by one, by some, by many."""
    plan, posts = community.plan, community.plan.posts
    counts: Counter[int] = Counter()
    public = [plan.is_public(n) for n in range(1, len(plan.threads.size) + 1)]
    for place, word in enumerate(posts.word):
        if posts.state[place] == VISIBLE and public[posts.thread[place] - 1]:
            counts[word] += 1
    chance = Random("search")
    openings = [n for n in range(1, len(public) + 1) if public[n - 1]]
    shown = [
        place
        for place in chance.sample(range(len(posts.at)), min(400, len(posts.at)))
        if posts.state[place] == VISIBLE and public[posts.thread[place] - 1]
    ]
    ranked = [(rare_word(word), hits) for word, hits in counts.most_common()]
    return {
        "titles": [thread_word(n) for n in chance.sample(openings, min(50, len(openings)))],
        "posts": [[post_word(posts.ids[place]), posts.ids[place]] for place in shown[:50]],
        "some": [list(pair) for pair in ranked if 2 <= pair[1] <= 40][:50],
        "hundreds": [list(pair) for pair in ranked if 100 <= pair[1] <= 390][:30],
        "many": [list(pair) for pair in ranked if pair[1] > 450][:20],
        "sentences": [words for place in shown if (words := _piece(community, place))][:50],
    }


_PIECE = re.compile(r"[\u4e00-\u9fff]{4}|[A-Za-z]{4,} [A-Za-z]{4,}")


def _piece(community: Community, place: int) -> str:
    """Four characters, or two words, that stand in this post."""
    found = _PIECE.search(community.texts[community.plan.posts.body[place]].plain)
    return found.group() if found else ""
