"""The rules of a clock, each by its name (see `moderation.promises.reading`)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from moderation.promises.policy import Hours
from moderation.promises.reading import Event, Reading, What, read

HOURS = Hours.of("UTC", [(n, 9 * 60, 17 * 60) for n in range(5)])
TARGET = timedelta(hours=2)
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday


def at(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


def opened(hours: float = 0, why: str = "") -> Event:
    return Event(at(hours), What.OPEN, why)


def shut(hours: float, why: str) -> Event:
    return Event(at(hours), What.SHUT, why)


def reply(hours: float, post: int = 2) -> Event:
    return Event(at(hours), What.REPLY, post_id=post)


def rejected(hours: float, post: int = 2) -> Event:
    return Event(at(hours), What.REJECTED, post_id=post)


def shown(*events: Event, now: float = 100, first_shut: set[str] = frozenset({""})) -> Reading:
    found = read(events, hours=HOURS, target=TARGET, now=at(now), shut=first_shut)
    assert found is not None
    return found


def test_it_runs_from_the_question_and_a_reply_stops_it():
    running = shown(opened(), now=1)
    assert running.is_running and running.due_at == at(2) and running.broken_at is None
    found = shown(opened(), reply(1.5))
    assert (found.answered_at, found.answer_id, found.waited) == (at(1.5), 2, timedelta(hours=1.5))
    assert found.broken_at is None and not found.is_running


def test_overdue_is_broken_answered_or_not_and_stays_so():
    assert shown(opened(), now=2.5).broken_at == at(2)
    late = shown(opened(), reply(3))
    assert late.broken_at == at(2) and late.waited == timedelta(hours=3)


def test_a_reply_at_the_last_moment_is_in_time():
    assert shown(opened(), reply(2)).broken_at is None


def test_a_question_of_the_evening_is_due_on_the_next_working_day():
    found = shown(opened(7), now=24)
    assert found.due_at == at(25) and found.waited == timedelta()


def test_not_an_answer_starts_the_clock_anew_with_the_whole_time():
    found = shown(opened(), reply(1), rejected(3), now=4)
    assert found.is_running and found.started_at == at(3) and found.due_at == at(5)
    assert found.laps == 2 and found.waited == timedelta(hours=1) and found.broken_at is None
    again = shown(opened(), reply(1), rejected(3), reply(3.5, post=3))
    assert again.answer_id == 3 and again.waited == timedelta(hours=1.5) and again.broken_at is None


def test_what_was_broken_before_stays_broken_after_a_new_start():
    found = shown(opened(), reply(3), rejected(4), reply(4.5, post=3))
    assert found.broken_at == at(2) and found.answered_at == at(4.5)


def test_another_reply_that_stands_keeps_the_question_answered_since_that_one():
    found = shown(opened(), reply(1), reply(1.5, post=3), rejected(6))
    assert (found.answer_id, found.answered_at, found.laps) == (3, at(1.5), 1)
    late = shown(opened(), reply(1), reply(2.5, post=3), rejected(6))
    assert late.broken_at == at(2), "the first answer that is one came too late"


def test_a_reply_that_is_no_longer_there_never_counted():
    assert shown(opened(), now=3).broken_at == at(2)


def test_out_of_sight_it_stands_aside_and_back_again_it_goes_on_with_the_time_that_was_left():
    aside = shown(opened(), shut(1, "sight"), now=30)
    assert aside.is_aside and aside.broken_at is None
    back = shown(opened(), shut(1, "sight"), opened(4, "sight"), now=5)
    assert back.is_running and back.due_at == at(5) and back.waited == timedelta(hours=1)
    assert back.laps == 1 and back.started_at == at(4)
    late = shown(opened(), shut(1, "sight"), opened(4, "sight"), reply(5.5))
    assert late.broken_at == at(5) and late.waited == timedelta(hours=2.5)
    answered = shown(opened(), reply(0.5), shut(1, "sight"), opened(4, "sight"))
    assert answered.answered_at == at(0.5) and answered.laps == 1


def test_locked_again_and_again_nothing_is_put_off():
    events = [opened()]
    for n in range(3):
        events += [shut(n + 0.5, "lock"), opened(n + 1, "lock")]
    found = shown(*events, now=3.25)
    assert found.due_at == at(3.5) and found.laps == 1
    assert shown(*events, now=4).broken_at == at(3.5)


def test_what_was_missed_before_it_stood_aside_is_due_when_it_was_due():
    found = shown(opened(), shut(3, "lock"), opened(5, "lock"), now=6)
    assert found.is_running and found.due_at == found.broken_at == at(2)
    at_the_end = shown(opened(), shut(2, "lock"), opened(5, "lock"), now=5)
    assert at_the_end.due_at == at(5) and at_the_end.broken_at is None


def test_no_answer_said_while_it_stands_aside_gives_the_whole_time_when_it_is_back():
    events = [opened(), shut(1, "lock"), reply(1.5), rejected(2), opened(3, "lock")]
    assert shown(*events, now=3.5).due_at == at(5)


def test_it_runs_only_when_no_reason_is_left():
    events = [opened(), shut(0.5, "sight"), shut(0.75, "lock"), opened(1, "sight")]
    assert shown(*events, now=30).is_aside
    assert shown(*events, opened(2, "lock"), now=2.5).started_at == at(2)


def test_broken_before_it_is_locked_stays_broken():
    assert shown(opened(), shut(3, "lock")).broken_at == at(2)


def test_a_moderators_word_in_a_locked_thread_is_an_answer_too():
    found = shown(opened(), shut(1, "lock"), reply(1.5), opened(6, "lock"))
    assert found.answered_at == at(1.5) and found.laps == 1 and not found.is_aside


def test_a_question_that_comes_answered_has_no_clock_until_that_is_no_answer():
    came = Event(at(1), What.OPEN, "")
    assert read([reply(0.5), came], hours=HOURS, target=TARGET, now=at(9), shut={""}) is None
    assert shown(reply(0.5), came, rejected(2), now=3).started_at == at(2)


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.sampled_from(list(What)), st.sampled_from("ab"), st.integers(2, 4)),
        max_size=12,
    ),
    st.randoms(),
)
def test_whatever_happens_the_reading_makes_sense_and_order_of_rows_is_nothing(told, random):
    events = [Event(NINE + timedelta(minutes=15 * n), what, why, post) for n, what, why, post in told]
    found = read(events, hours=HOURS, target=TARGET, now=at(200))
    mixed = list(events)
    random.shuffle(mixed)
    assert read(mixed, hours=HOURS, target=TARGET, now=at(200)) == found or len({e.at for e in events}) < len(
        events
    )
    if found is None:
        return
    assert found.asked_at <= found.started_at and found.asked_at <= found.due_at and found.laps >= 1
    assert found.started_at <= found.due_at or found.broken_at is not None
    assert (found.answered_at is None) == (found.answer_id is None)
    assert not (found.is_running and found.is_aside)
    assert found.broken_at is None or found.asked_at < found.broken_at
    if found.is_running and found.due_at < at(200):
        assert found.broken_at is not None
