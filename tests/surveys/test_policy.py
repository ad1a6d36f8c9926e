"""The way through a survey and what may be answered, with plain values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polls.surveys import fixed, policy
from polls.surveys.policy import END, Asked, Given, Progress, Unfit


def one(number: int, **more) -> Asked:
    return Asked(number, "single", **({"values": (1, 2, 3)} | more))


def on(*values: int) -> Given:
    return Given(values)


STRAIGHT = policy.pages_of([one(1), one(2), one(3)])
BRANCHED = policy.pages_of([one(1, jumps={1: 3, 2: END}), one(2), one(3), one(4)])


@pytest.mark.parametrize(
    ("chosen", "page"),
    [(on(3), 1), (on(1), 2), (on(2), 4), (Given(), 1)],
    ids=["on", "jump", "end", "nothing"],
)
def test_what_comes_next_follows_from_what_was_chosen(chosen, page):
    assert policy.following(BRANCHED, 0, {1: chosen}) == page


def test_the_first_jump_of_a_page_decides():
    pages = policy.pages_of([one(1, jumps={1: 4}), one(2, starts_page=False, jumps={1: 3}), one(3), one(4)])
    assert policy.following(pages, 0, {1: on(1), 2: on(1)}) == 2
    assert policy.following(pages, 0, {1: on(2), 2: on(1)}) == 1


@pytest.mark.parametrize(
    ("questions", "found"),
    [
        ([one(1), one(2)], []),
        ([one(1, jumps={1: 3}), one(2), one(3)], []),
        ([one(1), one(2, jumps={1: 1})], [(2, "loop")]),
        ([one(1, jumps={2: 1})], [(1, "loop")]),
        ([one(1, jumps={1: 9})], [(1, "gone")]),
        ([one(1, jumps={1: 3}), one(2), one(3, starts_page=False)], [(1, "middle")]),
        ([one(1, jumps={1: 3, 2: 3, 3: END}), one(2), one(3)], [(2, "unreached")]),
        ([one(1, jumps={1: END, 2: END, 3: END}), one(2), one(3)], [(2, "unreached"), (3, "unreached")]),
        ([one(1, jumps={1: END, 2: END, 3: END}, is_required=False), one(2)], []),
    ],
)
def test_loops_and_dead_ends_are_found(questions, found):
    assert policy.faults(questions) == found


@st.composite
def surveys(draw) -> list[Asked]:
    """Up to eight pages whose jumps lead anywhere."""
    n = draw(st.integers(1, 8))
    jumps = st.dictionaries(st.integers(1, 3), st.integers(0, n), max_size=3)
    return [one(number, jumps=draw(jumps), is_required=draw(st.booleans())) for number in range(1, n + 1)]


@given(surveys(), st.lists(st.integers(1, 3), min_size=9, max_size=9))
def test_every_way_through_a_survey_without_faults_ends_and_progress_never_falls(questions, chosen):
    pages, progress, done = policy.pages_of(questions), Progress(), 0.0
    if policy.faults(questions):
        return
    for step, value in enumerate(chosen):
        at = policy.waiting(pages, progress)
        if at == len(pages):
            break
        share = step / (step + policy.longest(pages, at))
        assert share >= done
        done = share
        progress = policy.stepped(pages, progress, at, {pages[at][0].number: on(value)})
    assert policy.waiting(pages, progress) == len(pages)


def test_an_earlier_page_can_be_answered_anew_and_what_came_after_it_waits_with_its_answers():
    done = Progress()
    for at in range(3):
        done = policy.stepped(STRAIGHT, done, at, {at + 1: on(at + 1)})
    again = policy.stepped(STRAIGHT, done, 0, {1: on(3)})
    assert (again.trail, policy.waiting(STRAIGHT, again)) == ((1,), 1)
    assert again.answers[2] == on(2)
    assert policy.counting(STRAIGHT, again) == {1: on(3)}


def test_what_lies_off_the_way_does_not_count():
    progress = Progress()
    for at, value in ((0, 3), (1, 1), (2, 1), (3, 1)):
        progress = policy.stepped(BRANCHED, progress, at, {at + 1: on(value)})
    short = policy.stepped(BRANCHED, progress, 0, {1: on(2)})
    assert policy.waiting(BRANCHED, short) == len(BRANCHED)
    assert set(policy.counting(BRANCHED, short)) == {1}


@pytest.mark.parametrize("at", [-1, 2, 7])
def test_nobody_skips_ahead(at):
    with pytest.raises(Unfit):
        policy.stepped(STRAIGHT, Progress(), at, {})


@pytest.mark.parametrize(
    ("asked", "chosen", "words", "code"),
    [
        (one(1), [], "", "empty"),
        (one(1), ["4"], "", "foreign"),
        (one(1), ["1", "2"], "", "foreign"),
        (one(1), ["x"], "", "foreign"),
        (one(1), ["1"] * 9, "", "foreign"),
        (Asked(1, "multiple", (1, 2, 3), most=2), ["1", "2", "3"], "", "many"),
        (Asked(1, "multiple", (1, 2, 3), most=3), ["1", "1"], "", "foreign"),
        (Asked(1, "line"), [], "x" * 201, "long"),
        (Asked(1, "words"), [], " \n ", "empty"),
        (Asked(1, "words"), [], "\u200b \u2800", "empty"),
    ],
)
def test_what_is_no_answer(asked, chosen, words, code):
    with pytest.raises(Unfit) as refused:
        policy.answer(asked, chosen, words)
    assert refused.value.code == code


def test_what_is_kept_comes_back_as_it_was():
    progress = Progress((1, 4), {1: on(2, 3), 4: Given(words="Fine\nroads")})
    assert policy.unpacked(policy.packed(progress)) == progress
    assert policy.unpacked({}) == Progress()


def test_questions_are_the_same_only_in_the_same_words():
    same = policy.wording("single", "Why?", options=["a", "b"])
    assert same == policy.wording("single", "Why?", options=["a", "b"])
    others = [
        policy.wording("multiple", "Why?", options=["a", "b"]),
        policy.wording("single", "Why", options=["a", "b"]),
        policy.wording("single", "Why?", options=["b", "a"]),
        policy.wording("single", "Why?", "In winter", options=["a", "b"]),
        policy.wording("single", "Why?", options=["a", "b"], low=1),
    ]
    assert len({same, *others}) == 6


@pytest.mark.parametrize("kind", ["nps", "csat"])
def test_fixed_words_stand_in_both_languages(kind):
    said = {lang: fixed.words(kind, "X", lang) for lang in ("en", "zh", "")}
    assert said["en"] == said[""] != said["zh"]
    assert all("X" in one and "{" not in one for one in said.values())
    assert all(fixed.ends(kind, "zh")) and fixed.ends(kind, "zh") != fixed.ends(kind, "en")


@pytest.mark.parametrize(
    ("kind", "low", "high", "sizes"),
    [
        ("nps", 0, 10, [7, 2, 2]),
        ("csat", 1, 5, [2, 1, 2]),
        ("scale", 1, 4, [2, 2]),
        ("scale", 0, 10, [5, 1, 5]),
    ],
)
def test_bands_cover_a_scale_once(kind, low, high, sizes):
    bands = policy.bands(kind, low, high)
    assert [len(values) for _key, values in bands] == sizes
    assert [value for _key, values in bands for value in values] == list(range(low, high + 1))
