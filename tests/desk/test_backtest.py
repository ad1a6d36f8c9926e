"""Where the truth is known, the back-test finds it; where there is none, it says so."""

from __future__ import annotations

import json
import math

import pytest
from django.core.management import CommandError, call_command

from moderation.desk import hazard, measures
from moderation.desk.backtest import Order, Report, judge
from moderation.desk.measures import Row, Steps
from moderation.desk.replaying import At
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member
from tests.support.made_history import Made, events


@pytest.fixture(scope="module")
def telling() -> Report:
    return judge(events(Made(seed=11, signal=1)), at=At.DAILY)


@pytest.fixture(scope="module")
def mute() -> Report:
    return judge(events(Made(seed=11, signal=0)), at=At.DAILY)


def test_the_model_finds_the_signal_that_is_there(telling):
    model = telling.of(Order.HAZARD)
    assert model.auc.low > 0.6
    assert model.over_oldest.low > 0, "better than age alone, beyond chance"
    assert model.gap < 0.12
    assert telling.of(Order.RULES).auc.low > 0.5


def test_nothing_is_found_where_there_is_nothing(mute):
    assert mute.rows > 300
    for order in (Order.HAZARD, Order.RULES, Order.OLDEST, Order.RANDOM):
        assert mute.of(order).auc.value == pytest.approx(0.5, abs=0.06), order
    assert mute.of(Order.HAZARD).over_oldest.low <= 0


def test_the_list_keeps_as_many_promises_and_wastes_fewer_answers():
    report = judge(
        events(Made(seed=5, signal=1, days=36)), at=At.HOURLY, orders=[Order.RULES, Order.OLDEST], hands=4
    )
    ours, oldest = report.helped
    assert ours.kept.value >= oldest.kept.value
    assert ours.kept.value > report.kept_alone.value
    assert ours.wasted.value < oldest.wasted.low
    assert ours.answers < oldest.answers


def test_an_area_is_the_share_of_pairs_told_apart():
    rows = [Row(1, False, 1), Row(2, True, 2), Row(3, False, 3), Row(4, True, 4)]
    assert measures.auc(rows) == pytest.approx(3 / 4)
    assert measures.auc([row._replace(score=1) for row in rows]) == pytest.approx(1 / 2), "ties count half"
    assert math.isnan(measures.auc([row._replace(cold=True) for row in rows]))


def test_steps_rise_and_are_the_share_of_each_pool():
    steps = Steps([Row(1, False, 1), Row(2, True, 2), Row(2, False, 3), Row(3, False, 4), Row(4, True, 5)])
    assert [steps.chance(score) for score in (0, 1, 2, 2.5, 3, 4, 9)] == pytest.approx(
        [0, 0, 1 / 3, 1 / 3, 1 / 3, 1, 1]
    )
    assert math.isnan(Steps([]).chance(1))


def test_a_model_explains_itself_in_points_that_sum(telling):
    told = list(events(Made(seed=11, signal=1, days=40)))
    from moderation.desk.replaying import replay

    moments, future, _count = replay(told, at=At.DAILY)
    cases = [
        hazard.Case(known, future.is_cold(known.thread_id, one.at))
        for one in moments
        for known in one.threads
    ]
    model = hazard.fit(cases)
    foretold = sum(model.chance(case.known) for case in cases) / len(cases)
    assert foretold == pytest.approx(sum(case.cold for case in cases) / len(cases), abs=0.01)
    for case in cases[:50]:
        score = model.score(case.known)
        assert score.total == sum(reason.points for reason in score.reasons)
    highest = max(cases, key=lambda case: model.score(case.known).total)
    lowest = min(cases, key=lambda case: model.score(case.known).total)
    assert model.chance(highest.known) > model.chance(lowest.known)
    assert hazard.fit(cases[:20]) is None, "too little to learn from"


@pytest.mark.django_db
def test_the_command_replays_the_boards_and_says_so_as_text_and_as_json(frozen_clock, capsys):
    from datetime import timedelta

    board, people = a_board(), [a_member() for _ in range(3)]
    for day in range(30):
        thread = a_thread(author=people[day % 3], board=board)
        frozen_clock.move(timedelta(hours=5))
        if day % 2:
            a_reply(author=people[(day + 1) % 3], thread=thread)
        frozen_clock.move(timedelta(hours=19))
    call_command("warmlist_backtest", "--at", "hourly", "--hands", "2", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["threads"], told["events"], told["hands"]) == (30, 45, 2)
    assert {one["order"] for one in told["judged"]} == set(Order)
    call_command("warmlist_backtest", "--order", "oldest", "--board-group", board.group.slug)
    said = capsys.readouterr().out
    assert "45 events, 30 threads" in said and "oldest" in said and "rules" not in said
    with pytest.raises(CommandError, match="No group"):
        call_command("warmlist_backtest", "--board-group", "nowhere")
    with pytest.raises(CommandError, match="hands"):
        call_command("warmlist_backtest", "--hands", "0")
