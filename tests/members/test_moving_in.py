"""Authors of another place move in: many at once, under names that are theirs or near, never somebody else's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError

from community.core.access import Invalid
from community.members import actions
from community.members.actions import ImportedPerson, moving_in
from community.members.actions._shared import hold_name
from community.members.models import Member
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
THEN = datetime(2014, 1, 21, tzinfo=UTC)


def people(*names: str) -> list[ImportedPerson]:
    return [ImportedPerson(str(n), name, THEN) for n, name in enumerate(names, start=1)]


def moved(*names: str, source: str = "stackexchange:beer") -> list[str]:
    found = actions.import_members(source=source, people=people(*names))
    return [found[str(n)].name for n in range(1, len(names) + 1)]


def test_each_is_made_once_and_found_again() -> None:
    assert moved("Anna", "Björn", "陈晨") == ["Anna", "Björn", "陈晨"]
    assert moved("Other", "Björn", "陈晨", "New") == ["Anna", "Björn", "陈晨", "New"]
    assert Member.objects.count() == 4
    member = Member.objects.get(name="Anna")
    assert member.is_imported and not member.has_usable_password() and member.joined_at == THEN


def test_names_alike_are_told_apart_and_nobody_loses_theirs() -> None:
    a_member(name="Carla")
    renamed = a_member(name="Former")
    actions.rename_member(member=renamed, name="Present")
    hold_name("Held")
    assert moved("Carla", "carla", "CARLA", "Former", "Held", "Dora", "dora") == [
        "Carla 1", "carla 2", "CARLA 3", "user4", "Held 5", "Dora", "dora 7",
    ]  # fmt: skip


def test_names_that_cannot_be_are_fitted() -> None:
    assert moved("", "Moderator", "x" * 60, "<b>", "Zoë!") == ["user1", "user2", "x" * 24, "user4", "Zoë"]


def test_what_they_said_of_themselves_is_cut_to_fit() -> None:
    person = ImportedPerson("1", "Anna", THEN, bio="b" * 3000, city="c" * 100, website="javascript:alert(1)")
    member = actions.import_members(source="stackexchange:beer", people=[person])["1"]
    assert (len(member.bio), len(member.city), member.website) == (2000, 60, "")


def test_many_cost_no_more_statements_than_few(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        actions.import_members(source="stackexchange:beer", people=people(*(f"Name {n}" for n in range(80))))
    assert Member.objects.count() == 80


def test_a_lost_race_is_run_again_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    bulk_create = Member.objects.bulk_create
    tries = 0

    def racing(rows: list[Member], **options: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries == 1 or rows[0].name == "Berta":
            raise IntegrityError
        return bulk_create(rows, **options)

    monkeypatch.setattr(moving_in.Member.objects, "bulk_create", racing)
    assert moved("Anna") == ["Anna"] and tries == 2
    with pytest.raises(Invalid):
        moved("Berta", source="stackexchange:wine")
