"""Who is told: pure rules."""

import pytest

from activity.notices import policy
from activity.notices.kinds import DEFAULTS, Kind, Rhythm, Ways
from activity.notices.policy import Candidate


def test_each_person_is_told_once_by_the_strongest_reason():
    candidates = [
        Candidate(1, Kind.WATCHED),
        Candidate(1, Kind.MENTION),
        Candidate(2, Kind.REPLY),
        Candidate(2, Kind.QUOTE),
        Candidate(3, Kind.WATCHED),
    ]
    chosen = policy.strongest(candidates, without={3})
    assert {pk: one.kind for pk, one in chosen.items()} == {1: Kind.MENTION, 2: Kind.QUOTE}


@pytest.mark.parametrize(
    ("kind", "thread", "board", "heard"),
    [
        (Kind.REPLY, "", "", True),
        (Kind.REPLY, "muted", "", False),
        (Kind.REPLY, "", "muted", False),
        (Kind.REPLY, "all", "muted", True),
        (Kind.REPLY, "mentions", "", False),
        (Kind.MENTION, "mentions", "", True),
        (Kind.QUOTE, "mentions", "", True),
        (Kind.MENTION, "muted", "", False),
        (Kind.REPLY, "", "mentions", True),
        (Kind.OPENED, "", "mentions", False),
        (Kind.HOUSE, "muted", "muted", True),
        (Kind.ACCEPTED, "muted", "", True),
    ],
)
def test_a_wish_about_the_thread_comes_before_one_about_its_board(kind, thread, board, heard):
    assert policy.hears(kind, thread, board) is heard


def test_items_are_folded_once_and_only_the_latest_are_kept_by_name():
    items: list[list[int]] = []
    for post in range(30):
        items, new = policy.folded(items, [post, 7])
        assert new
    assert [post for post, _actor in items] == list(range(10, 30))
    assert policy.folded(items, [29, 7]) == (items, False)


def test_actors_are_the_latest_first_each_once():
    assert policy.actors([[1, 5], [2, 6], [3, 5], [4, 0]]) == [5, 6]


@pytest.mark.parametrize(
    ("ways", "rhythm", "has_push", "channel"),
    [
        (Ways(mail=True), Rhythm.AT_ONCE, False, "mail"),
        (Ways(mail=True), Rhythm.DAILY, False, ""),
        (Ways(mail=True), Rhythm.NEVER, False, ""),
        (Ways(mail=True, push=True), Rhythm.AT_ONCE, True, "push"),
        (Ways(mail=True, push=True), Rhythm.AT_ONCE, False, "mail"),
        (Ways(push=True), Rhythm.NEVER, True, "push"),
        (Ways(digest=True), Rhythm.AT_ONCE, True, ""),
    ],
)
def test_one_thing_interrupts_by_one_way(ways, rhythm, has_push, channel):
    assert policy.interrupts(ways, rhythm, has_push=has_push) == channel


@pytest.mark.parametrize(
    ("ways", "rhythm", "interrupted", "waiting"),
    [
        (Ways(mail=True), Rhythm.AT_ONCE, False, False),
        (Ways(mail=True), Rhythm.DAILY, False, True),
        (Ways(digest=True), Rhythm.WEEKLY, False, True),
        (Ways(digest=True), Rhythm.NEVER, False, False),
        (Ways(digest=True), Rhythm.AT_ONCE, True, False),
    ],
)
def test_what_waits_for_the_digest(ways, rhythm, interrupted, waiting):
    assert policy.waits(ways, rhythm, interrupted=interrupted) is waiting


def test_every_kind_has_its_usual_ways_and_only_what_names_somebody_comes_by_mail():
    assert set(DEFAULTS) == set(Kind.values)
    assert {kind for kind, ways in DEFAULTS.items() if ways.mail} == {
        "message",
        "mention",
        "quote",
        "reply",
        "asked",
        "duty",
        "house",
    }
