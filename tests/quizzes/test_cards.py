"""Cards: seen by whoever has the address, with no more on them than was chosen."""

from __future__ import annotations

import io

import pytest
from django.http import Http404
from django.test import Client
from django.utils import translation
from PIL import Image, ImageFont

from polls.quizzes import actions, drawing
from polls.quizzes.models import Card
from polls.voters import Voter
from tests.builders.members import a_member, signed_in
from tests.builders.quizzes import a_quiz, an_attempt, an_outcome_quiz

pytestmark = pytest.mark.django_db


def a_card(quiz=None, *, name: bool = False, member=None) -> Card:
    member = member or a_member()
    attempt = an_attempt(quiz or a_quiz(2), by=member)
    return actions.make_card(voter=Voter.of(member), attempt_id=attempt.pk, shows_name=name)


def test_a_card_shows_no_name_unless_chosen():
    member = a_member()
    card = a_card(member=member)
    assert member.name not in Client().get(f"/quizzes/cards/{card.token}/").content.decode()
    actions.make_card(voter=Voter.of(member), attempt_id=card.attempt_id, shows_name=True)
    assert member.name in Client().get(f"/quizzes/cards/{card.token}/").content.decode()


def test_its_address_cannot_be_guessed_and_is_one():
    member = a_member()
    card = a_card(member=member)
    again = actions.make_card(voter=Voter.of(member), attempt_id=card.attempt_id)
    assert again.token == card.token
    assert len(card.token) >= 24
    assert str(card.attempt_id) != card.token
    for token in ("none", str(card.pk), card.token[:-1], "x" * 500):
        assert Client().get(f"/quizzes/cards/{token}/").status_code == 404


def test_open_graph_names_the_picture():
    card = a_card()
    told = Client().get(f"/quizzes/cards/{card.token}/").content.decode()
    assert f'property="og:image" content="http://testserver/quizzes/cards/{card.token}/card.png"' in told
    assert 'property="og:image:width" content="1200"' in told
    assert "noindex" in told


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_picture_is_what_was_promised(language):
    with translation.override(language):
        card = a_card(an_outcome_quiz(title="冬天用车，你懂多少？"))
    answer = Client().get(f"/quizzes/cards/{card.token}/card.png")
    assert answer["Content-Type"] == "image/png"
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == (1200, 630)


def test_words_that_no_font_knows_are_left_out(settings):
    drawing._paths.cache_clear()
    settings.QUIZ_CARD_FONTS = ["/nowhere.ttf"]
    try:
        assert not drawing.has_letters_of("冬天")
        assert Image.open(io.BytesIO(drawing.draw_card(a_card(), name=""))).size == (1200, 630)
    finally:
        drawing._paths.cache_clear()


def test_only_ones_own_finished_attempt_becomes_a_card():
    quiz, member = a_quiz(2), a_member()
    attempt = an_attempt(quiz, by=member)
    under_way = actions.start_attempt(voter=Voter.of(member), slug=quiz.slug)
    for voter, pk in (
        (Voter.of(a_member()), attempt.pk),
        (Voter(None, ""), attempt.pk),
        (Voter(None, "g" * 30), attempt.pk),
        (Voter.of(member), under_way.pk),
        (Voter.of(member), 2**70),
    ):
        with pytest.raises(Http404):
            actions.make_card(voter=voter, attempt_id=min(pk, 2**62))


def test_a_card_taken_back_is_gone():
    member = a_member()
    card = a_card(member=member)
    actions.take_card_back(voter=Voter.of(member), attempt_id=card.attempt_id)
    actions.take_card_back(voter=Voter.of(member), attempt_id=card.attempt_id)
    assert Client().get(f"/quizzes/cards/{card.token}/").status_code == 404


def test_a_guests_card_has_no_name_and_a_removed_quizs_none():
    quiz = a_quiz(1)
    attempt = an_attempt(quiz, guest="g" * 30)
    card = actions.make_card(voter=Voter(None, "g" * 30), attempt_id=attempt.pk, shows_name=True)
    assert not card.shows_name
    actions.move_quiz(actor=quiz.author, slug=quiz.slug, to="removed")
    assert Client().get(f"/quizzes/cards/{card.token}/").status_code == 404


def test_the_result_page_makes_the_card():
    quiz, member = a_quiz(1), a_member()
    attempt = an_attempt(quiz, by=member)
    client = signed_in(Client(), member)
    answer = client.post(
        f"/quizzes/{quiz.slug}/card/", {"attempt": attempt.pk}, headers={"origin": "http://testserver"}
    )
    assert answer["Location"].endswith("/result/#share")
    assert Card.objects.get().token in client.get(f"/quizzes/{quiz.slug}/result/").content.decode()


@pytest.fixture
def two_fonts(monkeypatch):
    """A machine with one font for Latin letters and another for Chinese ones, and none for anything else."""
    drawing._opened.cache_clear()
    latin, chinese = ImageFont.load_default(20), ImageFont.load_default(20)
    monkeypatch.setattr(drawing, "_paths", lambda: ("latin", "chinese"))
    monkeypatch.setattr(drawing, "_opened", lambda path, _size: latin if path == "latin" else chinese)
    known = {"latin": range(0x20, 0x7F), "chinese": range(0x4E00, 0x9FFF)}
    monkeypatch.setattr(drawing, "_has", lambda path, letter: ord(letter) in known[path])
    return latin, chinese


def test_a_letter_that_no_font_knows_takes_no_other_one_along(two_fonts):
    latin, chinese = two_fonts
    face = drawing._face("Winter ❄️🚗 冬天", 20)
    assert face.text.split() == ["Winter", "冬天"]
    assert [part for _font, part in face._parts("Winter 冬天")] == ["Winter ", "冬天"]
    assert [font for font, _part in face._parts("Winter 冬天")] == [latin, chinese]
    assert drawing._face("❄️🚗", 20).text == ""


@pytest.mark.usefixtures("two_fonts")
def test_a_title_with_a_little_picture_is_drawn_as_the_title_without_it():
    first = a_card(a_quiz(2, title="How well do you know winter"))
    second = a_card(a_quiz(2, title="How well do you know 🚗 winter ❄️"))
    bare = a_card(a_quiz(2, title="❄️🚗❄️"))
    assert drawing.draw_card(first, name="") == drawing.draw_card(second, name="")
    assert drawing.draw_card(bare, name="") != drawing.draw_card(first, name="")


@pytest.mark.usefixtures("two_fonts")
def test_lines_stay_within_their_width_whatever_the_words():
    for text in ("W" * 300, "Wort " * 60, "冬" * 300, "W" * 40 + " kurz " + "冬" * 90):
        face = drawing._face(text, 20)
        lines = drawing._lines(text, face, 400, 2)
        assert len(lines) == 2
        assert all(0 < face.length(line) <= 400 for line in lines)
        assert lines[-1].endswith("…")
    assert drawing._lines("short", drawing._face("short", 20), 400, 2) == ["short"]


@pytest.mark.parametrize(("language", "said"), [("en", "2 of 2 right."), ("zh-hans", "2 题对 2 题。")])
def test_open_graph_tells_the_result_in_the_language_of_the_card(language, said):
    with translation.override(language):
        card = a_card(a_quiz(2, about="Five minutes"))
    told = Client().get(f"/quizzes/cards/{card.token}/").content.decode()
    assert f'property="og:description" content="{said} Five minutes"' in told
    assert f'property="og:image:alt" content="{card.attempt.quiz.title} {said}"' in told
