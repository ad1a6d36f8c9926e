"""Fields of a board's form without a database: what can be an answer, how it is kept, said and looked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import translation

from community.core.access import Invalid
from forum import fields, narrowing
from forum.fields import Asked, read, rows_of, searchable, tell, told_of
from forum.models import FieldKind
from tests import hostile

MILEAGE = Asked(1, "mileage", "Mileage", "里程", unit_en="km", unit_zh="公里", is_filter=True)
NUMBER = Asked(2, "number", "Consumption", places=1, unit_en="kWh", least=0, most=99_900, is_filter=True)
YEAR = Asked(3, "year", "Model year", least=1990, most=2027, is_filter=True)
DAY = Asked(4, "date", "Since", is_filter=True)
MODEL = Asked(
    5, "model", "Car", "车型", is_filter=True,
    choices=(("e", "Aurora E", "", True), ("other", "Another car", "别的车", True), ("old", "Dawn", "", False)),
)  # fmt: skip
SEVERAL = replace(MODEL, pk=6, kind="several")
YESNO = Asked(7, "yesno", "Under warranty", "在保", is_filter=True)
CITY = Asked(8, "city", "City", is_filter=True)
FAULT = Asked(9, "fault", "Fault codes", is_filter=True)
TEXT = Asked(10, "text", "Workshop")
LONG = Asked(11, "long", "What was tried")
EVERY = (MILEAGE, NUMBER, YEAR, DAY, MODEL, SEVERAL, YESNO, CITY, FAULT, TEXT, LONG)


def amounts(asked: Asked, *raws: str) -> list[int | None]:
    return [answer.amount for raw in raws for answer in read(asked, [raw])]


def test_every_kind_is_tried_here():
    assert {asked.kind for asked in EVERY} | {"choice"} == set(FieldKind.values)


def test_mileage_is_read_as_people_write_it():
    written = (
        "24000",
        "24 000",
        "24\u00a0000 km",
        "24,000",
        "24.000",
        "24'000",
        "２４０００",
        "2.4万",
        "2.4 万公里",
        "24000公里",
    )
    assert amounts(MILEAGE, *written) == [24_000] * len(written)


@pytest.mark.parametrize(
    "raw", ["24 k", "NaN", "inf", "-1", "1e5", "1000000000", "24,00", "0x10", "٣", "1" * 60, "½", "24.5"]
)
def test_what_is_no_mileage_is_refused(raw):
    with pytest.raises(Invalid) as refusal:
        read(MILEAGE, [raw])
    assert refusal.value.field == "f1" and refusal.value.reason


def test_numbers_keep_their_digits_and_their_bounds():
    assert amounts(NUMBER, "19.8", "19,8", "19.8 kWh", "0", "99.9") == [19_800, 19_800, 19_800, 0, 99_900]
    for raw in ("19.85", "100", "-0.1", "1.2.3", "NaN", "--1"):
        with pytest.raises(Invalid):
            read(NUMBER, [raw])
    below = replace(NUMBER, least=-45_000, places=0)
    assert amounts(below, "−12", "-12") == [-12_000, -12_000], "the sign that word processors write"


def test_the_refusal_names_the_bounds():
    with pytest.raises(Invalid, match="between 1990 and 2027"):
        read(YEAR, ["1985"])
    with pytest.raises(Invalid, match="at least"):
        read(replace(NUMBER, most=None), ["-1"])
    with translation.override("zh-hans"), pytest.raises(Invalid, match="1990"):
        read(YEAR, ["1985"])


def test_days_are_read_and_said_in_both_languages():
    (answer,) = read(DAY, ["2026-03-31"])
    assert tell(DAY, [answer]).said == (("31 March 2026", "2026 年 3 月 31 日", ""),)
    assert read(DAY, ["2026年3月31日"]) == [answer] == read(DAY, ["2026/3/31"])
    for raw in ("2026-02-30", "1066-10-14", "tomorrow", "2026-03"):
        with pytest.raises(Invalid):
            read(DAY, [raw])


def test_lists_take_what_is_offered_and_once_taken_what_was():
    assert [answer.key for answer in read(SEVERAL, ["other", "e"])] == ["e", "other"]
    for asked, raws in ((MODEL, ["e", "other"]), (MODEL, ["old"]), (MODEL, ["Aurora E"]), (YESNO, ["maybe"])):
        with pytest.raises(Invalid):
            read(asked, raws)
    assert [answer.key for answer in read(MODEL, ["old"], taken=["old"])] == ["old"]


def test_fault_codes_are_told_apart_and_written_one_way():
    assert [one.key for one in read(FAULT, ["p0a80、U0100; p0a80"])] == ["P0A80", "U0100"]
    for raw in ("P0A8", "engine light", "P0A80 " * 100, " ".join(f"P000{n}" for n in range(6))):
        with pytest.raises(Invalid):
            read(FAULT, [raw])


def test_a_city_is_found_whatever_its_case_and_width():
    assert {read(CITY, [raw])[0].key for raw in ("São Paulo", "são  paulo", "ＳÃＯ ＰＡＵＬＯ")} == {
        "são-paulo"
    }
    assert read(CITY, ["沈阳"])[0].key == "沈阳"


@pytest.mark.parametrize("asked", EVERY, ids=lambda asked: asked.kind)
def test_nothing_is_no_answer(asked):
    assert read(asked, []) == read(asked, [""]) == read(asked, ["  \u3164 "]) == []


@pytest.mark.parametrize("asked", EVERY, ids=lambda asked: asked.kind)
@pytest.mark.hostile
def test_every_naughty_string_is_taken_as_words_or_refused(asked):
    for text in hostile.every_naughty_string():
        try:
            answers = read(asked, [text])
        except Invalid as refusal:
            assert refusal.reason and refusal.field == asked.name
            continue
        assert not answers or asked.kind not in {"model", "several", "yesno"}
        told = tell(asked, answers)
        assert not answers or read(asked, told.raw, taken=told.raw) == answers, "typed again it is the same"
        assert all(len(answer.key) <= 60 and abs(answer.amount or 0) < 2**62 for answer in answers)


def test_large_numbers_are_grouped_and_small_ones_not():
    def said(raw: str) -> str:
        return tell(MILEAGE, read(MILEAGE, [raw])).said[0][0]

    assert (said("9500"), said("24000"), said("1234567")) == (
        "9500 km",
        "24\u202f000 km",
        "1\u202f234\u202f567 km",
    )
    assert tell(NUMBER, read(NUMBER, ["12.50"])).said[0][0] == "12.5 kWh"


def test_what_a_post_keeps_can_be_read_back_and_searched():
    told = [
        tell(asked, read(asked, [raw]))
        for asked, raw in ((MILEAGE, "24 000"), (MODEL, "other"), (FAULT, "P0A80 U0100"))
    ]
    rows = rows_of(told)
    assert told_of(rows) == told and rows_of([]) is None
    words = searchable(rows).split("\n")
    assert {"24\u202f000 km", "24\u202f000 公里", "24000", "Another car", "别的车", "P0A80", "U0100"} == set(
        words
    )
    with translation.override("zh-hans"):
        assert told[0].line() == "里程：24\u202f000 公里"
    assert told[0].line() == "Mileage: 24\u202f000 km"


def test_a_field_is_the_same_after_its_board_kept_it():
    assert all(Asked.of(asked.row()) == asked for asked in EVERY)


def test_filters_stand_in_the_address_and_are_read_back():
    by = "5.e~1.10000..50000~4.2026-01-01.."
    found = narrowing.asked_for(EVERY, by)
    assert narrowing.by_of(found) == by and narrowing.BY.match(by)
    assert [one.said() for one in found] == [
        "Car: Aurora E", "Mileage: 10\u202f000 km to 50\u202f000 km", "Since: from 1 January 2026",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "by",
    [
        "",
        "~",
        "5",
        "5.",
        "5.nobody",
        "99.e",
        "10.x",
        "1.abc",
        "1...",
        "1.1..2..3",
        "x" * 500,
        "5.e'--",
        "7.\u0000",
    ],
)
def test_filters_that_mean_nothing_fall_away(by):
    assert narrowing.asked_for(EVERY, by) == ()


def test_filters_are_few_and_each_field_counts_once():
    found = narrowing.asked_for(EVERY, "5.e~5.other~7.yes~3.2020~8.graz~9.P0A80")
    assert narrowing.by_of(found) == "5.e~7.yes~3.2020"


def test_what_is_typed_into_a_filter():
    stretch = narrowing.typed(MILEAGE, {"from": "50 000", "to": "1万"})
    assert stretch and (stretch.least, stretch.most) == (10_000, 50_000), "either way round"
    assert narrowing.typed(MILEAGE, {"from": " ", "to": ""}) is None
    city = narrowing.typed(CITY, {"is": "São Paulo"})
    assert city and city.part == "8.são-paulo"
    for asked, given in ((MILEAGE, {"from": "many"}), (FAULT, {"is": "P0"}), (CITY, {"is": "!!!"})):
        with pytest.raises(Invalid):
            narrowing.typed(asked, given)
    assert fields.LINKED | fields.AMOUNTS == fields.FILTERS
