"""Files for spreadsheets."""

from __future__ import annotations

import pytest

from community.core.spreadsheet import as_csv, cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "%0A", "|calc"])
def test_no_cell_is_a_formula(text):
    assert cell(text).startswith("'")


def test_a_table_keeps_numbers_and_leaves_nothing_empty():
    assert (
        as_csv(["board", "posts"], [["=cmd", 3], ["Charging", None]])
        == "board,posts\r\n'=cmd,3\r\nCharging,\r\n"
    )
