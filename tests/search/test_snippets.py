"""Where matches stand in a text, and what a reader sees of it."""

import time
from html.parser import HTMLParser

import pytest

from community.search.snippets import LENGTH, mark, snippet, spans


def marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in spans(text, query)]


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("冬天续航掉多少", "续航", ["续航"]),
        ("冬天續航掉多少", "续航", ["續航"]),
        ("冬天续航掉多少", "續航", ["续航"]),
        ("We charged, she charges", "charging", ["charged", "charges"]),
        ("充电桩 7kW，另一个 7 kW", "7kW", ["7kW", "7", "kW"]),
        ("距离 120 ㎞ 左右", "km", ["㎞"]),
        ("ﬁne weather", "fine", ["ﬁne"]),
        ("a cafe\u0301 here", "café", ["cafe\u0301"]),
        ("①②⑦号", "127", ["①②⑦"]),
        ("İstanbul to Ankara", "ankara", ["Ankara"]),
        ("发动机，发动机", "发动机", ["发动机", "发动机"]),
        ("底盘有异响", "底盘异响", ["底盘", "异响"]),
        ("版本 4.2 和 4,2", "4.2", ["4.2", "4,2"]),
        ("雪地胎，下雪", "雪", ["雪", "雪"]),
        ("乾燥的路", "干燥", ["乾燥"]),
    ],
)
def test_marks_stand_on_the_words_as_they_were_written(text, query, found):
    assert marked(text, query) == found


def test_what_a_query_leaves_out_is_not_marked():
    assert marked("winter tyres and winter range", "range -winter") == ["range"]
    assert marked("minus 20 degrees", "-20 degrees") == ["20", "degrees"]


def test_touching_and_overlapping_matches_are_one_mark():
    assert mark("发动机异响", "发动机 动机异响") == "<mark>发动机异响</mark>"


@pytest.mark.parametrize("query", ["", "  ", "-", '"', "?!", "没有"])
def test_a_text_without_the_words_is_shown_as_it_is(query):
    assert mark("冬天 <续航>", query) == "冬天 &lt;续航&gt;"


def test_every_piece_is_escaped():
    text = '<script>alert("续航")</script> & <b onclick=x>续航</b>'
    html = mark(text, "续航 script onclick")
    parser = _Tags()
    parser.feed(html)
    assert parser.tags == {"mark"} and parser.text == text


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert not attrs
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_snippet_shows_the_first_match_with_words_around_it():
    text = "无关的话。" * 50 + "续航掉了很多。" + "无关的话。" * 50
    shown = snippet(text, "续航")
    assert shown.startswith("… ") and shown.endswith(" …")
    assert "<mark>续航</mark>掉了很多" in shown
    assert len(shown) < LENGTH + 40


def test_a_short_text_is_shown_whole():
    assert snippet("续航掉了很多", "续航") == "<mark>续航</mark>掉了很多"


def test_english_snippets_begin_with_a_whole_word():
    text = "something unrelated " * 20 + "the heat pump hums " + "something unrelated " * 20
    shown = snippet(text, "pump")
    assert "<mark>pump</mark>" in shown
    assert shown.removeprefix("… ").split()[0] in ("something", "unrelated", "the", "heat")


def test_without_a_match_the_snippet_is_the_beginning():
    assert snippet("a" * 500, "zeppelin") == "a" * LENGTH + " …"


def test_the_longest_post_is_looked_through_quickly():
    text = "冬天开车，发动机启动后要等一会儿再走。" * 1700
    began = time.perf_counter()
    for _ in range(3):
        snippet(text, "等一会儿 发动机")
    assert time.perf_counter() - began < 1.5
