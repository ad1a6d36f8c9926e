"""The made-up community is the same every time, its counters are exact, and its answers are true."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from community.core import counters
from community.search import indexing
from community.search.models import SearchEntry
from forum.models import Board, Post, Thread
from tests.benchmarks.community.__main__ import make
from tests.benchmarks.community.plan import PRIVATE_SHARE, make_plan
from tests.benchmarks.community.words import coded, sentences


def test_a_plan_is_the_same_every_time_and_of_the_size_asked_for() -> None:
    first, second, other = make_plan(3000), make_plan(3000), make_plan(3000, seed=8)
    assert first == second != other
    assert len(first.posts.at) == sum(first.threads.size) == 3000
    assert max(first.threads.size) == first.threads.size[first.longest - 1] == 60
    gone = sum(state != 0 for state in first.posts.state) / 3000
    assert 0.02 < gone < 0.04
    assert first.posts.by_id[0] == first.posts.ids.index(1)


def test_private_boards_hold_their_share() -> None:
    plan = make_plan(100_000)
    posts = sum(plan.threads.size[at] for at, board in enumerate(plan.threads.board) if board in (17, 31))
    assert PRIVATE_SHARE * 0.6 < posts / 100_000 < PRIVATE_SHARE * 1.4


def test_words_of_their_own_are_single_terms() -> None:
    from community.search.analysis import terms

    words = [coded("zp", number) for number in (0, 15, 255, 4096, 999_999)]
    assert terms(" ".join(words)) == words
    english, chinese = sentences()
    assert len(english) > 300 < len(chinese)


def _begin_ids_anew() -> None:
    """What tests before this one took back is gone, but PostgreSQL counts on from there; the plan begins at one."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            if name.startswith(("forum_", "members_", "search_")):
                cursor.execute(f'ALTER SEQUENCE "{name}" RESTART')


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Any:
    from django.db import transaction

    answers = tmp_path_factory.mktemp("community") / "answers.json"
    with django_db_blocker.unblock():
        rolled_back = transaction.atomic()
        rolled_back.__enter__()
        try:
            _begin_ids_anew()
            make(600, 7, answers)
            yield json.loads(Path(answers).read_text())
        finally:
            transaction.set_rollback(True)
            rolled_back.__exit__(None, None, None)


def test_no_counter_is_wrong(made: Any, db: None) -> None:
    assert Post.objects.count() == made["posts"] == 600
    found = {done.name: done.corrected for done in counters.rebuild(["forum.posts", "forum.threads"])}
    found |= {done.name: done.corrected for done in counters.rebuild()}
    assert set(found.values()) == {0}, found


def test_counters_would_be_found_wrong(made: Any, db: None) -> None:
    Thread.objects.filter(pk=made["long"]["id"]).update(reply_count=1)
    Board.objects.filter(pk=1).update(post_count=1)
    found = {done.name: done.corrected for done in counters.rebuild()}
    assert (found["forum.threads"], found["forum.boards"]) == (1, 1)


def test_answers_are_what_the_pages_show(made: Any, db: None, client: Client) -> None:
    long = made["long"]
    for page in long["pages"]:
        body = client.get(long["url"], {"page": page["page"]}).content.decode()
        assert body.count('id="post-') == page["count"]
        assert f'id="post-{page["first"]}"' in body
        assert f'id="post-{page["last"]}"' in body
        assert all(word in body for word in page["seen"])
        assert not any(word in body for word in page["gone"])
    for board in made["boards"]:
        response = client.get(f"/boards/{board['slug']}/")
        assert response.status_code == (404 if board["private"] else 200)
        if not board["private"]:
            body = response.content.decode()
            places = [body.index(f'href="{url}') for url in board["first"]]
            assert places == sorted(places)
            assert body.count(" data-row>") == len(board["first"])
    for thread in made["private"]["threads"]:
        assert client.get(thread["url"]).status_code == 404


def test_the_index_holds_what_the_site_itself_would_write(made: Any, db: None) -> None:
    def held() -> list[tuple[Any, ...]]:
        rows = SearchEntry.objects.order_by("kind", "post_id", "member_id")
        return [(row.key, row.title_terms, row.body_terms, row.marks) for row in rows]

    before = held()
    indexing.index_posts(range(1, made["posts"] + 1))
    indexing.index_members(range(1, made["members"] + 1))
    after = held()
    wrong = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert not wrong, wrong[:2]


def test_a_member_of_the_circle_reads_there(made: Any, db: None, client: Client) -> None:
    member = get_user_model()._default_manager.get(pk=made["viewers"]["in_circle"])
    client.force_login(member)
    assert client.get(f"/boards/{made['private']['boards'][0]}/").status_code == 200


def test_searches_find_as_many_as_there_are(made: Any, db: None, client: Client) -> None:
    asked = [(word, 1) for word in made["search"]["titles"][:5]]
    asked += [(word, hits) for word, hits in made["search"]["some"][:5]]
    for word, hits in asked:
        body = client.get("/search/", {"q": word}).content.decode()
        assert f"{hits} found." in body, (word, hits)
