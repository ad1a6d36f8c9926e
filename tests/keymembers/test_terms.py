"""Key members: named with a reason and consent, for a term, and counted on the desk no longer than that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from community.core import clock
from community.core.access import Invalid, Refused
from community.core.tasks.testing import run_due
from community.members.models import Member
from moderation.desk.models import DeskThread
from moderation.desk.scoring import Why
from moderation.keymembers import actions, queries
from moderation.keymembers.models import KeyMember
from tests.builders.forum import a_thread
from tests.builders.members import a_member, an_imported_member, signed_in
from tests.builders.notices import told

pytestmark = pytest.mark.django_db


def naming(member, **changes):
    given = {
        "actor": a_member(role="moderator"),
        "member_id": member.pk,
        "segment": "active_owner",
        "reason": "Answers every winter question",
        "until": clock.now() + timedelta(days=90),
        "agreed_on": clock.now().date(),
        "agreed_how": "In a message",
    }
    return actions.name_key_member(**given | changes)


def test_a_term_marks_the_member_and_counts_on_the_desk_until_it_ends(frozen_clock, facts):
    member = a_member()
    thread = a_thread(author=member)
    run_due()
    plain = DeskThread.objects.get(pk=thread.pk)
    naming(member)
    run_due()
    row = DeskThread.objects.get(pk=thread.pk)
    assert row.is_key and row.score - plain.score == 8
    assert Why.KEY_MEMBER in {reason.why for reason in row.why}
    assert Member.objects.get(pk=member.pk).is_key_member
    frozen_clock.move(timedelta(days=89, hours=23))
    assert actions.end_due_terms() == 0
    frozen_clock.move(timedelta(hours=1))
    assert queries.term_of(member.pk) is None
    assert actions.end_due_terms() == 1
    run_due()
    row = DeskThread.objects.get(pk=thread.pk)
    assert not row.is_key and Why.KEY_MEMBER not in {reason.why for reason in row.why}
    assert not Member.objects.get(pk=member.pk).is_key_member
    assert [fact.is_key_member for fact in facts.of("KeyMembershipChanged")] == [True, False]


def test_a_term_ends_before_its_date_with_a_reason_and_a_new_one_may_follow():
    member = a_member()
    term = naming(member)
    with pytest.raises(Refused, match="already"):
        naming(member)
    moderator = a_member(role="moderator")
    with pytest.raises(Invalid):
        actions.end_term(actor=moderator, term_id=term.pk, reason=" ")
    actions.end_term(actor=moderator, term_id=term.pk, reason="Moved away")
    again = actions.end_term(actor=moderator, term_id=term.pk, reason="Twice")
    assert again.end_reason == "Moved away"
    naming(member)
    assert KeyMember.objects.filter(member=member).count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"segment": "celebrity"}, "segment"),
        ({"reason": "\u202e "}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"agreed_how": ""}, "agreed_how"),
        ({"agreed_on": (clock.now() + timedelta(days=3)).date()}, "agreed_on"),
        ({"until": clock.now() - timedelta(days=1)}, "until"),
        ({"until": clock.now() + timedelta(days=400)}, "until"),
    ],
)
def test_nobody_is_named_without_reason_term_and_consent(changes, field):
    with pytest.raises(Invalid) as refused:
        naming(a_member(), **changes)
    assert refused.value.field == field
    assert not KeyMember.objects.exists()


@pytest.mark.parametrize("who", ["member", "editor"])
def test_only_the_team_names(who):
    with pytest.raises(Refused):
        naming(a_member(), actor=a_member(role=who))


def test_staff_and_imported_authors_are_not_named():
    for other in (a_member(role="moderator"), an_imported_member()):
        with pytest.raises(Refused) as refused:
            naming(other)
        assert refused.value.code == "not_member"


def test_nobody_is_named_while_muted_or_suspended(frozen_clock):
    for standing in ("muted", "suspended"):
        member = a_member(standing=standing, standing_until=frozen_clock.now() + timedelta(days=1))
        with pytest.raises(Refused, match="muted or suspended"):
            naming(member)
    frozen_clock.move(timedelta(days=1))
    assert naming(member, agreed_on=frozen_clock.now().date()).member == member, "its time is over"


def test_the_staff_page_names_and_ends(frozen_clock):
    anna = a_member(name="Anna")
    page = signed_in(Client(), a_member(role="moderator"), strongly=True)
    assert 'value="Anna"' in page.get("/staff/key-members/?name=Anna").content.decode()
    given = {
        "name": "Anna",
        "segment": "club_leader",
        "reason": "Leads the coast <club>",
        "until": "2027-03-01",
        "agreed_on": "2026-11-20",
        "agreed_how": "By phone",
    }
    assert page.post("/staff/key-members/", given | {"name": "Nobody"}).status_code == 422
    assert page.post("/staff/key-members/", given | {"reason": ""}).status_code == 422
    shown = page.post("/staff/key-members/", given, follow=True).content.decode()
    assert "Anna is a key member now." in shown and "Leads the coast &lt;club&gt;" in shown
    assert page.post("/staff/key-members/", given).status_code == 422
    term = queries.term_of(anna.pk)
    assert page.post("/staff/key-members/", {"term": term.pk, "reason": ""}).status_code == 422
    page.post("/staff/key-members/", {"term": term.pk, "reason": "Moved away"})
    assert queries.term_of(anna.pk) is None


@pytest.mark.parametrize("many", [2, 12])
def test_the_staff_page_costs_the_same_however_many_there_are(many, django_assert_max_num_queries):
    page = signed_in(Client(), a_member(role="moderator"), strongly=True)
    for _ in range(many):
        naming(a_member())
    page.get("/staff/key-members/")
    with django_assert_max_num_queries(7):
        page.get("/staff/key-members/")


def test_the_desk_says_why_its_author_is_one(frozen_clock):
    member = a_member()
    naming(member, reason="Answers every winter question")
    thread = a_thread(author=member)
    run_due()
    desk = signed_in(Client(), a_member(role="moderator"), strongly=True)
    words = desk.get(f"/desk/threads/{thread.pk}/").content.decode()
    assert "Answers every winter question" in words and "Active owner" in words
    assert thread.title in desk.get("/desk/?view=key").content.decode()


def test_whoever_is_named_reads_why_and_hears_of_the_end(frozen_clock):
    member = a_member()
    term = naming(member)
    run_due()
    (row,) = told(member, kind="house")
    assert row.data["what"] == "key_named" and row.data["reason"] == "Answers every winter question"
    browser = signed_in(Client(), member)
    assert "named you a key member" in browser.get("/notices/").content.decode()
    page = browser.get(browser.get(f"/notices/{row.pk}/")["Location"]).content.decode()
    for words in ("Active owner", "Answers every winter question", "In a message"):
        assert words in page, words
    assert "You are a key member" not in signed_in(Client(), a_member()).get("/settings/").content.decode()
    actions.end_term(actor=a_member(role="moderator"), term_id=term.pk, reason="Moved away")
    run_due()
    assert {one.data["what"] for one in told(member, kind="house")} == {"key_named", "key_ended"}
