"""Who sees which field of whom."""

import pytest
from django.contrib.auth.models import AnonymousUser

from community.members import access
from community.members.models import Role
from tests.builders.members import a_member, an_imported_member

pytestmark = pytest.mark.django_db
GUEST = AnonymousUser()


@pytest.mark.parametrize(
    ("chosen", "guest", "other"),
    [("everyone", True, True), ("members", False, True), ("nobody", False, False)],
)
def test_a_field_is_seen_by_those_its_member_chose(chosen, guest, other):
    member = a_member(visibility={"city": chosen})
    assert access.may_see_field(GUEST, member, "city") is guest
    assert access.may_see_field(a_member(), member, "city") is other
    assert access.may_see_field(a_member(role=Role.ADMIN), member, "city") is other
    assert access.may_see_field(member, member, "city")


def test_until_somebody_chooses_an_address_is_nobodys_and_being_here_is_for_members():
    member = a_member()
    assert not access.may_see_field(a_member(), member, "email")
    assert access.may_see_field(a_member(), member, "online")
    assert not access.may_see_field(GUEST, member, "online")


@pytest.mark.parametrize("stored", [{"city": "friends"}, {"city": None}, {"city": ["everyone"]}])
def test_what_cannot_be_understood_is_shown_to_nobody(stored):
    assert not access.may_see_field(a_member(), a_member(visibility=stored), "city")


def test_a_field_nobody_declared_is_an_error_and_not_an_opening():
    with pytest.raises(KeyError):
        access.may_see_field(GUEST, a_member(), "password")


def test_guests_and_unclaimed_members_do_not_speak():
    assert access.may_speak(GUEST).code == "guest"
    assert access.may_speak(an_imported_member()).code == "imported"
    assert access.may_reach(GUEST, a_member()).code == "guest"
