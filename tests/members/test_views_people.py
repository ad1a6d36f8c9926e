"""Profiles, the list of members, and what one may do there."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from community.core import clock
from community.members import actions, queries
from community.members.models import Ignore, Member, Role, Standing
from tests.builders.members import a_member, an_imported_member, signed_in

pytestmark = pytest.mark.django_db


def page(client, member, **query):
    return client.get(reverse("members:profile", args=[member.name]), query)


class TestProfile:
    def test_it_shows_to_each_what_its_member_chose(self, client):
        member = a_member(
            name="Anna Kuhn", city="Leipzig", drives="Aurora E", headline="Range in winter", bio="A <b>b</b>",
            visibility={"city": "members", "drives": "nobody"},
        )  # fmt: skip
        guest = page(client, member).content.decode()
        other = page(signed_in(Client(), a_member()), member).content.decode()
        mine = page(signed_in(Client(), member), member).content.decode()
        assert "Range in winter" in guest and "&lt;b&gt;" in guest
        assert ("Leipzig" in guest, "Leipzig" in other, "Leipzig" in mine) == (False, True, True)
        assert ("Aurora E" in guest, "Aurora E" in other, "Aurora E" in mine) == (False, False, True)
        assert member.email not in guest + other

    def test_one_may_look_at_oneself_as_others_do_but_not_at_others_so(self, client):
        member = a_member(
            city="Leipzig", drives="Aurora E", visibility={"city": "members", "drives": "nobody"}
        )
        signed_in(client, member)
        as_member = page(client, member, **{"as": "member"}).content.decode()
        as_guest = page(client, member, **{"as": "guest"}).content.decode()
        assert ("Leipzig" in as_member, "Aurora E" in as_member) == (True, False)
        assert ("Leipzig" in as_guest, "Aurora E" in as_guest) == (False, False)
        assert (
            "Aurora E" not in page(signed_in(Client(), a_member()), member, **{"as": "me"}).content.decode()
        )

    @pytest.mark.parametrize("spelling", ["anna kuhn", "ANNA KUHN", "annakuhn", "Anna_Kuhn"])
    def test_other_spellings_and_old_names_lead_to_the_name(self, client, spelling):
        member = a_member(name="Anna Kuhn")
        actions.rename_member(member=member, name="何晓舟")
        response = client.get(reverse("members:profile", args=[spelling]) + "?as=guest")
        assert response.status_code == 302
        assert response.url == reverse("members:profile", args=["何晓舟"]) + "?as=guest"
        assert client.get(response.url).status_code == 200

    @pytest.mark.parametrize(
        "name", ["nobody-here", "😀", "…", "x" * 500, "..", "%00".replace("%00", "a\\b")]
    )
    def test_who_is_not_there_is_absent(self, client, name):
        assert client.get(reverse("members:profile", args=[name])).status_code == 404

    def test_accounts_that_proved_nothing_and_closed_ones_are_absent_like_the_rest(self, client):
        waiting = actions.register_member(name="Waiting One", email="w@example.org")
        closed = a_member(is_active=False)
        for member in (waiting, closed):
            assert page(client, member).status_code == 404

    def test_an_imported_member_is_labelled(self, client):
        assert "claimed" in page(client, an_imported_member()).content.decode()

    def test_a_link_of_a_members_own_passes_no_reputation_on(self, client):
        member = a_member(website="https://example.org/?a=1&b=2")
        content = page(client, member).content.decode()
        assert 'href="https://example.org/?a=1&amp;b=2" rel="nofollow ugc noopener"' in content


class TestRelations:
    @pytest.mark.parametrize(
        ("do", "rows"), [("ignore", [False]), ("block", [True]), ("unignore", []), ("unblock", [])]
    )
    def test_one_button_each(self, client, do, rows):
        member, target = a_member(), a_member()
        response = signed_in(client, member).post(reverse("members:relation", args=[target.name]), {"do": do})
        assert response.url == target.get_absolute_url()
        assert list(Ignore.objects.filter(member=member).values_list("blocks", flat=True)) == rows

    def test_refusals_are_said(self, client):
        member, boss = a_member(), a_member(role=Role.MODERATOR)
        signed_in(client, member)
        page = client.post(reverse("members:relation", args=[boss.name]), {"do": "block"}, follow=True)
        assert "Staff cannot be blocked" in page.content.decode() and not Ignore.objects.exists()

    def test_guests_sign_in_and_unknown_verbs_are_absent(self, client):
        target = a_member()
        address = reverse("members:relation", args=[target.name])
        assert client.post(address, {"do": "ignore"}).url.startswith(reverse("account_login"))
        signed_in(client, a_member())
        assert client.post(address, {"do": "delete"}).status_code == 404
        assert client.get(address).status_code == 405


class TestDirectory:
    def names(self, client, **query):
        return [
            member.name for member in client.get(reverse("members:directory"), query).context["page"].items
        ]

    def test_by_name_and_by_part_of_one(self, client):
        for name in ("Zoe", "Anna", "何曉舟"):
            a_member(name=name)
        assert self.names(client) == ["Anna", "Zoe", "何曉舟"]
        assert self.names(client, q="ZO") == ["Zoe"]
        assert self.names(client, q="晓舟") == ["何曉舟"]
        assert self.names(client, q="☃") == []
        bernd = a_member(name="Bernd Vivvi")
        assert self.names(client, q="ber") == self.names(client, q="nd vivvi") == [bernd.name]
        assert [queries.names_beginning(a_member(), typed) for typed in ("Ber", "bern", "nd")] == [
            [bernd],
            [bernd],
            [],
        ]

    def test_by_kind(self, client):
        a_member(name="Anna", is_verified_owner=True)
        a_member(name="Berta", role=Role.EDITOR)
        assert self.names(client, show="owner") == ["Anna"]
        assert self.names(client, show="staff") == ["Berta"]

    def test_pages_follow_each_other_and_a_broken_cursor_is_the_first_page(self, client, monkeypatch):
        monkeypatch.setattr("community.members.queries.PER_PAGE", 2)
        for name in ("Anna", "Berta", "Carla"):
            a_member(name=name)
        first = client.get(reverse("members:directory")).context["page"]
        assert [member.name for member in first.items] == ["Anna", "Berta"]
        assert self.names(client, page=first.next) == ["Carla"]
        assert self.names(client, page="broken") == ["Anna", "Berta"]

    def test_it_costs_the_same_at_any_size(self, client, django_assert_max_num_queries):
        client.get(reverse("members:directory"))
        for _ in range(3):
            a_member()
        with django_assert_max_num_queries(8) as few:
            client.get(reverse("members:directory"))
        for _ in range(20):
            a_member()
        with django_assert_max_num_queries(len(few)):
            client.get(reverse("members:directory"))


class TestClaiming:
    def test_a_member_says_so_and_staff_approve(self, client):
        imported, claimant = an_imported_member(name="Old Hand"), a_member(name="Hannes")
        signed_in(client, claimant)
        assert "This is me" in page(client, imported).content.decode()
        response = client.post(
            reverse("members:claim", args=["Old Hand"]), {"evidence": "See my profile there."}
        )
        assert response.url == reverse("members:settings")
        assert "waiting" in client.get(response.url).content.decode()

        desk = signed_in(Client(), a_member(role=Role.MODERATOR), strongly=True)
        listed = desk.get(reverse("members:staff_claims"))
        assert "See my profile there." in listed.content.decode()
        claim = listed.context["claims"][0]
        desk.post(reverse("members:decide_claim", args=[claim.pk]), {"decision": "approve"})
        assert Member.objects.get(name="Old Hand").email == claimant.email
        assert client.get(reverse("members:settings")).status_code == 302  # signed out: sign in as Old Hand
        assert client.get(reverse("members:profile", args=["Hannes"])).url.endswith("/Old%20Hand/")

    def test_why_not_is_said_on_the_page(self, client):
        signed_in(client, a_member(post_count=3))
        text = client.get(reverse("members:claim", args=[an_imported_member().name])).content.decode()
        assert "already written here" in text and "<textarea" not in text

    def test_withdrawing(self, client):
        signed_in(client, a_member())
        imported = an_imported_member()
        client.post(reverse("members:claim", args=[imported.name]), {"evidence": "x"})
        client.post(reverse("members:withdraw_claim"))
        assert imported.claims.get().state == "withdrawn"

    def test_only_imported_members_have_the_page(self, client):
        signed_in(client, a_member())
        assert client.get(reverse("members:claim", args=[a_member().name])).status_code == 404


class TestStaffDesk:
    @pytest.fixture
    def desk(self, client):
        self.moderator = a_member(role=Role.MODERATOR, name="Team Lin")
        return signed_in(client, self.moderator, strongly=True)

    def test_a_member_is_found_by_present_and_past_names(self, desk):
        member = a_member(name="Anna Kuhn")
        actions.rename_member(member=member, name="Anna Berg")
        for q in ("berg", "KUHN"):
            assert member in desk.get(reverse("members:staff"), {"q": q}).context["page"].items

    def test_addresses_are_for_administrators(self, desk):
        member = a_member(email="anna@example.org")
        assert desk.get(reverse("members:staff"), {"q": "anna@example.org"}).context["page"].items == []
        assert (
            "anna@example.org"
            not in desk.get(reverse("members:staff_member", args=[member.pk])).content.decode()
        )
        admins = signed_in(Client(), a_member(role=Role.ADMIN), strongly=True)
        assert admins.get(reverse("members:staff"), {"q": "anna@example.org"}).context["page"].items == [
            member
        ]
        assert (
            "anna@example.org"
            in admins.get(reverse("members:staff_member", args=[member.pk])).content.decode()
        )

    def test_a_decision_is_made_shown_and_read_by_the_member(self, desk):
        member = a_member()
        address = reverse("members:staff_member", args=[member.pk])
        response = desk.post(
            reverse("members:set_standing", args=[member.pk]),
            {"standing": "suspended", "reason": "Threats.", "days": "7"},
        )
        assert response.url == address
        assert "Threats." in desk.get(address).content.decode()
        assert "Threats." in signed_in(Client(), member).get(reverse("members:settings")).content.decode()
        assert Member.objects.get(pk=member.pk).standing == Standing.SUSPENDED

    def test_a_standing_whose_time_is_over_counts_nowhere(self, desk):
        member = a_member(name="Anna Kuhn", standing=Standing.SUSPENDED)
        listed = reverse("members:staff")
        for hours, there in ((1, "suspended"), (-1, "good")):
            Member.objects.filter(pk=member.pk).update(standing_until=clock.now() + timedelta(hours=hours))
            page = desk.get(reverse("members:staff_member", args=[member.pk]))
            assert page.context["standing_form"]["standing"].value() == there
            assert f"<span>{Standing(there).label}</span>" in page.content.decode()
            shown = desk.get(listed, {"q": "kuhn"}).content.decode()
            assert (f"<p>{Standing.SUSPENDED.label} · until" in shown) is (there == "suspended")
            for standing in ("suspended", "good"):
                found = desk.get(listed, {"q": "kuhn", "standing": standing}).context["page"].items
                assert found == ([member] if standing == there else [])
            called = queries.names_beginning(self.moderator, "anna")
            assert called == ([member] if there == "good" else [])

    def test_a_decision_from_an_old_page_is_refused_with_what_was_decided_meanwhile(self, desk):
        member, boss = a_member(), a_member(name="Aunt Ida", role=Role.ADMIN)
        address = reverse("members:set_standing", args=[member.pk])
        old = desk.get(reverse("members:staff_member", args=[member.pk])).context["standing_form"]
        actions.set_standing(actor=boss, member=member, standing="suspended", reason="Threats.")
        sent = {"standing": "warned", "reason": "Manners.", "days": "0", "seen": old["seen"].value()}
        refused = desk.post(address, sent)
        told = refused.context["standing_form"].non_field_errors()[0]
        assert refused.status_code == 422 and "Aunt Ida" in told and str(Standing.SUSPENDED.label) in told
        assert Member.objects.get(pk=member.pk).standing == Standing.SUSPENDED
        again = sent | {"seen": refused.context["standing_form"]["seen"].value()}
        assert desk.post(address, again).status_code == 302
        assert Member.objects.get(pk=member.pk).standing == Standing.WARNED

    def test_a_missing_reason_keeps_the_form(self, desk):
        member = a_member()
        response = desk.post(
            reverse("members:set_standing", args=[member.pk]), {"standing": "muted", "reason": ""}
        )
        assert response.status_code == 422 and "reason" in response.context["standing_form"].errors

    def test_moderators_neither_give_roles_nor_names(self, desk):
        member = a_member(name="Anna")
        assert desk.post(reverse("members:set_role", args=[member.pk]), {"role": "admin"}).status_code == 422
        assert (
            desk.post(reverse("members:staff_rename", args=[member.pk]), {"name": "Berta"}).status_code == 422
        )
        member.refresh_from_db()
        assert (member.role, member.name) == ("member", "Anna")

    def test_administrators_do(self, client):
        member = a_member(name="Anna")
        signed_in(client, a_member(role=Role.ADMIN), strongly=True)
        client.post(reverse("members:set_role", args=[member.pk]), {"role": "editor"})
        client.post(reverse("members:staff_rename", args=[member.pk]), {"name": "Aurora Team"})
        member.refresh_from_db()
        assert (member.role, member.name) == ("editor", "Aurora Team")

    @pytest.mark.parametrize("name", ["staff", "staff_claims"])
    def test_editors_find_nothing(self, client, name):
        signed_in(client, a_member(role=Role.EDITOR), strongly=True)
        assert client.get(reverse(f"members:{name}")).status_code == 404
