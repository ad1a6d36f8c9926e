"""Where things stand in a drawing."""

from __future__ import annotations

import pytest

from moderation.insight import pictures
from moderation.insight.pictures import BASE, TOP, Column, bars, step_for


@pytest.mark.parametrize(("most", "step"), [(1, 1), (4, 1), (5, 2), (9, 5), (40, 10), (41, 20), (2001, 1000)])
def test_at_most_four_lines_reach_the_top(most, step):
    assert step_for(most) == step


def test_bars_stand_on_the_base_on_each_other_and_below_the_top():
    drawing = bars([Column([4, 0, 2], "Mon"), Column([0, 0, 0])], ["a", "b", "c"], width=pictures.WIDE)
    low, high = drawing.parts
    assert (low.css, high.css) == ("a", "c"), "nothing is drawn for nothing"
    assert float(low.y) + float(low.height) == pytest.approx(BASE)
    assert TOP <= float(high.y) < float(low.y) and float(high.y) + float(high.height) <= float(low.y)
    assert [line.text for line in drawing.lines] == ["2", "4", "6"]
    assert [word.text for word in drawing.words] == ["Mon"]
    assert float(low.x) >= float(drawing.left)


@pytest.mark.parametrize("columns", [[], [Column([0])], [Column([10**9])] * 90])
def test_nothing_and_very_much_are_drawn_as_well(columns):
    drawing = bars(columns, ["a"], width=pictures.NARROW)
    assert all(0 <= float(part.x) <= pictures.NARROW and float(part.height) > 0 for part in drawing.parts)
