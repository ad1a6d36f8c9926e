"""An imported author comes home, or does not."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from community.core.access import Invalid, Refused
from community.members import access, actions
from community.members.models import ImportClaim, Member, Role, Standing
from community.members.names import look_alike_key
from tests.builders.members import PASSWORD, a_member, an_imported_member, signed_in
from tests.builders.passkeys import Passkey

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported():
    return an_imported_member(name="Old Hand", source_id="7")


@pytest.fixture
def claimant():
    return a_member(
        name="Hannes", email="hannes@example.org", password=PASSWORD, city="Graz", language="zh-hans"
    )


@pytest.fixture
def moderator():
    return a_member(role=Role.MODERATOR)


def propose(claimant, imported):
    return actions.claim_member(claimant=claimant, imported=imported, evidence="My profile there links here.")


def test_a_passkey_made_before_the_claim_opens_the_account_after_it(imported, claimant, moderator):
    phone, stranger = Passkey(claimant), Passkey(a_member(), secret=8)
    before, after, other = Client(), Client(), Client()
    phone.sign_in(before)
    assert before.session["_auth_user_id"] == str(claimant.pk)
    actions.approve_claim(actor=moderator, claim=propose(claimant, imported))
    phone.sign_in(after)
    assert after.session["_auth_user_id"] == str(imported.pk)
    stranger._handle = phone._handle  # says whose, and cannot sign for them
    stranger.sign_in(other)
    assert "_auth_user_id" not in other.session


def test_what_became_of_a_claim_is_told_as_it_is_and_in_the_readers_language(
    client, imported, claimant, moderator
):
    page = reverse("members:settings")
    signed_in(client, claimant)
    actions.withdraw_claim(claimant=claimant, claim=propose(claimant, imported))
    assert "Old Hand" not in client.get(page).content.decode(), "nothing was won and nothing waits"
    propose(claimant, imported)
    with translation.override("en"):  # the moderator's
        actions.approve_claim(actor=moderator, claim=propose(a_member(), imported))
    assert "你对迁移成员 Old Hand 的认领" in (told := client.get(page).content.decode())
    with translation.override("zh-hans"):
        assert gettext("Somebody else's claim was approved.") in told


def test_a_claim_is_approved_although_somebody_bears_the_name_that_its_shell_would_have(
    imported, claimant, moderator
):
    in_the_way = f"claimed-{claimant.pk}"
    Member.objects.filter(pk=a_member().pk).update(name=in_the_way, name_key=look_alike_key(in_the_way))
    assert actions.approve_claim(actor=moderator, claim=propose(claimant, imported)).claimed_at
    claimant.refresh_from_db()
    assert claimant.name == f"{in_the_way}-x" and not claimant.is_active


def test_an_approved_claim_makes_the_imported_row_the_account(imported, claimant, moderator, facts):
    actions.enrol_totp(member=claimant)
    other = a_member()
    actions.ignore_member(member=claimant, target=other)
    claim = propose(claimant, imported)
    assert facts.only("ClaimProposed").imported_id == imported.pk

    account = actions.approve_claim(actor=moderator, claim=claim)

    account = Member.objects.get(pk=account.pk)
    assert (account.pk, account.name, account.email) == (imported.pk, "Old Hand", "hannes@example.org")
    assert account.check_password(PASSWORD) and not account.is_imported and account.claimed_at
    assert (account.city, account.language, account.source_id) == ("Graz", "zh-hans", "7")
    assert EmailAddress.objects.get(email="hannes@example.org").user == account
    assert Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists()
    assert account.ignores.get().target == other
    assert [past.name for past in account.past_names.all()] == ["Hannes"]
    assert access.may_speak(account)
    shell = Member.objects.get(pk=claimant.pk)
    assert not shell.is_active and shell.email is None and not shell.has_usable_password()
    claim.refresh_from_db()
    assert (claim.state, claim.decided_by) == ("approved", moderator)
    assert facts.only("ImportedMemberClaimed").claimant_id == claimant.pk


def test_rival_claims_fall_with_the_approved_one(imported, claimant, moderator):
    rival = propose(a_member(), imported)
    actions.approve_claim(actor=moderator, claim=propose(claimant, imported))
    rival.refresh_from_db()
    assert rival.state == "declined" and rival.reason and not rival.note


def test_a_declined_claim_says_why_and_another_may_follow(imported, claimant, moderator, facts):
    claim = propose(claimant, imported)
    with pytest.raises(Invalid):
        actions.decline_claim(actor=moderator, claim=claim, reason="")
    actions.decline_claim(actor=moderator, claim=claim, reason="The link is not there.")
    assert facts.only("ClaimDeclined").reason == "The link is not there."
    propose(claimant, imported)


def test_one_open_claim_at_a_time_until_it_is_withdrawn(imported, claimant):
    claim = propose(claimant, imported)
    with pytest.raises(Refused) as refusal:
        propose(claimant, an_imported_member(name="Other"))
    assert refusal.value.code == "claim_open"
    actions.withdraw_claim(claimant=a_member(), claim=claim)  # not theirs: nothing happens
    assert ImportClaim.objects.get().state == "open"
    actions.withdraw_claim(claimant=claimant, claim=claim)
    propose(claimant, imported)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"post_count": 1}, "has_posts"),
        ({"thread_count": 1}, "has_posts"),
        ({"standing": Standing.WARNED}, "standing"),
        ({"standing": Standing.SUSPENDED}, "suspended"),
        ({"source": "elsewhere", "source_id": "1", "claimed_at": "2026-01-01T00:00Z"}, "claimed"),
    ],
)
def test_who_cannot_claim_is_told_why(imported, claimant, changes, code):
    Member.objects.filter(pk=claimant.pk).update(**changes)
    claimant.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        propose(claimant, imported)
    assert refusal.value.code == code and refusal.value.reason


def test_staff_cannot_become_an_imported_member(imported):
    with pytest.raises(Refused) as refusal:
        propose(a_member(role=Role.EDITOR), imported)
    assert refusal.value.code == "role"


def test_only_imported_members_can_be_claimed(claimant):
    with pytest.raises(Refused) as refusal:
        propose(claimant, a_member())
    assert refusal.value.code == "not_imported"


def test_evidence_is_required(imported, claimant):
    with pytest.raises(Invalid):
        actions.claim_member(claimant=claimant, imported=imported, evidence="  ")


def test_posts_written_while_the_claim_waited_stop_it(imported, claimant, moderator):
    claim = propose(claimant, imported)
    Member.objects.filter(pk=claimant.pk).update(post_count=3)
    with pytest.raises(Refused) as refusal:
        actions.approve_claim(actor=moderator, claim=claim)
    assert refusal.value.code == "has_posts"
    claim.refresh_from_db()
    assert claim.state == "open"


def test_who_may_decide(imported, claimant):
    claim = propose(claimant, imported)
    for actor in (a_member(), a_member(role=Role.EDITOR), claimant):
        with pytest.raises(Refused):
            actions.approve_claim(actor=actor, claim=claim)
        with pytest.raises(Refused):
            actions.decline_claim(actor=actor, claim=claim, reason="no")


def test_a_claim_is_decided_once(imported, claimant, moderator):
    claim = propose(claimant, imported)
    actions.approve_claim(actor=moderator, claim=claim)
    for decide in (
        lambda: actions.approve_claim(actor=moderator, claim=claim),
        lambda: actions.decline_claim(actor=moderator, claim=claim, reason="no"),
    ):
        with pytest.raises(Refused) as refusal:
            decide()
        assert refusal.value.code == "decided"
