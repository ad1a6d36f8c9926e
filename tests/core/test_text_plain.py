"""Plain words, excerpts and reading times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.core.text import excerpt, is_blank, reading_minutes, render
from community.core.text.characters import trim_marks


def plain(source: str) -> str:
    return render(source).plain


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", ""),
        ("**bold** and\n*soft*", "bold and soft"),
        ("# Title\n\nbody", "Title body"),
        ("- a\n- b\n\n1. c", "a b c"),
        ("| a | b |\n| - | - |\n| c | d |", "a b c d"),
        ("```python\nx  = 1\n```\nafter", "x = 1 after"),
        ("`code` here", "code here"),
        ("[words](https://example.com/hidden)", "words"),
        ("see https://example.com/a_b", "see https://example.com/a_b"),
        ("![my dash](/media/a.webp)", "my dash"),
        ("![a](https://x.example/b.png)", "a"),
        ("&lt;b&gt; &amp; <i>", "<b> & <i>"),
        ("前面**（重点）**后面", "前面（重点）后面"),
        ("un*believ*able", "unbelievable"),
        ("> plain quote\n\nreply", "plain quote reply"),
        ("- [x] done", "☑ done"),
        ("a\\\nb  \nc", "a b c"),
    ],
)
def test_plain_words(source: str, words: str) -> None:
    assert plain(source) == words


def test_what_spoilers_hide_stands_on_a_line_of_its_own() -> None:
    assert plain("The end: ||he did it||. Really.") == "The end: …. Really.\nhe did it"
    assert plain(":::spoiler 结局\n**他**活着\n\n```\ncode\n```\n:::\n后记") == "结局 后记\n他活着 code"
    assert plain("||all||") == "…\nall"
    assert plain(":::spoiler\nall\n:::") == "\nall"


def test_words_of_a_quoted_post_are_not_repeated() -> None:
    assert (
        plain("> [!quote 7 Anna]\n> old words\n> > older\n> ```\n> code\n> ```\n\nnew words") == "new words"
    )


def test_a_text_that_only_quotes_keeps_the_quote() -> None:
    assert plain("> [!quote 7 Anna]\n> old words") == "old words"


# ---- excerpts ----


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("one two three four", 12, "one two…"),
        ("one two, three four", 12, "one two…"),
        ("Donaudampfschifffahrtsgesellschaft", 10, "Donaudamp…"),
        ("冬天高速续航只剩两百八十公里正常吗", 10, "冬天高速续航只剩两…"),
        ("他说（这是一个很长的句子）", 4, "他说…"),
        ("前面，后面还有很多", 4, "前面…"),
        ("abc 中文混排 and more", 9, "abc 中文混排…"),
        ("shown\nhidden by a spoiler", 50, "shown"),
        ("\nhidden by a spoiler", 50, ""),
        ("👨‍👩‍👧 family", 3, "…"),
        ("ab👍🏽👍🏽", 4, "ab…"),
        ("abcde\u0301fgh", 6, "abcd…"),
        ("🇩🇪🇨🇳🇫🇷", 4, "🇩🇪…"),
        ("word " * 9, 1, "…"),
        ("word " * 9, 0, ""),
    ],
)
def test_excerpt(text: str, limit: int, cut: str) -> None:
    assert excerpt(text, limit) == cut


@given(st.text(max_size=120), st.integers(0, 60))
def test_an_excerpt_is_a_short_beginning(text: str, limit: int) -> None:
    cut = excerpt(text, limit)
    assert len(cut) <= limit
    assert "\n" not in cut
    assert trim_marks(text.partition("\n")[0].strip()).startswith(cut.removesuffix("…").rstrip())


def test_an_excerpt_carries_no_tower_of_accents() -> None:
    assert excerpt("Z" + "\u0301" * 90 + "algo", 200) == "Z" + "\u0301" * 6 + "algo"


# ---- reading time ----


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("", 1),
        ("word " * 100, 1),
        ("word " * 460, 2),
        ("字" * 399, 1),
        ("字" * 1_200, 3),
        ("字" * 400 + " word" * 230, 2),
    ],
)
def test_reading_minutes(text: str, minutes: int) -> None:
    assert reading_minutes(text) == minutes


# ---- blank ----


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "\u200b\u200d", "\u3164\u2800", "\u3000", "\u00ad", "\u0301", "\ufeff"]
)
def test_nothing_to_see(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", "中", ".", "👍", "\u200ba", "e\u0301", "☑"])
def test_something_to_see(text: str) -> None:
    assert not is_blank(text)
