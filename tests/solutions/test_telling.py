"""Whoever relies on an answer hears once when it changes; and answers come back to the desk in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.http import Http404

from activity.notices import known as notices
from activity.notices.actions import set_ways
from activity.notices.kinds import Kind, Ways
from activity.notices.models import Notification
from activity.notices.words import plain, why
from community.core import clock
from community.core.access import Invalid, Refused
from community.core.tasks.testing import run_due
from forum import actions as forum
from moderation.solutions import actions, hearers, policy, queries, ranges, tasks
from moderation.solutions.models import Change, Review, Solution
from moderation.solutions.policy import Range
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member
from tests.builders.solutions import WORDS, a_solution, linked

pytestmark = pytest.mark.django_db


def told(member=None):
    rows = Notification.objects.filter(kind=Kind.KNOWN, withdrawn_at=None)
    return list(rows.filter(recipient=member) if member else rows)


@pytest.fixture
def relied(solution, mei):
    """An asker whose thread is linked, and somebody whom the answer helped."""
    thread, said = linked(solution, by=mei), a_member()
    actions.say_solved(actor=said, solution_id=solution.pk)
    run_due()
    return thread.author, said


def edit(solution, body, actor=None):
    post = solution.post
    forum.edit_post(actor=actor or post.author, post_id=post.pk, body=body)


def test_an_edit_that_says_something_new_is_told_once(frozen_clock, solution, relied):
    asker, said = relied
    a_reply(author=a_member(), thread=solution.thread)
    edit(solution, WORDS.replace("seconds", "secnds"))
    frozen_clock.move(timedelta(minutes=6))
    run_due()
    assert not told(), "spelling is no news"
    edit(solution, WORDS.replace("ten", "thirty"))
    edit(solution, WORDS.replace("ten seconds", "thirty seconds, never longer"))
    frozen_clock.move(timedelta(minutes=6))
    run_due()
    assert {row.recipient_id for row in told()} == {asker.pk, said.pk}
    assert Change.objects.count() == 1, "two edits in a row are one change"
    (row,) = told(asker)
    assert "says something new" in plain(row) and why(row) == "Your thread is linked to it."
    assert why(told(said)[0]) == "You said that it solved yours."
    assert row.post_id == solution.post_id and row.actor is None


def test_an_answer_that_holds_for_fewer_cars_is_told_once_and_one_for_more_is_no_news(solution, relied, mei):
    asker, said = relied
    Solution.objects.filter(pk=solution.pk).update(car="", car_key="", software_to="")
    for held in (Range("Aurora E", 2024, 2026), Range("aurora  e", 2023, 2027), Range("", 2023, 2027)):
        actions.change_range(actor=mei, solution_id=solution.pk, held=held)
        run_due()
    assert {row.recipient_id for row in told()} == {asker.pk, said.pk}
    assert "holds for fewer cars now" in plain(told(asker)[0]) and Change.objects.count() == 1


@pytest.mark.parametrize(
    ("before", "after", "is_so"),
    [
        (Range(), Range("Aurora E"), True),
        (Range("Aurora E"), Range("Aurora Mini"), True),
        (Range("Aurora E"), Range("aurora e"), False),
        (Range("Aurora E"), Range(), False),
        (Range("", 2020), Range("", 2022), True),
        (Range("", 2020), Range("", 2018), False),
        (Range(), Range("", None, 2024), True),
        (Range("", None, 2024), Range("", None, 2025), False),
        (Range("", None, None, "4.2"), Range("", None, None, "4.10"), True),
        (Range("", None, None, "4.2"), Range("", None, None, "4.2.0"), False),
        (Range(), Range("", None, None, "", "5"), True),
        (Range("", None, None, "", "5"), Range("", None, None, "", "4.9"), True),
        (Range("", None, None, "", "5"), Range(), False),
    ],
)
def test_fewer_cars_are_those_that_are_left_out_now(before, after, is_so):
    assert ranges.narrows(before, after) is is_so


def test_told_twice_or_cut_off_half_way_everybody_hears_once(solution, relied, mei, monkeypatch):
    third = linked(solution).author
    monkeypatch.setattr(hearers, "BATCH", 1)
    actions.take_back(actor=mei, solution_id=solution.pk, reason="Wrong in winter")
    change = Change.objects.get()
    tell = notices.about_known

    def dies(**given):
        tell(**given)
        raise OSError("killed")

    monkeypatch.setattr(notices, "about_known", dies)
    with pytest.raises(OSError), transaction.atomic():
        tasks.tell_of_change.call(change_id=change.pk)
    assert not told(), "what was cut off left nothing"
    monkeypatch.setattr(notices, "about_known", tell)
    for _ in range(2):
        tasks.tell_of_change.call(change_id=change.pk)
    run_due()
    tasks.tell_of_change.call(change_id=change.pk)
    run_due()
    assert sorted(row.recipient_id for row in told()) == sorted({*(one.pk for one in relied), third.pk})
    assert {row.count for row in told()} == {1}
    assert "taken back" in plain(told(third)[0]) and why(told(third)[0]).endswith("Wrong in winter")


def test_never_whoever_did_it_nor_who_may_not_read_it_nor_who_wants_to_hear_nothing(solution, mei):
    thread = linked(solution, thread=a_thread(author=mei, board=solution.thread.board))
    off, lost = a_member(), a_member()
    set_ways(member=off, kind=Kind.KNOWN, ways=Ways(in_app=False))
    for person in (off, lost):
        actions.say_solved(actor=person, solution_id=solution.pk)
    lost.is_active = False
    lost.save()
    assert thread.author == mei
    actions.take_back(actor=mei, solution_id=solution.pk, reason="Wrong")
    run_due()
    assert told() == []


def test_another_answer_takes_the_place_with_its_links_not_with_its_praise(solution, relied, mei):
    better = a_reply(author=a_member(), thread=solution.thread, body="Update to 4.3, which mends it.")
    new = actions.replace(actor=mei, solution_id=solution.pk, post_id=better.pk, reason="4.3 mends it")
    assert (
        actions.replace(actor=mei, solution_id=new.pk, post_id=better.pk, reason="4.3 mends it").pk == new.pk
    )
    run_due()
    asker, said = relied
    assert {row.recipient_id for row in told()} == {asker.pk, said.pk}
    assert (new.solved_count, queries.helped_by(mei, better.author)) == (0, 0)
    assert queries.helped_by(mei, solution.post.author) == 1
    (shown,) = queries.of_thread(asker, solution.links.model.objects.get().thread_id)
    assert shown.post == better


def test_what_its_author_removes_is_taken_back(solution, relied):
    forum.remove_post(actor=solution.post.author, post_id=solution.post_id)
    run_due()
    assert {row.data["what"] for row in told()} == {"withdrawn"}
    assert {row.recipient_id for row in told()} == {one.pk for one in relied}


# Reviews ----------------------------------------------------------------------------------------------------------


def test_its_day_brings_an_answer_back_to_the_desk_once(frozen_clock, solution, mei):
    actions.change_range(
        actor=mei,
        solution_id=solution.pk,
        held=Range("Aurora E"),
        review_after=clock.now().date() + timedelta(days=3),
    )
    assert actions.open_due_reviews() == 0
    frozen_clock.move(timedelta(days=3))
    assert [actions.open_due_reviews(), actions.open_due_reviews()] == [1, 0]
    (waiting,) = queries.reviews_for(mei)
    assert queries.reviews_for(a_member(role="editor")) == []
    actions.find_true(actor=mei, review_id=waiting.review.pk)
    assert actions.open_due_reviews() == 0 and queries.reviews_for(mei) == []
    solution.refresh_from_db()
    assert solution.review_after == clock.now().date() + policy.NEXT_LOOK
    with pytest.raises(Refused) as refusal:
        actions.find_untrue(actor=mei, review_id=waiting.review.pk, reason="Wrong")
    assert refusal.value.code == "settled"


def test_a_newer_year_or_version_of_its_car_brings_it_back(mei):
    old = a_solution(by=mei, held=Range("Aurora E", 2024, 2026, "4.0", "4.2"))
    others = [
        a_solution(by=mei, held=held)
        for held in (Range("Aurora E", 2024), Range("Borealis", None, 2026), Range("Aurora E", None, 2027))
    ]
    actions.name_release(actor=mei, car=" aurora  e", year=2027)
    actions.name_release(actor=mei, car="Aurora E", year=2027)
    run_due()
    (review,) = Review.objects.all()
    assert (review.solution, review.why, review.release.car) == (old, "year", "aurora e")
    actions.find_true(actor=mei, review_id=review.pk)
    old.refresh_from_db()
    assert old.year_to == 2027, "it holds for the newer one too"
    actions.name_release(actor=mei, car="Aurora E", software="4.10")
    actions.name_release(actor=mei, car="Aurora E", software="4.1")
    run_due()
    review = Review.objects.get(settled_at=None)
    assert (review.solution, review.why, review.release.software) == (old, "software", "4.10")
    with pytest.raises(Http404):
        actions.narrow(actor=a_member(), review_id=review.pk, held=Range("Aurora E"))
    with pytest.raises(Invalid):
        actions.narrow(actor=mei, review_id=review.pk, held=Range("Aurora E", 2030, 2024))
    actions.narrow(actor=mei, review_id=review.pk, held=Range("Aurora E", 2024, 2025, "", "4.2"))
    old.refresh_from_db()
    assert (old.year_to, old.software_to) == (2025, "4.2") and len(others) == 3
    assert not Review.objects.filter(settled_at=None).exists()


def test_taken_back_on_review_everybody_hears_why(solution, relied, mei):
    Solution.objects.update(review_after=date(2020, 1, 1))
    actions.open_due_reviews()
    (waiting,) = queries.reviews_for(mei)
    actions.find_untrue(actor=mei, review_id=waiting.review.pk, reason="The update changed it")
    run_due()
    assert {row.recipient_id for row in told()} == {one.pk for one in relied}


# Words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (Range(), "all cars"),
        (
            Range("Aurora E", 2024, 2026, "4.0", "4.2"),
            "Aurora E, model years 2024 to 2026, software 4.0 to 4.2",
        ),
        (Range("Aurora E", 2025, 2025, "", "4.2"), "Aurora E, model year 2025, software up to 4.2"),
        (Range("", 2024, None, "4", ""), "from model year 2024, software from 4"),
        (Range("", None, 2024, "4.2", "4.2.0"), "up to model year 2024, software 4.2 to 4.2.0"),
    ],
)
def test_a_range_is_a_plain_sentence(held, words):
    assert ranges.in_words(ranges.clean(held)) == words


@pytest.mark.parametrize(
    ("held", "field"),
    [
        (Range("x" * 61), "car"),
        (Range("\u202e!!!"), "car"),
        (Range("", 1800), "year_from"),
        (Range("", 2026, 2024), "year_to"),
        (Range("", None, None, "4.2 or so"), "software_from"),
        (Range("", None, None, "", "<script>"), "software_to"),
        (Range("", None, None, "", "1.2.3.4.5"), "software_to"),
        (Range("", None, None, "4.10", "4.9"), "software_to"),
    ],
)
def test_what_is_no_range_is_said_on_its_field(held, field):
    with pytest.raises(Invalid) as refusal:
        ranges.clean(held)
    assert refusal.value.field == field


def test_full_width_digits_and_controls_are_read():
    assert ranges.clean(Range("Aurora\u202e E\x00", None, None, "ｖ４．２")) == Range(
        "Aurora E", None, None, "4.2"
    )


@pytest.mark.parametrize(
    ("before", "after", "is_news"),
    [
        ("Hold it for ten seconds.", "Hold it, for ten seconds!", False),
        ("Hold it for ten secnds.", "Hold it for ten seconds.", False),
        ("Hold it for 10 seconds.", "Hold it for 20 seconds.", True),
        ("You may tow it.", "You may not tow it.", True),
        ("You may not tow it.", "You may tow it.", True),
        ("Hold the left key.", "Hold the right key.", False),
        ("Hold the left key.", "Press both buttons at once.", True),
        ("按住左键十秒。", "按住左键十秒！", False),
        ("可以拖车。", "不可以拖车。", True),
        ("按住左键十秒。", "按住右侧按钮。", True),
        ("word " * 3000, "other " * 3000, True),
    ],
)
def test_which_edits_readers_hear_of(before, after, is_news):
    assert policy.is_material(before, after) is is_news
