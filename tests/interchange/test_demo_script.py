"""The scripts are written by hand: everything they name must exist, and every quotation must have been said."""

import re

import pytest

from community.interchange.demo import drawings, magazine
from community.interchange.demo.boards import planned_groups
from community.interchange.demo.pacing import seconds
from community.interchange.demo.people import MODERATORS, by_name, everyone
from community.interchange.demo.script import Dialogue, Opener, blocks, header, kits, stories
from community.members.names import clean_name, look_alike_key
from forum.models import Lane

KEYS = {
    "at",
    "board",
    "by",
    "car",
    "cars",
    "codes",
    "event",
    "hide",
    "lane",
    "lang",
    "lock",
    "merge",
    "moved",
    "on",
}
KEYS |= {"pin", "roll", "tags", "when", "who"}
WHEN = re.compile(r"any|fresh|winter|spring|summer|autumn|\d+-\d+|ago \d+(-\d+)?")
BOARDS = {board.slug for group in planned_groups() for board in group.boards}


def openers() -> list[Opener]:
    return [opener for kit in kits() for opener in kit.openers]


def dialogues() -> list[Dialogue]:
    return [d for kit in kits() for d in (*kit.general, *(d for o in kit.openers for d in o.dialogues))]


def headers() -> list[dict[str, str]]:
    return [story.told for story in stories()] + [opener.told for opener in openers()]


def test_there_is_as_much_as_promised() -> None:
    assert len(everyone()) >= 60
    assert len([s for s in stories() if len(s.replies) >= 3]) >= 60
    assert 290 <= len(stories()) + len(openers()) <= 330
    assert 12 <= len(BOARDS) <= 20
    assert len(planned_groups()) == 4


def test_every_header_says_only_what_is_understood() -> None:
    for told in headers():
        assert set(told) <= KEYS, told
        assert told["board"] in BOARDS
        assert told["lane"] in Lane.values
        assert WHEN.fullmatch(told["when"]), told
        assert told.get("event", "sat") in {"sat", "sun"} or told["event"].isdigit()
        assert set(told.get("car", told.get("cars", "E")).replace(" ", "").split(",")) <= {
            "E",
            "Trek",
            "Mini",
        }
        assert {told[key] for key in ("by", "who") if key in told} <= set(by_name())
        assert len([tag for tag in told.get("tags", "").split(",") if tag.strip()]) <= 5


def test_everybody_named_in_a_story_lives_here() -> None:
    for story in stories():
        assert story.body, story.title
        for reply in story.replies:
            assert reply.name in by_name(), story.title
            assert reply.body, story.title
            if reply.after.startswith("+") and reply.after != "+event":
                assert seconds(reply.after) > 0


def test_the_private_board_hears_only_those_who_may_enter() -> None:
    for story in stories():
        if story.told["board"] == "owners-council":
            for name in (story.told["by"], *(reply.name for reply in story.replies)):
                person = by_name()[name]
                assert person.key_member or person.role in {"moderator", "admin"}, name


def test_only_staff_start_announcements() -> None:
    starters = {s.told["by"] for s in stories() if s.told["board"] == "announcements"}
    assert starters
    assert all(by_name()[name].is_staff for name in starters)


def test_dialogues_begin_with_somebody_and_never_hold_two_speakers_in_one_post() -> None:
    for dialogue in dialogues():
        assert dialogue.lines
        for line in dialogue.lines:
            assert line.text.strip()
            assert not re.search(r"(?m)^(OP|MOD|ENG|DEALER|[A-D])(\(\w+\))?> ", line.text)
            assert "+++" not in line.text
            assert "===" not in line.text


@pytest.mark.django_db
def test_names_are_ones_that_could_be_registered_and_look_different() -> None:
    for person in everyone():
        assert clean_name(person.name) == person.name
        assert len(person.headline) <= 80
        assert person.joined_days > 0
    assert len({look_alike_key(person.name) for person in everyone()}) == len(everyone())


def test_the_cast_has_every_role_and_the_five_accounts() -> None:
    cast = everyone()
    assert sum(person.role == "admin" for person in cast) == 1
    assert sum(person.role == "moderator" for person in cast) == 3
    assert 1 <= sum(person.role == "editor" for person in cast) <= 2
    assert sum(person.role == "partner" for person in cast) == 1
    assert {person.standing for person in cast} == {"good", "warned", "suspended"}
    assert sorted(person.account for person in cast if person.account) == [
        *("admin", "editor", "moderator", "owner", "prospect")
    ]
    assert all(by_name()[name].role == "moderator" for name in MODERATORS.values())


@pytest.mark.parametrize("name", sorted(drawings.DRAWINGS))
def test_every_drawing_can_be_drawn_and_repeats(name: str) -> None:
    once = drawings.draw(name, "a", width=48, height=48)
    assert once.startswith(b"\x89PNG")
    assert once == drawings.draw(name, "a", width=48, height=48)


def test_everybody_wears_a_drawing_that_exists() -> None:
    assert {person.picture for person in everyone()} - {""} <= set(drawings.DRAWINGS)


def test_articles_are_complete() -> None:
    articles = magazine.planned_articles()
    assert {article.language for article in articles} == {"en", "zh-hans"}
    for article in articles:
        assert article.author in by_name()
        assert article.drawing in drawings.DRAWINGS
        assert article.alt
        assert 0 < len(article.standfirst) <= 300
        assert len([kind for kind, _value in article.parts if kind == "paragraph"]) >= 6
        assert {kind for kind, _value in article.parts} <= {"paragraph", "heading", "quote"}


def test_the_small_readers() -> None:
    assert header("a: 1 | b: x: y") == {"a": "1", "b": "x: y"}
    assert list(blocks("=== One\nrest\n\n=== Two\n")) == [("One", "rest"), ("Two", "")]
