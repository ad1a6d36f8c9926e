"""No text takes long: what would is refused with a reason, and work grows with length and no faster.

Work is counted in function calls, which do not depend on how busy the machine is.
"""

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from community.core.access import Invalid
from community.core.text import MAX_SOURCE, TooLong, html_to_markdown, render
from community.core.text.limits import MAX_CELLS, MAX_COLUMNS, MAX_LEVEL
from tests.core.text_pages import People, html_of


class Everybody(People):
    """Every candidate is a member: the most expensive answer."""

    def resolve(self, candidates: Any) -> dict[str, str]:
        return dict.fromkeys(candidates, "/members/x/")


def outcome(source: str) -> str:
    try:
        render(source, links=Everybody())
    except Invalid as refusal:
        assert refusal.field == "source"
        assert len(refusal.reason) > 20
        return refusal.code
    return "rendered"


def calls(work: Callable[[], object]) -> int:
    """Function calls, Python's and C's, that `work` makes."""
    count = 0

    def tick(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(tick)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


REPEATED = [
    *("[", "![", "[a", "[]", "[a](b ", "[a](<b ", '[a](b "', "[a]", "[a][b]", "[x](y) ", "[[]", "[a]((("),
    *(
        "](",
        "[!\n",
        "*a ",
        "*a",
        "**a",
        "*a_ ",
        "a**b",
        "*_",
        "***a ",
        "_a",
        "~~a",
        "||a",
        "*",
        "_",
        "~",
        "|",
    ),
    *("**中：**后", "**a *b ", ">", "> ", "> a\n", ">>>>a\n", "> a\nb\n", "> - a\n", "> > > > > > a\n"),
    *("`", "``a`", "` a", "```\n", "~~~a\n", "```python\nx\n```\n", "    a\n", "`\\"),
    *("- ", "- a\n", "- a\n\n", "* * ", "1. ", "- - - a\n", "  - a\n - b\n", "1) a\n", "- [ ] a\n"),
    *("|a", "|-|-", "a|b\n-|-\n", "|a|\n|-|\n|b|\n", "| --- ", "|\n", "a|\n-|\n", "||\n", "||a||"),
    *("http://", "http://a.b ", "http://a.b/(", "http://a.b/*", "http://a.b/(@中", "www.", "www.a.b/?"),
    *("https://a.b/中a", "@aa ", "@aa-", "@aa bb ", "@", "@中国人民", "@a_", "a@b."),
    *(":::spoiler\n", ":::spoiler a\n:::\n", ":::\n", "<", "<a", "<a@b.c>", "<http:", "<!--", "&", "&amp;"),
    *(
        "&#1;",
        "&a",
        "\\",
        "\\*",
        "!",
        "#",
        "# a\n",
        "a\n=\n",
        "a\n",
        "a\n\n",
        "\n",
        " ",
        "  \n",
        "\t",
        "---\n",
    ),
    *("a\\\n", "[a]: b\n", "[a]:\n", "[a]: <b> 'c\n", "> [!quote 1 a]\n\n", "中文，", "\U0001f468\u200d"),
    *("a\u0301", "\u202e", "\x00", "　", "a", "{", '"', "'", "(", ")"),
]
# A quote that ends early has its following lines looked at again for each one: the step budget is what holds.
BUDGETED = ["> # a\nb\n", ">```\na\n", ">:::spoiler\n    a\n"]


@pytest.mark.parametrize("unit", REPEATED, ids=ascii)
def test_work_grows_no_faster_than_the_text(unit: str) -> None:
    render("warm **up** `x`\n\n- a\n")
    counts = []
    for size in (500, 1_000, 2_000):
        source = unit * (size // len(unit))
        counts.append(calls(lambda source=source: outcome(source)))
    small, _, large = counts
    assert large <= 4**1.3 * small + 2_000, counts


@pytest.mark.parametrize("unit", REPEATED + BUDGETED, ids=ascii)
def test_the_largest_texts_are_bounded(unit: str) -> None:
    source = unit * (MAX_SOURCE // len(unit))
    assert calls(lambda: outcome(source)) < 2_500_000


@pytest.mark.parametrize("unit", BUDGETED, ids=ascii)
def test_a_few_dozen_such_quotes_are_still_rendered(unit: str) -> None:
    assert outcome(unit * 60) == "rendered"
    assert outcome(unit * (MAX_SOURCE // len(unit))) == "too_tangled"


@pytest.mark.parametrize(
    "unit", ["http://a.b/(", "http://a.b/*", "http://a.b/(@中", "www.a.b/?*", "https://a.b/中a", "@aa bb "]
)
def test_pattern_matching_does_not_run_away(unit: str) -> None:
    """A regular expression at work makes no calls: compare times, 8 × the text in less than 30 × the time."""

    def seconds(size: int) -> float:
        source = unit * (size // len(unit))
        best = 9.0
        for _ in range(3):
            start = time.process_time()
            outcome(source)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(32_000) < 30 * seconds(4_000) + 0.05


# ---- refusals ----


def test_length() -> None:
    assert html_of("字" * MAX_SOURCE) == f"<p>{'字' * MAX_SOURCE}</p>"
    with pytest.raises(TooLong) as refusal:
        render("字" * (MAX_SOURCE + 1))
    assert "32,001" in refusal.value.reason
    assert "32,000" in refusal.value.reason
    assert (refusal.value.field, refusal.value.code) == ("source", "too_long")
    assert isinstance(refusal.value, Invalid)


def test_length_counts_what_is_kept() -> None:
    assert outcome("a\r\n" * 8_000 + "\x00" * 9_000) == "rendered"


def test_five_megabytes_are_refused_at_once() -> None:
    source = "<b>[*a*](x)\r\n" * 400_000
    assert calls(lambda: outcome(source)) < 500
    assert outcome(source) == "too_long"
    with pytest.raises(TooLong):
        html_to_markdown(source)


@pytest.mark.parametrize("depth", [MAX_LEVEL - 4, MAX_LEVEL // 2])
def test_reasonable_depth_is_rendered_to_the_last_word(depth: int) -> None:
    assert "innermost" in html_of("> " * depth + "innermost")


@pytest.mark.parametrize(
    "source",
    [
        "> " * 400 + "x",
        ">" * 400 + "x",
        "- " * 40 + "x",
        "\n".join("  " * level + "- x" for level in range(40)),
        ":::spoiler\n" * 60 + "x",
        "\n".join("> " * level + "x" for level in range(60)),
    ],
)
def test_depth_is_refused_and_never_silently_cut(source: str) -> None:
    assert outcome(source) == "too_deep"


def test_every_depth_is_whole_or_refused() -> None:
    for depth in range(1, 60):
        for mark in ("> ", "- ", "> - ", ":::spoiler\n"):
            source = mark * depth + "innermost"
            if outcome(source) == "rendered":
                assert "innermost" in html_of(source)


def test_big_tables_are_refused_whatever_their_rows_leave_out() -> None:
    assert outcome("|a" * (MAX_COLUMNS + 9) + "|\n" + "|-" * (MAX_COLUMNS + 9) + "|") == "too_tangled"
    assert outcome("|a" * 30 + "|\n" + "|-" * 30 + "|\n" + "x\n" * (MAX_CELLS // 30 + 9)) == "too_tangled"
    assert (
        outcome("> " + "|a" * 30 + "|\n> " + "|-" * 30 + "|\n" + "> x\n" * (MAX_CELLS // 30 + 9))
        == "too_tangled"
    )


def test_a_table_of_a_whole_season_is_fine() -> None:
    row = "| 2026-11-23 | −4 °C | 18,2 kWh | 312 km |\n"
    assert outcome("| date | temp | use | range |\n| - | - | - | - |\n" + row * 600) == "rendered"


def test_long_honest_texts_are_rendered() -> None:
    paragraph = (
        "The **range** dropped to `310 km` on the *way back*, see [the log](https://example.com/log_1). "
    )
    assert outcome((paragraph * 4 + "\n\n") * 75) == "rendered"
    assert (
        outcome(("冬天高速**续航：**大约 300 公里，[记录](https://example.com/1)。" * 5 + "\n\n") * 110)
        == "rendered"
    )
    assert outcome("- one more thing to do before winter\n" * 850) == "rendered"
    assert outcome("```json\n" + '{"soc": [1, 2, 3], "t": ["a", "b"]}\n' * 850 + "```") == "rendered"
    assert (
        outcome("\n".join(f"{n}. [part {n}](https://example.com/parts/{n})" for n in range(500)))
        == "rendered"
    )


@pytest.mark.parametrize(
    "unit", ["<a ", "<div>", "<b>", "<!--", "<table><tr><td>", '<a href="', "<b>a<p>", "<li>", "&", "<i>x "]
)
def test_foreign_html_is_read_in_one_go(unit: str) -> None:
    html_to_markdown("<p>warm <b>up</b></p>")
    small = calls(lambda: html_to_markdown(unit * (2_000 // len(unit))))
    large = calls(lambda: html_to_markdown(unit * (8_000 // len(unit))))
    assert large <= 4**1.3 * small + 2_000
