"""The order of results: pure, and in the database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from community.core import clock
from community.core.tasks.testing import run_due
from community.search import queries, ranking
from community.search.asking import parse
from forum import actions
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def score(**changes):
    plain = {"in_title": 0.0, "settled": False, "reactions": 0, "at": NOW, "now": NOW}
    return ranking.score(**(plain | changes))


def test_title_answer_reactions_and_freshness_each_lift():
    assert score() == pytest.approx(1.0)
    assert score(in_title=1.0) == pytest.approx(3.0)
    assert score(settled=True) == pytest.approx(1.3)
    assert score(reactions=9) == pytest.approx(1.5)
    assert score(at=NOW - timedelta(days=731)) == pytest.approx(0.5, abs=0.01)


def test_age_never_buries_and_odd_values_do_no_harm():
    assert score(at=NOW - timedelta(days=20_000)) == pytest.approx(0.25)
    assert score(at=NOW + timedelta(days=3)) == pytest.approx(1.0), "a clock that was ahead"
    assert score(reactions=-4) == pytest.approx(1.0)


def test_half_of_what_was_asked_is_close_enough_but_one_word_never():
    assert [ranking.enough(n) for n in (1, 2, 3, 4, 5, 8)] == [2, 2, 2, 2, 3, 4]


@pytest.mark.django_db
def test_the_best_stand_first_and_newest_first_on_request():
    board, author, other = a_board(), a_member(), a_member()
    with clock.frozen(NOW - timedelta(days=400)) as time:
        old_title = a_thread(author=author, board=board, title="Sunroof rattles", body="On cobbles only.")
        time.set(NOW - timedelta(days=10))
        mention = a_thread(author=author, board=board, title="Long trip", body="The sunroof was open.")
        answered = a_thread(
            author=author, board=board, title="Odd sound", body="Is it the sunroof or the rail?"
        )
        answer = a_reply(author=other, thread=answered, body="The rail of the sunroof, grease it.")
        actions.accept_answer(actor=author, post_id=answer.pk)
        liked = a_reply(author=author, thread=mention, body="Sunroof blinds are worth it.")
        for _ in range(9):
            actions.react(actor=a_member(), post_id=liked.pk, kind="useful")
    run_due()

    def order(**params):
        with clock.frozen(NOW):
            hits = queries.search(AnonymousUser(), parse({"q": "sunroof", **params})).hits
        return [hit.post.pk for hit in hits]

    first_posts = {thread.pk: thread.posts.get(number=1).pk for thread in (old_title, mention, answered)}
    best = order()
    assert best[0] == first_posts[old_title.pk], "the title says it"
    assert best[1] == liked.pk, "ten people found it useful"
    assert set(best[2:4]) == {answer.pk, first_posts[answered.pk]}, "a settled question and its answer"
    assert best[4] == first_posts[mention.pk]
    assert order(sort="newest")[-1] == first_posts[old_title.pk]
