"""Everything the desk can say is said in words, in both languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from moderation.desk import wording
from moderation.desk.models import DeskLog
from moderation.desk.policy import Act, View
from moderation.desk.scoring import Reason, Why
from moderation.desk.templatetags.desk_tags import bar, signed


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_reason_act_and_part_has_words(language):
    with translation.override(language):
        reasons = {wording.reason_in_words(Reason(why, points), 5) for why in Why for points in (3, -3)}
        assert len(reasons) == len(Why) + 2, "a slow hour and a quiet board have a contrary"
        assert len({wording.act_in_words(act) for act in Act}) == len(Act)
        assert len({wording.view_in_words(view) for view in View}) == len(View)
        for verb in DeskLog.Verb:
            assert "Somebody" in wording.line_in_words(DeskLog(verb=verb)) or language != "en"


def test_a_row_says_first_what_tells_it_from_others():
    fresh = [Reason(Why.AGE, 8), Reason(Why.QUESTION, 5), Reason(Why.QUIET, 5), Reason(Why.NEWCOMER, 4)]
    assert wording.row_in_words(fresh, 1, 1) == [
        "An open question", "Its author’s first post here", "Opened 1 hour ago",
    ]  # fmt: skip
    spoken = wording.row_in_words(fresh, 0, 5)
    assert spoken[2:] == ["Opened 5 hours ago", "Quiet for less than an hour"]
    told = [Reason(Why.BROKEN, 30), Reason(Why.AGE, 20), Reason(Why.QUESTION, 5), Reason(Why.QUIET, 4)]
    assert wording.row_in_words(told, 5, 5) == [
        "The promise of an answer is broken", "An open question", "Opened 5 hours ago",
    ]  # fmt: skip
    assert "seldom" not in wording.reason_in_words(Reason(Why.AGE, 3), 71, 71)
    assert wording.reason_in_words(Reason(Why.AGE, 49), 80, 80).startswith("Opened 3 days ago: threads this")


def test_reasons_stand_as_sentences():
    quiet = [wording.reason_in_words(Reason(Why.QUIET, 9), hours) for hours in (0, 1, 7)]
    assert quiet == ["Quiet for less than an hour", "Quiet for 1 hour", "Quiet for 7 hours"]
    assert wording.sentences(["One", "Two"]) == "One. Two."
    with translation.override("zh-hans"):
        assert wording.sentences(["一", "二"]) == "一。二。"


def test_each_act_has_a_key_of_its_own():
    assert len({wording.key_of(act) for act in Act}) == len(Act)


def test_points_that_are_taken_have_a_minus_sign_that_is_one():
    assert (signed(12), signed(-12)) == ("12", "−12")


def test_nobody_has_written_is_said_only_where_nobody_has():
    """A reply that its asker found to be no answer is a reply all the same."""
    open_one = [Reason(Why.UNANSWERED, 4), Reason(Why.QUESTION, 5)]
    assert "Nobody but its author has written" in wording.row_in_words(open_one, 1, 1)
    told = wording.row_in_words(open_one, 1, 1, is_replied=True)
    assert told[0] == "No reply that counts as an answer yet"
    with translation.override("zh-hans"):
        assert wording.reason_in_words(open_one[0], is_replied=True) == "还没有算得上答案的回复"


def test_the_bar_of_what_takes_points_comes_from_the_other_end():
    assert (bar(40, 40), bar(10, 40), bar(-10, 40), bar(0, 0)) == (
        "M0 3H100",
        "M0 3H25",
        "M100 3H75",
        "M0 3H4",
    )
