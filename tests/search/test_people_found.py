"""People among results: a few above what was said, never in its place, and those who were moved in last."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from community.core.tasks.testing import run_due
from community.members.models import Member
from community.search import drift, indexing, queries
from community.search.asking import parse
from community.search.models import SearchEntry
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
GUEST = AnonymousUser()


def moved_in(count: int) -> list[Member]:
    """People of another community, indexed after everything else as an import does."""
    rows = [
        Member(
            name=f"lager user {n}",
            name_key=f"lager user {n}",
            email=None,
            source="elsewhere",
            source_id=str(n),
        )
        for n in range(count)
    ]
    made = Member.objects.bulk_create(rows)
    indexing.index_members([row.pk for row in made])
    return made


def found(text: str, page: int = 1, **params: str) -> queries.Results:
    return queries.search(GUEST, parse({"q": text, **params}), page)


@pytest.fixture
def talk():
    thread = a_thread(author=a_member(), title="Which lager?", body="Pale lager.")
    a_reply(author=a_member(), thread=thread, body="Any lager.")
    here = a_member(name="Lager Hopkins")
    run_due()
    return thread, here


def test_newer_names_push_no_thread_out(talk, monkeypatch):
    monkeypatch.setattr(queries, "CANDIDATES", 10)
    moved_in(30)
    results = found("lager")
    assert [hit.post.number for hit in results.hits] == [1, 2]
    assert results.total == 2 and not results.at_least


def test_a_few_people_stand_above_and_those_who_are_here_come_first(talk, client):
    moved_in(30)
    names = [hit.member.name for hit in found("lager").faces]
    assert len(names) == queries.PEOPLE and names[0] == "Lager Hopkins"
    page = client.get("/search/", {"q": "lager"}).content.decode()
    assert page.index("Lager</mark> Hopkins") < page.index("Which <mark>lager</mark>?")
    assert "Imported, not claimed yet" in page and "All people found" in page and "2 found." in page
    assert not found("lager", page=2).faces or found("lager", page=2).page == 1


def test_all_people_are_under_people_with_those_moved_in_last(talk, monkeypatch):
    monkeypatch.setattr(queries, "CANDIDATES", 10)
    moved_in(30)
    for sort in ("best", "newest"):
        results = found("lager", type="member", sort=sort)
        assert results.hits[0].member == talk[1], sort
        assert results.total == 10 and results.at_least and not results.faces


def test_a_name_alone_is_found_and_said_to_be_one(talk, client):
    results = found("hopkins")
    assert not results.hits and not results.loose and [hit.member for hit in results.faces] == [talk[1]]
    page = client.get("/search/", {"q": "hopkins"}).content.decode()
    assert "only names do" in page and "Two Chinese characters" not in page and "All people found" not in page


def test_no_people_stand_above_what_is_narrowed_or_of_one_kind(talk):
    for params in ({"type": "thread"}, {"type": "reply"}, {"lane": "ask"}):
        assert not found("lager", **params).faces


def test_the_palette_names_those_who_are_here_first(talk):
    moved_in(40)
    assert queries.suggest(GUEST, "lager")["people"][0] == talk[1]


def test_an_old_title_outranks_many_newer_mentions(monkeypatch):
    monkeypatch.setattr(queries, "CANDIDATES", 5)
    old = a_thread(author=a_member(), title="Stout or porter?", body="Help.")
    other = a_thread(author=a_member(), title="Plain")
    for n in range(9):
        a_reply(author=a_member(), thread=other, body=f"Stout, porter {n}.")
    run_due()
    results = found("stout porter")
    assert results.hits[0].post.thread_id == old.pk and results.total == 6 and results.at_least
    assert found("stout porter", sort="newest").total == 5
    assert all(hit.post.thread_id != old.pk for hit in found("stout porter -help").hits), "its body says it"


def test_whoever_claims_their_account_is_no_longer_last():
    [row] = moved_in(1)
    assert "unclaimed" in SearchEntry.objects.get(member_id=row.pk).marks
    Member.objects.filter(pk=row.pk).update(source="", source_id="")
    people = Member.objects.filter(pk=row.pk)
    assert drift.of_members(people, repair=False).marked == [f"member-{row.pk}"]
    drift.of_members(people, repair=True)
    assert "unclaimed" not in SearchEntry.objects.get(member_id=row.pk).marks
    assert drift.of_members(people, repair=False).total == 0
