"""What the demo's people may say, and how blanks in their sentences are filled."""

from datetime import date

import pytest

from community.core import chance
from community.interchange.demo import wording
from community.interchange.demo.people import by_name
from community.interchange.demo.wording import Scene


def a_scene(
    name: str = "郝大江", *, tongue: str = "zh", days_ago: float = 0, event: date | None = None
) -> Scene:
    person = by_name()[name]
    return Scene(person, by_name()["苏青禾"], tongue, date(2026, 11, 23), days_ago, event)


def test_blanks_bring_along_who_speaks_and_when() -> None:
    scene = a_scene(event=date(2026, 11, 28))
    assert wording.fill("{city}，{car}，{op} 好", scene) == "哈尔滨，Aurora E，苏青禾 好"
    assert wording.fill("{event} 见", scene) == "11 月 28 日（周六） 见"
    assert wording.fill("{d+2}", a_scene("Nora Falk", tongue="en")) == "Wednesday 25 November"


def test_latin_words_stand_apart_from_chinese_ones() -> None:
    assert wording.fill("我{car}车主", a_scene()) == "我 Aurora E 车主"
    assert wording.fill("，{car}，", a_scene()) == "，Aurora E，"


def test_numbers_stay_within_their_span_and_keep_their_decimals() -> None:
    with chance.seeded(7):
        drawn = {wording.fill("{2.4..2.9}", a_scene()) for _ in range(200)}
    assert drawn == {"2.4", "2.5", "2.6", "2.7", "2.8", "2.9"}
    with chance.seeded(7):
        assert {wording.fill("{a|b}", a_scene()) for _ in range(50)} == {"a", "b"}


@pytest.mark.parametrize("blank", ["{nobody}", "{event}", "{d+x}"])
def test_an_unknown_blank_is_an_error_and_never_shown(blank: str) -> None:
    with pytest.raises(ValueError, match="nobody knows"):
        wording.fill(blank, a_scene())


@pytest.mark.parametrize(
    ("days_ago", "version"),
    [(0, "4.2.2"), (33, "4.2.2"), (40, "4.2.1"), (62, "4.2"), (100, "4.1"), (300, "4.0")],
)
def test_everybody_runs_the_version_of_that_day(days_ago: float, version: str) -> None:
    assert wording.software(days_ago) == version


def test_nobody_says_what_is_not_true_of_them() -> None:
    people = by_name()
    assert wording.may_say(people["周既白"], "老婆说好")
    assert not wording.may_say(people["冰城小鱼"], "老婆说好")
    assert not wording.may_say(people["江南老陈"], "上班路上")
    assert not wording.may_say(people["叶知秋"], "我的 {car}")
    assert not wording.may_say(people["Sunniva"], "My wife says so")


def test_the_odometer_only_goes_up() -> None:
    nora = by_name()["Nora Falk"]
    read = [wording.kilometres(nora, days) for days in (400, 200, 100, 0)]
    assert read == sorted(read)
    assert 40_000 < read[-1] < 43_000  # her headline says 41 000
