"""Whatever statement of whatever verb fails: the verb is done once, in at most three tries, and every count is right.

Rows, sequences and queued reactions that a verb adds when nothing fails are counted first; with a failure at each of
its statements in turn, it must add the same.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Sum
from structlog.testing import capture_logs

import activity.messages
import activity.notices
import community.files
import community.privacy
import moderation.canned
import moderation.desk
import moderation.keymembers
import moderation.promises
import moderation.raises
import moderation.solutions
import moderation.topics
from activity.notices import webpush
from community.core import retrying
from community.core.tasks import rows
from community.members import actions as member_actions
from forum import actions as forum_actions
from forum.models import Thread
from polls import actions as poll_actions
from polls import statements
from polls.counters import recounts
from polls.quizzes import actions as quiz_actions
from polls.quizzes import counters as quiz_counters
from polls.surveys import actions as survey_actions
from tests.concurrency.together import assert_exact
from tests.faults import board_verbs as _board_verbs  # noqa: F401  its verbs join the others
from tests.faults import (
    desk_verbs,
    letter_verbs,
    notice_verbs,
    promise_verbs,
    quiz_verbs,
    raise_verbs,
    solution_verbs,
    survey_verbs,
)
from tests.faults import forgetting_verbs as _forgetting_verbs  # noqa: F401
from tests.faults import keeping_verbs as _keeping_verbs  # noqa: F401
from tests.faults.desk_verbs import DESK
from tests.faults.forum_verbs import FORUM, Act, World
from tests.faults.letter_verbs import ROOMS
from tests.faults.member_verbs import MEMBERS
from tests.faults.poll_verbs import POLLS
from tests.faults.promise_verbs import PROMISES
from tests.faults.quiz_verbs import QUIZZES
from tests.faults.raise_verbs import RAISES
from tests.faults.solution_verbs import SOLUTIONS
from tests.faults.survey_verbs import SURVEYS
from tests.support import faults

pytestmark = pytest.mark.django_db(transaction=True)

# Single statements that need no transaction, and what is built of other verbs or writes no rows.
NO_VERBS = {"mark_read", "mark_seen", "prepare_thread", "prepare_replies", "check_preferences", "time_zones"}
NO_VERBS |= {"hold_thread", "ask_for_card", "due_to_publish", "end_due_pins", "next_rename_at"}
NO_VERBS |= {"due_waves", "anonymous_waves", "has_begun", "due_draws", "untold_polls"}
NO_VERBS |= {
    "clean_line",
    "clean_reason",
    "require_merge_target",
    "drafted",
    "has_ballots",
    "due_polls",
    "due_runs",
    "sealed_polls",
    "why_unfit",
}
NO_VERBS |= {"import_member", "set_avatar", "end_session", "end_welcome"}
# Steps of an account's leaving, each repeatable: killed after any of them in tests/privacy/test_leaving.py.
NO_VERBS |= {"set_leaving", "close_account", "erase_name", "former_key", "former_name", "is_erased"}
NO_VERBS |= {"take_out_words", "take_back_reactions", "let_go_of_names"}
# What these change is in no count of rows: what they return says it.
CHANGED: dict[str, tuple[str, Any]] = {
    "keep_card": ("state", "found"),
    "discard_draft": ("is_aside", True),
    "use_draft": ("is_aside", False),
    "change_scheduled": ("body", "Other words."),
    "edit_group": ("title_en", "Another"),
    "edit_board": ("title_en", "Another"),
    "decline_claim": ("state", "declined"),
    "withdraw_claim": ("state", "withdrawn"),
    "set_role": ("role", "editor"),
    "unblock": ("blocks", False),
    "update_profile": ("city", "Graz"),
    "set_preferences": ("language", "zh-hans"),
    "archive_poll": ("state", "archived"),
    "remove_poll": ("state", "removed"),
    "reopen_poll": ("closed_at", None),
    "hold_draw": ("value", "1 2 3"),
    "claim_prize": ("claimed_at", lambda at: at is not None),
    "freeze_draw": ("entry_count", 1),
    "forget_traces": ("network", ""),
    "end_trial": ("ended_at", lambda at: at is not None),
    "end_due_trials": ("ended_at", lambda at: at is not None),
    "join_trials": ("member_id", lambda pk: pk is not None),
    "take_back_apart": ("withdrawn_at", bool),
    "take_back_message": ("withdrawn_at", bool),
    **letter_verbs.CHANGED,
    **notice_verbs.CHANGED,
    **promise_verbs.CHANGED,
    **raise_verbs.CHANGED,
    **quiz_verbs.CHANGED,
    **desk_verbs.CHANGED,
    **survey_verbs.CHANGED,
    **solution_verbs.CHANGED,
}
VERBS = FORUM | MEMBERS | POLLS | QUIZZES | SURVEYS | ROOMS | DESK | PROMISES | RAISES | SOLUTIONS
GROUPS = [
    list(verbs)[n::parts]
    for verbs, parts in (
        (FORUM, 4),
        (MEMBERS, 2),
        (POLLS, 2),
        (QUIZZES, 2),
        (SURVEYS, 1),
        (ROOMS, 4),
        (DESK, 2),
        (PROMISES, 2),
        (RAISES, 1),
        (SOLUTIONS, 1),
    )
    for n in range(parts)
]
NEWER_ROOMS = (
    activity.messages, activity.notices, community.files, community.privacy, moderation.canned, moderation.desk,
    moderation.keymembers, moderation.promises, moderation.raises, moderation.solutions,
    moderation.topics,
)  # fmt: skip
_DECORATED = retrying.action(lambda: None).__code__


@pytest.fixture(autouse=True)
def _in_no_hurry(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = webpush.new_private_key()
    monkeypatch.setattr(retrying, "_pause", lambda kind, attempt: 0.0)
    monkeypatch.setattr(
        statements, "SHARDS", 1
    )  # where a count lies is chance; how many rows it takes must not be


def test_no_verb_is_left_out() -> None:
    names = {
        name
        for room in (forum_actions, member_actions, poll_actions, quiz_actions, survey_actions)
        for name in room.__all__
        if name[0].islower()
    }
    assert names - NO_VERBS <= set(FORUM) | set(MEMBERS) | set(POLLS) | set(QUIZZES) | set(SURVEYS) | set(
        SOLUTIONS
    )
    covered = {name.removesuffix("_in_notices") for name in ROOMS} | desk_verbs.NO_VERBS
    covered |= set(DESK) | set(PROMISES) | set(RAISES) | set(SOLUTIONS) | solution_verbs.NO_VERBS
    assert {name for room in NEWER_ROOMS for name in _actions_in(room)} <= covered
    rooms = (FORUM, MEMBERS, POLLS, QUIZZES, SURVEYS, ROOMS, DESK, PROMISES, RAISES, SOLUTIONS)
    assert len(VERBS) == sum(map(len, rooms)), "each name once"


def _actions_in(room: Any) -> Iterator[str]:
    """Every function of a room that `@action` makes a verb of, public or not."""
    for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        if ".migrations" in found.name:
            continue
        module = import_module(found.name)
        for value in vars(module).values():
            if getattr(value, "__code__", None) is _DECORATED and value.__module__ == module.__name__:
                yield value.__name__


def _counting(cursor: Any) -> str:
    """The statement that counts every table. PostgreSQL plans it once a connection: that is most of what it costs."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
    counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables)
    if connection.vendor != "postgresql":
        return counts
    cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = 'stand'")
    if cursor.fetchone() is None:
        cursor.execute(f"PREPARE stand AS {counts}")
    return "EXECUTE stand"


