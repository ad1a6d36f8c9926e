"""Whatever statement of whatever verb fails: the verb is done once, in at most three tries, and every count is right.

Rows, sequences and queued reactions that a verb adds when nothing fails are counted first; with a failure at each of
its statements in turn, it must add the same.
"""

from __future__ import annotations

from itertools import count

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Sum
from structlog.testing import capture_logs

from community.core import retrying
from community.core.tasks import rows
from community.members import actions as member_actions
from forum import actions as forum_actions
from forum.models import Thread
from polls import actions as poll_actions
from polls import statements
from polls.counters import recounts
from tests.concurrency.together import assert_exact
from tests.faults import keeping_verbs as _keeping_verbs  # noqa: F401  its verbs join the others
from tests.faults.forum_verbs import FORUM, Act, World
from tests.faults.member_verbs import MEMBERS
from tests.faults.poll_verbs import POLLS
from tests.support import faults

pytestmark = pytest.mark.django_db(transaction=True)

# Single statements that need no transaction, and what is built of other verbs or writes no rows.
NO_VERBS = {"mark_read", "mark_seen", "prepare_thread", "prepare_replies", "check_preferences", "time_zones"}
NO_VERBS |= {"ask_for_card", "due_to_publish", "end_due_pins", "next_rename_at"}
NO_VERBS |= {"clean_line", "count_polls", "drafted", "has_ballots", "due_polls", "sealed_polls", "why_unfit"}
NO_VERBS |= {"import_member", "set_avatar", "end_session"}
# Steps of an account's leaving, each repeatable: killed after any of them in tests/privacy/test_leaving.py.
NO_VERBS |= {"set_leaving", "close_account", "erase_name", "former_key", "former_name"}
NO_VERBS |= {"take_out_words", "take_back_reactions", "let_go_of_names"}
# What these change is in no count of rows: what they return says it.
CHANGED = {
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
}
GROUPS = [list(FORUM)[n::4] for n in range(4)] + [list(MEMBERS)[n::2] for n in range(2)]
GROUPS += [list(POLLS)[n::2] for n in range(2)]


@pytest.fixture(autouse=True)
def _in_no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "_pause", lambda kind, attempt: 0.0)
    monkeypatch.setattr(
        statements, "SHARDS", 1
    )  # where a count lies is chance; how many rows it takes must not be


def test_no_verb_is_left_out() -> None:
    names = {
        name
        for room in (forum_actions, member_actions, poll_actions)
        for name in room.__all__
        if name[0].islower()
    }
    assert names - NO_VERBS <= set(FORUM) | set(MEMBERS) | set(POLLS)


def stand() -> dict[str, int]:
    """How many rows each table has, and how far the threads' sequences are."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables))
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
        done[field] = getattr(result, field) == value
    return done


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0])
def test_a_failure_at_any_statement_leaves_one_effect(group: list[str], is_long: bool) -> None:
    """Two failures a run: at a statement of the first try, and at the next one of the second."""
    world = World()
    is_real = connection.vendor == "postgresql"
    kinds = [faults.serialisation, faults.drop, faults.deadlock, faults.drop] if is_real else [faults.locked]
    step = 1 if is_long else 2 if is_real else 6
    for verb in group:
        prepare = FORUM.get(verb) or MEMBERS.get(verb) or POLLS[verb]
        prepare(world)()  # tags and the like that are made once
        expected = added(verb, prepare(world))
        assert expected and False not in expected.values(), f"{verb} changes nothing: it proves nothing"
        for run, at in enumerate(count(1, step)):
            ways = [kinds[run % len(kinds)], kinds[(run + 1) % len(kinds)]]
            act = prepare(world)
            with faults.failing_at_each_try(at, ways) as struck, capture_logs() as told:
                found = added(verb, act)
            assert found == expected, f"{verb}, failing at statement {at}"
            assert sum(line["event"] == "transaction_retried" for line in told) == struck.failures
            if not struck.failures:
                assert run, f"{verb} runs no statement in a transaction"
                break
        rows.rows().delete()
    assert_exact()
    assert all(one.agrees for one in recounts())
