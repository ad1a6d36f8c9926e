"""Blanks, what fits, and what is one's own: plain values."""

from __future__ import annotations

import pytest

from community.core.text import literal, render
from moderation.canned import policy
from moderation.canned.policy import Blank, Outcome

COLD = "Thank you, {asker}. In the cold a battery gives about two thirds of what it does in summer."
KALT = "谢谢你，{asker}。天冷的时候电池大约只有夏天的三分之二，这是正常的。"

NOTHING_KNOWN = Outcome()


def test_blanks_are_filled_once_and_what_is_not_known_stays_open():
    told = policy.fill("Hello {asker}, your {car} on {board}", {Blank.ASKER: "Anna {car}", Blank.CAR: ""})
    assert told.text == "Hello Anna \\{car\\}, your {car} on {board}"
    assert told.missing == (Blank.CAR, Blank.BOARD)
    assert policy.blanks_in("A \\{car\\} is no blank, {car} and {car} are one, {foo} is none") == [Blank.CAR]
    assert policy.unknown_in("{foo} {car} {a b} {FOO}") == ["foo"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "**loud** _and_ ~~gone~~ `code` ||hidden||",
        "[here](https://evil.example) ![x](https://evil.example/x.png)",
        "https://evil.example www.evil.example evil.example mailto:a@evil.example",
        "@Anna @Mei :smile: &lt;b&gt;",
        "# Heading",
        "- item",
        "1. one",
        "12) twelve",
        "> quoted",
        "---",
        "| a | b |\n| - | - |",
        "[^1]: note \\",
    ],
)
def test_hostile_words_in_a_blank_read_as_they_are_and_do_nothing(hostile):
    class Names:
        def resolve(self, candidates):
            return {name: f"/members/{name}/" for name in candidates if name in ("Anna", "Mei")}

    filled = policy.fill("{title}\n\nSaid of {title}, twice", {Blank.TITLE: hostile}).text
    shown = render(filled, links=Names())
    assert not shown.mentions
    plain = str(shown.html).replace("<p>", "").replace("</p>", "")
    assert "<" not in plain, plain
    assert " ".join(hostile.split()) in shown.plain


def test_literal_is_one_line_and_leaves_plain_words_alone():
    assert literal("Range in winter?\nReally, -10 °C (or so)") == "Range in winter? Really, -10 °C (or so)"


@pytest.mark.parametrize(
    ("written", "begun", "bare"),
    [
        (COLD.replace("{asker}", "Anna"), True, True),
        ("Hi! " + COLD.replace("{asker}", "Anna") + " Best wishes", True, True),
        (
            COLD.replace("{asker}", "Anna")
            + " You write of 190 km at minus five: that fits your tyres, I think.",
            True,
            False,
        ),
        ("In the cold a battery gives about two thirds of what it does in summer.", True, True),
        ("I drove two thirds of it in the cold, and my battery was fine in summer.", False, False),
        (KALT.replace("{asker}", "顾南溪"), True, True),
        (
            KALT.replace("{asker}", "顾南溪") + "你说零下五度只跑了一百九十公里，换了冬胎之后就是这样。",
            True,
            False,
        ),
        ("你好，天冷的时候要先预热。", False, False),
        ("", False, False),
    ],
)
def test_what_was_begun_from_an_answer_and_what_is_ones_own(written, begun, bare):
    answer = KALT if any(sign >= "一" for sign in written) else COLD
    assert policy.is_begun(answer, written) is begun
    assert (begun and policy.is_bare(answer, ["Anna", "顾南溪"], written)) is bare


def test_the_nearest_answer_shares_words_and_went_well():
    thread = policy.terms("How far in winter? 冬季续航少了一半")
    assert "winter" in thread and "冬季" in thread and "in" not in thread

    def near(name, outcome=NOTHING_KNOWN):
        return policy.nearness(thread, named=policy.terms(name), said=policy.terms(COLD), outcome=outcome)

    assert near("Winter range") > near("Charging cable") == 0
    assert near("冬季续航") > near("Winter range")
    assert (
        near("Winter", Outcome(used=4, accepted=4))
        > near("Winter")
        > near("Winter", Outcome(used=4, rejected=4))
    )
    assert policy.nearness(thread, named=set(), said=set(), outcome=Outcome()) == 0