def stand() -> dict[str, int]:
    """How many rows each table has, and how far the threads' sequences are."""
    with connection.cursor() as cursor:
        cursor.execute(_counting(cursor))
        counted = dict(cursor.fetchall())
    steps = Thread.objects.aggregate(steps=Sum("sequence"), posts=Sum("last_number"))
    return counted | {name: value or 0 for name, value in steps.items()}


def added(verb: str, act: Act) -> dict[str, object]:
    """What the verb did: rows more or less, and a field of what it returned."""
    before = stand()
    result = act()
    after = stand()
    done: dict[str, object] = {
        name: after[name] - before[name] for name in after if after[name] != before[name]
    }
    if verb in CHANGED:
        field, value = CHANGED[verb]
        result.refresh_from_db()
        found = getattr(result, field)
        done[field] = value(found) if callable(value) else found == value
    return done


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0])
def test_a_failure_at_any_statement_leaves_one_effect(group: list[str], is_long: bool) -> None:
    """Two failures a run: at a statement of the first try, and at the next one of the second."""
    world = World()
    is_real = connection.vendor == "postgresql"
    kinds = [faults.serialisation, faults.drop, faults.deadlock, faults.drop] if is_real else [faults.locked]
    step = 1 if is_long else 13 if is_real else 9
    for verb in group:
        prepare = VERBS[verb]
        prepare(world)()  # tags and the like that are made once
        expected = added(verb, prepare(world))
        assert expected and False not in expected.values(), f"{verb} changes nothing: it proves nothing"
        for run, at in enumerate(count(1, step)):
            ways = [kinds[run % len(kinds)], kinds[(run + 1) % len(kinds)]]
            act = prepare(world)
            with faults.failing_at_each_try(at, ways) as struck, capture_logs() as told:
                found = added(verb, act)
            assert found == expected, f"{verb}, failing at statement {at}"
            retried = sum(line["event"] == "transaction_retried" for line in told)
            assert retried == struck.failures, f"{verb}, failing at statement {at}: {told}"
            if not struck.failures:
                assert run, f"{verb} runs no statement in a transaction"
                break
        rows.rows().delete()
    assert_exact()
    assert all(one.agrees for one in recounts())
    assert quiz_counters.rebuild() == 0
