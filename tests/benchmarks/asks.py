"""What is asked of a made-up community, with everything a right answer must and must not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from tests.benchmarks.load import Ask

POST, ROW = 'id="post-', " data-row>"


@dataclass(frozen=True)
class Page:
    """A page that is measured. `key` names it in results; the budgets are the figures we set ourselves."""

    key: str
    asks: Sequence[Ask]
    statements: int | None = None

    def as_member(self, cookie: str) -> Page:
        return replace(
            self, asks=[replace(ask, headers={"Cookie": cookie}, nor=ask.nor) for ask in self.asks]
        )


def pages(answers: dict[str, Any], deepest: dict[str, str]) -> list[Page]:
    """The pages of the table of figures."""
    long = answers["long"]
    first, middle, last = (_thread(long["url"], page) for page in long["pages"])
    board = answers["boards"][0]
    private = tuple(f"/boards/{slug}/" for slug in answers["private"]["boards"])
    secret = tuple(thread["word"] for thread in answers["private"]["threads"])
    return [
        Page("thread, page 1", [first], 6),
        Page("thread, middle page", [middle], 6),
        Page("thread, last page", [last], 6),
        Page("threads by chance", [_thread(one["url"], one) for one in answers["sample"][:60]]),
        Page("board, page 1", [_board(board, board["first"], "")], 5),
        Page("board, deepest page", [_board(board, board["deepest"], deepest[board["slug"]])], 5),
        Page("boards", [Ask("/boards/", f"/boards/{board['slug']}/", nor=private)], 5),
        Page("home", [Ask("/", "<main", nor=secret)], 5),
        Page(
            "latest",
            [Ask("/latest/", answers["latest"][0], also=tuple(answers["latest"][1:]), nor=secret)],
            5,
        ),
    ]


def first_visits(answers: dict[str, Any]) -> Page:
    """Threads nobody has asked for yet: a guest's page that no cache holds."""
    return Page("thread", [_thread(one["url"], one) for one in answers["sample"][60:]])


def _thread(url: str, page: dict[str, Any]) -> Ask:
    path = url if page["page"] == 1 else f"{url}?page={page['page']}"
    return Ask(
        path,
        f'{POST}{page["first"]}"',
        also=(f'{POST}{page["last"]}"', *page["seen"]),
        nor=tuple(f"{word} " for word in page["gone"]),
        counts=((POST, page["count"]),),
    )


def _board(board: dict[str, Any], rows: list[str], cursor: str) -> Ask:
    path = f"/boards/{board['slug']}/" + (f"?page={quote(cursor)}" if cursor else "")
    hrefs = [f'href="{url}' for url in rows]
    return Ask(path, hrefs[0], also=tuple(hrefs[1:]), counts=((ROW, len(rows)),))


def searches(answers: dict[str, Any]) -> list[Page]:
    """Four kinds of question, each with how many answers there are."""
    known = answers["search"]
    return [
        Page("search, one hit", [_search(word, "1 found.") for word in known["titles"]], None),
        Page("search, some hits", [_search(word, f"{n} found.") for word, n in known["some"]], None),
        Page(
            "search, hundreds of hits",
            [_search(word, f"{n} found.") for word, n in known["hundreds"]] or [_search("zwb", "found")],
            None,
        ),
        Page(
            "search, very many hits",
            [_search(word, "More than ") for word, _n in known["many"]] or [_search("zwb", "found")],
            None,
        ),
        Page("search, sentences", [_search(words, "data-row") for words in known["sentences"]], None),
    ]


def _search(words: str, told: str) -> Ask:
    return Ask(f"/search/?q={quote(words)}", told)


def refusals(answers: dict[str, Any]) -> list[Ask]:
    """What a guest must not find, whatever is cached: private threads and boards, and their words in search."""
    private = answers["private"]
    asks = [
        Ask(thread["url"], "", status=404, nor=(thread["opening"],)) for thread in private["threads"][:10]
    ]
    asks += [Ask(f"/boards/{slug}/", "", status=404) for slug in private["boards"]]
    asks += [
        Ask(f"/search/?q={thread['word']}", "<main", nor=(thread["url"],))
        for thread in private["threads"][:10]
    ]
    return asks
