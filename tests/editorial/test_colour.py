"""Colours: what can be read, what contrast they reach, what the page makes of them."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.editorial import colour
from community.editorial.colour import Colour, contrast, dark_twin, nearest_readable, parse, weakest


def must(text: str) -> Colour:
    found = parse(text)
    assert found is not None
    return found


@pytest.mark.parametrize("text", ["#1b6a4f", "1b6a4f", " #1B6A4F ", "#abc", "#000000", "#ffffff"])
def test_hex_survives_the_way_there_and_back(text: str) -> None:
    written = text.strip().lower().lstrip("#")
    full = written if len(written) == 6 else "".join(digit * 2 for digit in written)
    assert must(text).hex() == f"#{full}"


@pytest.mark.parametrize(
    "text", ["oklch(0.46 0.105 166)", "OKLCH(46% 0.105, 166deg)", "oklch(.46 .105 -194)"]
)
def test_oklch_is_read_in_its_usual_spellings(text: str) -> None:
    assert must(text) == Colour(0.46, 0.105, 166)


@pytest.mark.parametrize(
    "text",
    [
        "", "green", "#12", "#12345", "#12345678", "rgb(1,2,3)", "oklch(0.46 0.105)", "oklch(1.2 0.1 20)",
        "oklch(0.5 0.9 20)", "oklch(. . .)", "oklch(0.46 0.105 166); } body { display: none", "#1b6a4f;}",
        "url(https://example.org)", "oklch(0.46 0.105 166)\n}", "#1b6a4f\x00", "oklch(" + "9" * 5000 + ")",
    ],
)  # fmt: skip
def test_anything_else_is_no_colour(text: str) -> None:
    assert parse(text) is None


def test_contrast_agrees_with_the_known_values() -> None:
    assert contrast(must("#fff"), must("#000")) == pytest.approx(21, abs=0.01)
    assert contrast(must("#767676"), must("#ffffff")) == pytest.approx(4.54, abs=0.01)
    assert contrast(must("#777777"), must("#ffffff")) == pytest.approx(4.48, abs=0.01)


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_has_a_readable_neighbour_and_a_readable_dark_twin(value: int) -> None:
    accent = must(f"#{value:06x}")
    assert weakest(nearest_readable(accent, dark=False), dark=False) >= colour.AA_TEXT
    assert weakest(dark_twin(accent), dark=True) >= colour.AA_TEXT


@given(st.integers(0, 0xFFFFFF))
def test_css_is_made_of_numbers_only(value: int) -> None:
    assert re.fullmatch(r"oklch\(\d\.\d{4} \d\.\d{4} \d{1,3}\.\d{2}\)", must(f"#{value:06x}").css())


def test_the_surfaces_are_those_of_the_style_sheet() -> None:
    tokens = Path("static/css/tokens.css").read_text()

    def token(name: str) -> list[Colour]:
        found = re.search(rf"--{name}: light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\)", tokens)
        assert found, name
        return [must(found[1]), must(found[2])]

    papers = [token("paper"), token("paper-2")]
    assert tuple(pair[0] for pair in papers) == colour.LIGHT_SURFACES
    assert tuple(pair[1] for pair in papers) == colour.DARK_SURFACES
    assert token("on-accent") == [colour.ON_ACCENT_LIGHT, colour.ON_ACCENT_DARK]
