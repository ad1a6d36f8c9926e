"""Sixty questions of two languages against a small community: what each must find, and must not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from community.search import queries
from community.search.asking import parse
from tests.search import corpus

pytestmark = pytest.mark.django_db
GUEST = AnonymousUser()


@pytest.fixture(scope="module")
def talks(django_db_setup: None, django_db_blocker: Any) -> Iterator[corpus.Corpus]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield corpus.write()
        transaction.set_rollback(True)


def found(talks: corpus.Corpus, text: str) -> list[str]:
    """Keys of the posts found, best first."""
    results = queries.search(GUEST, parse({"q": text}))
    assert not results.loose, f"{text!r} found nothing that holds all of it"
    return [talks.key_of(hit.post) for hit in results.hits if hit.post]


CHINESE = {
    "续航": {"range", "range-tyres"},
    "續航": {"range", "range-tyres"},
    "冬天": {"range"},
    "冬天续航": {"range"},
    "冬季": {"range-tyres", "traditional"},
    "电池": {"range", "range-heat", "traditional"},
    "電池": {"range", "range-heat", "traditional"},
    "预热": {"range-heat", "traditional"},
    "预热电池": {"range-heat"},
    "热泵": {"range-heat"},
    "胎压": {"range-tyres"},
    "轮胎": {"range-tyres"},
    "輪胎": {"range-tyres"},
    "充电桩": {"charge"},
    "7kW": {"charge"},
    "7 kW": {"charge"},
    "７ｋＷ": {"charge"},
    "11kW": {"charge"},
    "物业 电表箱": {"charge"},
    "漏电保护器": {"charge-cable"},
    "异响": {"noise"},
    "减速带": {"noise"},
    "稳定杆": {"noise-answer"},
    "发动机": {"noise-engine", "mixed"},
    "發動機": {"noise-engine", "mixed"},
    "怠速": {"noise-engine"},
    "900转": {"noise-engine"},
    "4.2": {"software"},
    "版本更新": {"software"},
    "软体": {"traditional"},
    "车机": {"software", "software-bug"},
    "语音助手": {"software"},
    "青海湖": {"trip"},
    "自驾": {"trip"},
    "充电站": {"trip"},
    "民宿": {"trip-hotel"},
    "茶卡盐湖": {"trip-hotel"},
    "衰减": {"traditional"},
    "台湾": {"traditional"},
    "臺灣": {"traditional"},
    "露营": {"camping"},
    "投影仪": {"camping"},
    "生锈": {"paint"},
    "保险": {"insurance"},
    "保费": {"insurance"},
    "Aurora发动机": {"mixed"},
    "aurora 发动机": {"mixed"},
    "机油 0W-20": {"mixed"},
    "湖": {"trip", "trip-hotel"},
    "漆": {"paint"},
    "抖": {"noise-engine"},
}

ENGLISH = {
    "precondition": {"en-precondition"},
    "preconditioning": {"en-precondition"},
    "fast charging": {"en-precondition"},
    "how do I precondition the battery": {"en-precondition"},
    "charger destination": {"en-precondition-answer"},
    "132 kW": {"en-precondition-thanks"},
    "132kw": {"en-precondition-thanks"},
    "wiper": {"en-wipers"},
    "streak": {"en-wipers"},
    "windscreen blades": {"en-wipers"},
    "vinegar": {"en-wipers-answer"},
    "caravans": {"en-towing", "en-towing-answer"},
    "TOWING": {"en-towing"},
    "1600 kg": {"en-towing"},
    "1,600kg": {"en-towing"},
    "34 kWh per 100 km": {"en-towing-answer"},
    "heat pump": {"en-heatpump"},
    "21.4": {"en-heatpump"},
    "phone key": {"en-keys"},
    "locked": {"en-keys"},
    "café": {"en-cafe"},
    "CAFÉ": {"en-cafe"},
    "cafe\u0301": {"en-cafe"},
    "naïve questions": {"en-cafe"},
    "recall": {"en-recall"},
    "AX7-2210": {"en-recall"},
    "dealer replaced": {"en-recall"},
}


@pytest.mark.parametrize(("text", "keys"), [*CHINESE.items(), *ENGLISH.items()])
def test_a_question_finds_what_holds_its_words(talks, text, keys):
    assert set(found(talks, text)) == keys


def test_the_title_counts_more_than_the_words_below(talks):
    assert found(talks, "发动机")[0] in ("mixed", "noise-engine")
    assert found(talks, "续航")[0] == "range"
    assert found(talks, "caravan")[0] == "en-towing"


PHRASES = {
    '"heat pump"': {"en-heatpump"},
    '"pump heat"': set(),
    "“充电 时间”": set(),
    '"充电时间变长"': {"traditional"},
    "「茶卡盐湖」": {"trip-hotel"},
    '"half hour drive"': {"en-precondition-thanks"},
    '"hour half"': set(),
    '"the charger as your destination"': {"en-precondition-answer"},
    '"冷启动"': {"noise-engine"},
    '"更新以后"': {"software"},
    '"以后更新"': set(),
}


@pytest.mark.parametrize(("text", "keys"), PHRASES.items())
def test_a_quotation_is_found_as_it_was_said(talks, text, keys):
    assert set(found(talks, text)) == keys


WITHOUT = {
    "发动机 -Aurora": {"noise-engine"},
    "电池 -预热": {"range"},
    'charging -"fast charging" -port': {"en-cafe"},
    "充电 -充电桩 -充电站 -民宿": {"traditional"},
}


@pytest.mark.parametrize(("text", "keys"), WITHOUT.items())
def test_what_is_left_out_is_not_found(talks, text, keys):
    assert set(found(talks, text)) == keys


def test_a_temperature_below_zero_is_not_left_out():
    assert not parse({"q": "-20 度 续航"}).unwanted
    assert parse({"q": "-雪"}).unwanted


CLOSE = {
    "冬天的续航怎么样": "range",
    "底盘异响": "noise",
    "发动机抖动": "noise-engine",
    "轮胎的胎压应该打多少": "range-tyres",
    "底盘过减速带总是响": "noise",
    "发动机早上抖得厉害": "noise-engine",
    "wipers streaks new windscreen rubber": "en-wipers",
    "国庆去青海湖自驾游": "trip",
}


@pytest.mark.parametrize(("text", "key"), CLOSE.items())
def test_where_nothing_holds_every_word_the_closest_comes_first(talks, text, key):
    results = queries.search(GUEST, parse({"q": text}))
    assert results.loose and talks.key_of(results.hits[0].post) == key


@pytest.mark.parametrize("text", ["量子力学", "zeppelin", "电池 zeppelin", "续航 saxophone"])
def test_what_nobody_said_is_not_found(talks, text):
    results = queries.search(GUEST, parse({"q": text}))
    assert (results.hits, results.total, results.pages) == ([], 0, 0)


@pytest.mark.parametrize("text", ["", "   ", "-冬天", '""', "?!", "。，、"])
def test_a_question_without_words_finds_nothing(talks, text):
    assert queries.search(GUEST, parse({"q": text})).hits == []


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL's index finds the beginning of a word anyway"
)
def test_one_character_is_found_in_an_index_of_first_characters():
    """Without it SQLite walks every pair that begins so, and there may be thousands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name IN ('search_fts', 'search_titles')")
        made = [sql for (sql,) in cursor.fetchall()]
    assert len(made) == 2 and all("prefix='1'" in sql for sql in made)
