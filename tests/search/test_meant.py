"""Did you mean …? Offered where little is found, found itself, and silent about what the viewer may not read."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from community.core.tasks.testing import run_due
from community.search.models import SearchEntry, Word
from community.search.nearness import nearest_stretch, neighbours, slips
from forum import actions
from forum.rights import CIRCLE
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.search import corpus, meant_cases
from tests.search.meant_cases import answer

WORDS = st.text("abc", min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [("range", "range", 0), ("range", "rnage", 1), ("range", "ranges", 1), ("range", "rang", 1),
     ("range", "mange", 1), ("range", "mangy", 2), ("range", "orange", 1), ("range", "tyres", 3)],
)  # fmt: skip
def test_slips_are_counted(one, other, far):
    assert slips(one, other, 2) == slips(other, one, 2) == far


@given(WORDS, WORDS)
def test_a_neighbour_is_one_slip_away_and_nothing_else_is(one, other):
    assert (other in neighbours(one)) == (slips(one, other, 1) == 1)


def test_the_nearest_stretch_of_a_text():
    assert nearest_stretch("青海胡", "国庆青海湖自驾") == (1, "青海湖")
    assert nearest_stretch("青海湖", "国庆青海湖自驾") is None, "nothing is wrong with it"
    assert nearest_stretch("青海胡", "海") is None


@pytest.mark.django_db
def test_what_was_meant_is_told_in_both_languages():
    corpus.write()
    assert meant_cases.wrong() == []


@pytest.mark.django_db
def test_the_page_offers_it_as_a_link_that_keeps_the_filters(client):
    thread = a_thread(author=a_member(), title="Towing a caravan")
    run_due()
    path = f"/search/?q=caravna&board={thread.board.slug}&page=2"
    page = client.get(path).content.decode()
    assert f'<a class="link" href="?q=caravan&amp;board={thread.board.slug}">caravan</a>?' in page
    chinese = client.get(path, headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "你要找的是" in chinese
    assert "Did you mean" not in client.get("/search/?q=caravan").content.decode()
    a_thread(author=a_member(), title="<b>露营装备</b>清单")
    run_due()
    assert quote("露营装备") in client.get("/search/?q=露营装背").content.decode()


@pytest.mark.django_db
def test_a_question_is_corrected_within_its_filters():
    garage, camp = a_board(), a_board()
    a_thread(author=a_member(), board=camp, title="A lantern")
    run_due()
    assert answer("lantren", board=camp.slug) == "lantern"
    assert answer("lantren", board=garage.slug) == ""


class Closed:
    """One word that is written on a private board alone, and one like it that everybody may read."""

    def __init__(self, *, is_there: bool) -> None:
        self.insider, self.moderator = a_member(), a_member(role="moderator")
        self.circle, self.open = a_board(rights=CIRCLE), a_board()
        actions.enrol(actor=None, board_id=self.circle.pk, member=self.insider, kind="club_member")
        self.thread = a_thread(
            author=self.moderator,
            board=self.circle if is_there else self.open,
            title="Quetzalcoatl 羽蛇神计划" if is_there else "Nothing",
            body="quetzalcoatl and zanzibarite" if is_there else "Nothing",
        )
        a_thread(author=self.moderator, board=self.open, title="Zanzibarites")
        run_due()


PROBES = [
    "quetzalcoatl",
    "quetzalcoatk",
    "uetzalcoatl",
    "羽蛇神计画",
    "zanzibarite",
    "zanzibarita",
    "zanzibaritez",
]


@pytest.mark.django_db
def test_a_private_word_is_offered_to_its_circle_and_changes_nothing_for_others():
    without = _answers(Closed(is_there=False))
    SearchEntry.objects.all().delete()
    scene = Closed(is_there=True)
    assert Word.objects.filter(word="quetzalcoatl").exists(), "the index knows it"
    assert answer("quetzalcoatk", scene.insider) == "quetzalcoatl"
    assert answer("羽蛇神计画", scene.insider) == "羽蛇神计划"
    assert _answers(scene) == without
    actions.move_thread(actor=a_member(role="admin"), thread_id=scene.thread.pk, board_id=scene.open.pk)
    run_due()
    assert answer("quetzalcoatk") == "quetzalcoatl"
    actions.hide_thread(actor=scene.moderator, thread_id=scene.thread.pk, reason="Rude")
    assert answer("quetzalcoatk") == "", "at once, whatever the index holds"


def _answers(scene: Closed) -> list[str]:
    viewers = [AnonymousUser(), a_member()]
    return [answer(probe, viewer) for viewer in viewers for probe in PROBES]


@pytest.mark.django_db
def test_a_long_misspelt_question_costs_no_more_than_is_stated():
    corpus.write()
    with CaptureQueriesContext(
        connection,
    ) as plain:
        answer("caravan range")
    with CaptureQueriesContext(connection) as much:
        answer("caravna windscren vinegear precondisoin towign thrity minuets streks 青海胡自驾")
    assert len(much) - len(plain) <= 6 * 4 + 2 * 7


@pytest.mark.django_db
def test_a_word_goes_with_the_last_entry_that_holds_it_and_stays_while_another_does():
    author, moderator = a_member(), a_member(role="moderator")
    thread = a_thread(author=author, title="Quetzal", body="lantern")
    reply = a_reply(author=author, thread=thread, body="lantern zanzibar")
    run_due()
    assert set(Word.objects.values_list("word", flat=True)) >= {"quetzal", "lantern", "zanzibar"}
    actions.edit_post(actor=author, post_id=thread.posts.get(number=1).pk, body="torch")
    run_due()
    assert Word.objects.get(word="lantern").entry.post_id == reply.pk
    actions.purge_post(actor=moderator, post_id=reply.pk, reason="Personal")
    run_due()
    assert not Word.objects.filter(word__in=["lantern", "zanzibar"]).exists()
    assert Word.objects.filter(word="torch").exists()
