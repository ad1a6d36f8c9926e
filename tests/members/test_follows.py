"""Following people: who may, what a block does to it, and who may read the lists."""

import pytest
from django.test import Client
from django.urls import reverse

from community.core.access import Refused
from community.members import actions
from community.members.models import Follow, Ignore
from tests.builders.members import a_member, an_imported_member, signed_in

pytestmark = pytest.mark.django_db


def listed(client, member, which):
    return client.get(reverse(f"members:{which}", args=[member.name]))


class TestFollowing:
    def test_followed_and_unfollowed_once_each(self, facts):
        member, target = a_member(), a_member()
        for _ in range(2):
            actions.follow(member=member, target=target)
        assert facts.only("MemberFollowed").target_id == target.pk
        for _ in range(2):
            actions.unfollow(member=member, target=target)
        assert facts.only("MemberUnfollowed").member_id == member.pk
        assert not Follow.objects.exists()

    def test_nobody_follows_themselves(self):
        member = a_member()
        with pytest.raises(Refused) as refusal:
            actions.follow(member=member, target=member)
        assert refusal.value.code == "self"

    @pytest.mark.parametrize("blocker", ["follower", "target"])
    def test_a_block_ends_it_both_ways_and_keeps_it_ended(self, blocker):
        member, target = a_member(), a_member()
        actions.follow(member=member, target=target)
        actions.follow(member=target, target=member)
        one, other = (member, target) if blocker == "follower" else (target, member)
        actions.block(member=one, target=other)
        assert not Follow.objects.exists()
        with pytest.raises(Refused) as refusal:
            actions.follow(member=member, target=target)
        assert refusal.value.code == "blocked"

    def test_ignoring_ends_ones_own_and_following_lifts_it(self):
        member, target = a_member(), a_member()
        actions.follow(member=member, target=target)
        actions.follow(member=target, target=member)
        actions.ignore_member(member=member, target=target)
        assert [row.member_id for row in Follow.objects.all()] == [target.pk]
        actions.follow(member=member, target=target)
        assert not Ignore.objects.exists()

    @pytest.mark.parametrize("standing", ["muted", "suspended"])
    def test_standing_stops_following_but_never_unfollowing(self, standing):
        member, target = a_member(), a_member()
        actions.follow(member=member, target=target)
        member.standing = standing
        member.save()
        actions.unfollow(member=member, target=target)
        with pytest.raises(Refused):
            actions.follow(member=member, target=target)


class TestPages:
    def test_the_buttons_work_without_a_script(self, client):
        member, target = a_member(), a_member()
        address = reverse("members:relation", args=[target.name])
        profile = target.get_absolute_url()
        signed_in(client, member)
        assert 'value="follow"' in client.get(profile).content.decode()
        client.post(address, {"do": "follow"})
        assert 'value="unfollow"' in client.get(profile).content.decode()
        client.post(address, {"do": "unfollow"})
        assert not Follow.objects.exists()

    def test_lists_show_to_each_what_their_people_chose(self, client):
        open_one = a_member(name="Open One", visibility={"following": "everyone"})
        usual = a_member(name="Usual One")
        private = a_member(name="Private One", visibility={"following": "nobody"})
        star = a_member(name="Star", visibility={"followers": "everyone"})
        for one in (open_one, usual, private):
            actions.follow(member=one, target=star)
        seen = {
            "guest": listed(client, star, "followers").content.decode(),
            "member": listed(signed_in(Client(), a_member()), star, "followers").content.decode(),
            "star": listed(signed_in(Client(), star), star, "followers").content.decode(),
            "private": listed(signed_in(Client(), private), star, "followers").content.decode(),
        }
        names = ["Open One", "Usual One", "Private One"]
        main = {who: page.split('id="main"')[1].split("</main>")[0] for who, page in seen.items()}
        shown = {who: [name in page for name in names] for who, page in main.items()}
        assert shown == {
            "guest": [True, False, False],
            "member": [True, True, False],
            "star": [True, True, False],
            "private": [True, True, True],
        }
        assert listed(client, usual, "following").status_code == 404
        assert listed(signed_in(Client(), star), private, "following").status_code == 404
        assert "Star" in listed(signed_in(Client(), private), private, "following").content.decode()

    def test_closed_accounts_are_not_listed(self, client):
        member, gone = a_member(visibility={"following": "everyone"}), a_member(name="Gone One")
        actions.follow(member=member, target=gone)
        gone.is_active = False
        gone.save()
        assert "Gone One" not in listed(client, member, "following").content.decode()

    def test_long_lists_page(self, client):
        member = a_member(visibility={"following": "everyone"})
        for _ in range(41):
            actions.follow(member=member, target=a_member())
        first = listed(client, member, "following")
        rest = client.get(
            reverse("members:following", args=[member.name]), {"page": first.context["page"].next}
        )
        assert len(first.context["people"]) == 40 and len(rest.context["people"]) == 1


def test_follows_move_home_with_an_imported_author():
    claimant, imported, fan, both = a_member(), an_imported_member(), a_member(), a_member()
    actions.follow(member=claimant, target=fan)
    for one in (fan, both):
        actions.follow(member=one, target=claimant)
    actions.follow(member=both, target=imported)
    claim = actions.claim_member(claimant=claimant, imported=imported, evidence="I wrote these")
    actions.approve_claim(actor=a_member(role="admin"), claim=claim)
    at_home = Follow.objects.filter(target=imported)
    assert Follow.objects.filter(member=imported, target=fan).exists()
    assert set(at_home.values_list("member", flat=True)) == {fan.pk, both.pk}
