"""Titles: one clean line, broken well in Chinese."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.core.access import Invalid
from community.core.text import MAX_TITLE, is_blank, normalise_title, phrases
from community.core.text.titles import split_phrases
from tests import hostile


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("  Range  in\twinter \r\n ", "Range in winter"),
        ("line\none\u2028two", "line one two"),
        ("Cafe\u0301", "Café"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zerowidth softhyphen"),
        ("bell\x07 null\x00 \x1b[31mred", "bell null [31mred"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("a\u200db", "ab"),
        ("一\u200d二", "一二"),
        ("👨\u200d👩\u200d👧 trip", "👨\u200d👩\u200d👧 trip"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("❤\ufe0f it", "❤\ufe0f it"),
        ("全角　空格", "全角 空格"),
        ("<b>not markup</b> & so", "<b>not markup</b> & so"),
        ("Z" + "\u0335" * 40 + "!", "Z" + "\u0335" * 6 + "!"),
        ("\ud800x", "\ufffdx"),
    ],
)
def test_titles_are_made_one_clean_line(typed: str, title: str) -> None:
    assert normalise_title(typed) == title


@pytest.mark.parametrize(
    "typed", ["", "   ", "\n", "\u200b\u200c\u200d", "\u3164", "\u2800\u2800", "\x00", "\u202e", "\u0301"]
)
def test_a_title_nobody_can_see_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        normalise_title(typed)
    assert refusal.value.field == "title"
    assert refusal.value.code == "empty"
    assert "visible" in refusal.value.reason


@pytest.mark.parametrize("size", [MAX_TITLE + 1, 60_000, 5_000_000])
def test_a_long_title_is_refused_with_its_length(size: int) -> None:
    with pytest.raises(Invalid) as refusal:
        normalise_title("x" * size, field="subject")
    assert (refusal.value.field, refusal.value.code) == ("subject", "too_long")
    assert f"{size:,}" in refusal.value.reason
    assert str(MAX_TITLE) in refusal.value.reason


def test_the_longest_title_fits() -> None:
    assert len(normalise_title("题" * MAX_TITLE)) == MAX_TITLE


def test_length_counts_what_is_kept() -> None:
    assert len(normalise_title("x \u200b" * (MAX_TITLE // 2))) == MAX_TITLE - 1


@pytest.mark.parametrize("typed", hostile.naughty_strings())
def test_naughty_titles_are_kept_or_refused(typed: str) -> None:
    try:
        title = normalise_title(typed)
    except Invalid as refusal:
        assert refusal.reason
        return
    assert normalise_title(title) == title
    assert len(title) <= MAX_TITLE
    assert not any(unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"} for char in title)


@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=200))
def test_any_title_is_kept_or_refused(typed: str) -> None:
    try:
        title = normalise_title(typed)
    except Invalid:
        return
    title.encode()
    assert title == title.strip()
    assert "  " not in title
    assert not is_blank(title)
    assert normalise_title(title) == title


# ---- phrases ----


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("", []),
        ("Range in winter", ["Range in winter"]),
        ("冬天表显续航为什么比实际少这么多", ["冬天表显续航", "为什么", "比实际少这么多"]),
        ("比亚迪和特斯拉的热泵对比", ["比亚迪", "和特斯拉的", "热泵对比"]),
        ("刹车异响，去4S店检查了三次都没解决", ["刹车异响，", "去4S店检查了", "三次", "都没解决"]),
        ("买了三个月的用车感受（附油耗表）", ["买了", "三个月的", "用车感受", "（附油耗表）"]),
        ("【公告】社区规则更新", ["【公告】", "社区规则", "更新"]),
        ("换轮胎的目的是什么", ["换轮胎的", "目的", "是什么"]),
        ("Aurora E 的座椅", ["Aurora E 的", "座椅"]),
        ("胎压2.6还是2.8", ["胎压2.6", "还是2.8"]),
    ],
)
def test_chinese_titles_break_between_phrases(title: str, parts: list[str]) -> None:
    found = split_phrases(title)
    assert "".join(found) == title
    if parts != found:
        pytest.fail("｜".join(found))


@given(st.text(alphabet="的了在和续航车ABc 12，。（）《》！“”<&👍", max_size=60))
def test_phrases_lose_nothing_and_never_strand_a_mark(title: str) -> None:
    parts = split_phrases(title)
    assert "".join(parts) == title
    for part in parts[1:]:
        assert part[0] not in "，。）》！”"
    for part in parts[:-1]:
        assert part[-1] not in "（《“"


def test_phrases_are_escaped_html() -> None:
    assert phrases("<b>续航</b>为什么不行") == "&lt;b&gt;续航&lt;/b&gt;<wbr>为什么<wbr>不行"
    assert phrases("续航的<script>") == "续航的&lt;script&gt;"
    assert hasattr(phrases("x"), "__html__")
