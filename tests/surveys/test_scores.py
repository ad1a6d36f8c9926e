"""Figures from counts, and which counts may be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polls.surveys import scores


@pytest.mark.parametrize(
    ("counts", "nps"),
    [
        ({10: 5, 8: 3, 6: 2}, 30),
        ({9: 1}, 100),
        ({0: 1, 6: 1}, -100),
        ({7: 4, 8: 4}, 0),
        ({10: 1, 0: 2}, -33),
        ({}, None),
    ],
)
def test_net_promoter_score(counts, nps):
    assert scores.nps(counts) == nps


@pytest.mark.parametrize(("counts", "csat"), [({5: 3, 4: 1, 3: 4}, 50), ({1: 9}, 0), ({}, None)])
def test_satisfied_people(counts, csat):
    assert scores.csat(counts) == csat


CELLS = st.dictionaries(st.integers(0, 6), st.integers(0, 40), min_size=1)


@given(CELLS, st.booleans())
def test_no_shown_cell_is_of_a_few_people(cells, adds_up):
    for key, n in scores.hidden(cells, adds_up=adds_up).items():
        assert n is None or (n == cells[key] and not 0 < n < scores.FEWEST)


@given(CELLS)
def test_what_is_hidden_cannot_be_worked_out_from_the_whole(cells):
    """Whoever knows the sum and the shown cells knows that the hidden ones hold five people together or nobody at all
    is hidden, and never a single cell of a few."""
    shown = scores.hidden(cells, adds_up=True)
    hidden = [cells[key] for key, n in shown.items() if n is None]
    if hidden and sum(cells.values()) >= scores.FEWEST:
        assert sum(hidden) >= scores.FEWEST
        assert len(hidden) > 1


def test_cells_large_enough_stay():
    assert scores.hidden({1: 5, 2: 0, 3: 9}, adds_up=True) == {1: 5, 2: 0, 3: 9}
    assert scores.hidden({1: 4, 2: 6, 3: 9}, adds_up=True) == {1: None, 2: None, 3: 9}
    assert scores.hidden({1: 4, 2: 6, 3: 9}, adds_up=False) == {1: None, 2: 6, 3: 9}


def test_figures_and_groups_wait_for_enough_people():
    assert scores.may_tell({1: 5, 2: 6}, 11)
    assert not scores.may_tell({1: None, 2: None}, 11)
    assert scores.may_tell({1: None, 2: None}, 30)
    assert not scores.may_tell({1: 4}, 4)
    assert scores.may_split({"owner": {1: 5, 2: 0}, "guest": {1: 9}})
    assert not scores.may_split({"owner": {1: 5}, "guest": {1: 1}})
