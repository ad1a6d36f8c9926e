"""Staff pages stay shut without the right role and a second factor used in this session."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from community.members import actions
from community.members.models import Member, Role
from tests.builders.forum import a_thread
from tests.builders.members import PASSWORD, a_member, signed_in, totp_code

pytestmark = pytest.mark.django_db

# One address that exists below each prefix.
DOORS = {"/cms/": "/cms/", "/djadmin/": "/djadmin/", "/staff/": "/staff/members/"}
KEYS = {"/cms/": Role.EDITOR, "/djadmin/": Role.ADMIN, "/staff/": Role.MODERATOR}


@pytest.fixture(params=DOORS)
def door(request):
    return request.param


def test_guests_sign_in_first_and_come_back(client, door):
    response = client.get(DOORS[door] + "?a=1")
    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={DOORS[door].replace('/', '%2F')}%3Fa%3D1"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.PARTNER])
def test_members_find_nothing_even_with_a_second_factor(client, door, role):
    signed_in(client, a_member(role=role), strongly=True)
    assert client.get(DOORS[door]).status_code == 404


def test_staff_without_a_factor_are_led_to_set_one_up_and_told_why(client, door):
    signed_in(client, a_member(role=KEYS[door]))
    response = client.get(DOORS[door])
    assert response.url.startswith(reverse("mfa_index") + "?next=")
    assert "those need a second step" in client.get(response.url).content.decode()


def test_staff_without_a_factor_act_nowhere_before_they_set_one_up(client):
    """Moderators' powers lie in threads and private boards as well."""
    thread, staff = a_thread(author=a_member()), a_member(role=Role.MODERATOR, password=PASSWORD)
    manage = f"/threads/{thread.pk}/manage/"
    came_in = client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    assert came_in.status_code == 302
    for path in (manage, thread.get_absolute_url(), "/"):
        assert client.get(path).url.startswith(reverse("mfa_index") + "?next=")
    locked = client.post(f"{manage}lock/", {"lock-reason": "Settled"})
    thread.refresh_from_db()
    assert locked.url.startswith(reverse("mfa_index")) and thread.locked_at is None
    assert client.get(reverse("mfa_index")).status_code == 200
    key = client.get(reverse("mfa_activate_totp"))
    if key.status_code == 302:  # who they are is asked once more
        client.post(key.url, {"password": PASSWORD})
        key = client.get(reverse("mfa_activate_totp"))
    secret = key.context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)}).status_code == 302
    assert client.get(manage).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_who_came_by_a_code_and_sets_a_factor_up_is_shown_the_recovery_codes(client):
    member = a_member()
    signed_in(client, member)  # nothing that could be asked for again is noted in the session
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    done = client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})
    assert done.url == reverse("mfa_view_recovery_codes")
    page = client.get(done.url)
    assert page.status_code == 200
    codes = Authenticator.objects.get(user=member, type="recovery_codes").wrap().get_unused_codes()
    assert all(code in page.content.decode() for code in codes) and len(codes) >= 8


def test_giving_up_the_last_factor_ends_every_other_session_of_staff(client):
    staff, thread, other = a_member(role=Role.MODERATOR), a_thread(author=a_member()), Client()
    for one in (client, other):
        signed_in(one, staff, strongly=True)
        assert one.get(f"/threads/{thread.pk}/manage/").status_code == 200
        UserSession.objects.create(user=staff, session_key=one.session.session_key, ip="203.0.113.9")
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert client.get(f"/threads/{thread.pk}/manage/").url.startswith(reverse("mfa_index"))
    assert other.get(f"/threads/{thread.pk}/manage/").url.startswith(reverse("account_login"))


def test_an_office_given_to_somebody_without_a_factor_ends_their_sessions(client):
    admin, member = a_member(role=Role.ADMIN), a_member(password=PASSWORD)
    client.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    assert client.get(reverse("mfa_index")).status_code == 200
    actions.set_role(actor=admin, member=member, role=Role.MODERATOR)
    assert client.get(reverse("mfa_index")).status_code == 302, "signed out"
    client.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    assert client.get("/").url.startswith(reverse("mfa_index"))


def test_staff_whose_session_has_not_used_it_are_asked(client, door):
    member = a_member(role=KEYS[door], password=PASSWORD)
    secret = actions.enrol_totp(member=member)
    signed_in(client, member)
    response = client.get(DOORS[door])
    assert response.url.startswith(reverse("mfa_reauthenticate") + "?next=")
    assert client.get(response.url).status_code == 200
    back = client.post(response.url, {"code": totp_code(secret), "next": DOORS[door]})
    assert back.url == DOORS[door]
    assert client.get(DOORS[door]).status_code == 200


def test_staff_with_the_factor_are_in(client, door):
    signed_in(client, a_member(role=KEYS[door]), strongly=True)
    assert client.get(DOORS[door]).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete", "head", "options"])
def test_every_method_is_covered(client, door, method):
    signed_in(client, a_member(role=KEYS[door]))
    response = getattr(client, method)(DOORS[door])
    assert response.status_code == 302 and reverse("mfa_index") in response.url


def test_a_factor_used_yesterday_is_asked_for_again(client, door):
    signed_in(client, a_member(role=KEYS[door]), strongly=True, at=time.time() - 12 * 3600 - 1)
    assert reverse("mfa_reauthenticate") in client.get(DOORS[door]).url


def test_a_removed_factor_opens_nothing(client, door):
    member = a_member(role=KEYS[door])
    signed_in(client, member, strongly=True)
    Authenticator.objects.filter(user=member).delete()
    assert client.get(DOORS[door]).status_code == 302


def test_somebody_elses_factor_in_the_session_opens_nothing(client, door):
    signed_in(client, a_member(role=KEYS[door]), strongly=True)
    records = {key: value for key, value in client.session.items() if key.startswith("account_auth")}
    other = a_member(role=KEYS[door])
    actions.enrol_totp(member=other)
    thief = signed_in(Client(), other)
    session = thief.session
    session.update(records)
    session.save()
    assert thief.get(DOORS[door]).status_code == 302


def test_a_role_that_was_taken_away_closes_the_door_at_once(client, door):
    member = a_member(role=KEYS[door])
    signed_in(client, member, strongly=True)
    assert client.get(DOORS[door]).status_code == 200
    actions.set_role(actor=None, member=member, role=Role.MEMBER)
    assert client.get(DOORS[door]).status_code == 404


@pytest.mark.parametrize(
    ("prefix", "role", "status"),
    [
        ("/cms/", Role.MODERATOR, 404),
        ("/cms/", Role.ADMIN, 200),
        ("/djadmin/", Role.EDITOR, 404),
        ("/djadmin/", Role.MODERATOR, 404),
        ("/staff/", Role.EDITOR, 404),
        ("/staff/", Role.ADMIN, 200),
    ],
)
def test_which_role_opens_which_door(client, prefix, role, status):
    signed_in(client, a_member(role=role), strongly=True)
    assert client.get(DOORS[prefix]).status_code == status


@pytest.mark.parametrize("address", ["/cms/login/", "/djadmin/login/"])
@pytest.mark.parametrize("field", ["username", "email", "login"])
def test_the_admins_own_logins_take_no_password(client, address, field):
    boss = a_member(role=Role.ADMIN, password=PASSWORD, email="boss@example.org")
    actions.enrol_totp(member=boss)
    response = client.post(address, {field: "boss@example.org", "password": PASSWORD})
    assert response.status_code == 302 and response.url.startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["/cms/login/", "/djadmin/login/"])
def test_behind_them_one_returns_to_the_admin_and_not_to_its_login(client, address):
    assert client.get(address).url.endswith("?next=" + address.replace("login/", "").replace("/", "%2F"))


@pytest.mark.parametrize(
    "address", ["/cms/users/", "/cms/users/add/", "/cms/groups/", "/cms/password_reset/"]
)
def test_wagtails_own_ways_into_accounts_are_shut(client, address):
    signed_in(client, a_member(role=Role.ADMIN), strongly=True)
    response = client.get(address)
    assert response.status_code == 404 or response.url == reverse("members:staff")


class TestEditors:
    def test_an_editor_opens_the_cms_and_publishes_a_page(self, client):
        from wagtail.models import Page

        editor = a_member(role=Role.EDITOR)
        signed_in(client, editor, strongly=True)
        assert client.get("/cms/").status_code == 200
        magazine = Page.objects.get(slug="magazine")
        address = reverse("wagtailadmin_pages:add_subpage", args=[magazine.pk])
        form = client.get(address, follow=True)
        assert form.status_code == 200 and b'name="action-publish"' in form.content
        permissions = magazine.permissions_for_user(editor)
        assert permissions.can_add_subpage() and permissions.can_publish()
        for model, verbs in (("image", ("add", "choose")), ("document", ("add", "choose"))):
            app = "wagtailimages" if model == "image" else "wagtaildocs"
            assert all(editor.has_perm(f"{app}.{verb}_{model}") for verb in verbs)

    def test_an_editor_is_no_superuser(self):
        editor = a_member(role=Role.EDITOR)
        assert not editor.is_superuser and not editor.has_perm("members.change_member")

    def test_a_former_editor_has_no_rights_left(self):
        editor = a_member(role=Role.EDITOR)
        actions.set_role(actor=None, member=editor, role=Role.MEMBER)
        fresh = type(editor).objects.get(pk=editor.pk)
        assert not fresh.has_perm("wagtailadmin.access_admin")


def test_the_djangos_admin_only_reads_people(client):
    boss = a_member(role=Role.ADMIN)
    signed_in(client, boss, strongly=True)
    page = client.get(reverse("admin:members_member_change", args=[boss.pk]))
    assert page.status_code == 200 and b'name="_save"' not in page.content
    assert (
        client.post(reverse("admin:members_member_change", args=[boss.pk]), {"name": "Evil"}).status_code
        == 403
    )
    assert client.get(reverse("admin:members_member_add")).status_code == 403
    assert client.get(reverse("admin:mfa_authenticator_add")).status_code == 403
    assert client.get(reverse("admin:account_emailaddress_add")).status_code == 403
    assert client.get("/djadmin/socialaccount/socialapp/").status_code == 404
    assert client.get("/djadmin/password_change/").url == reverse("account_change_password")


def test_standing_holds_on_staff_pages_too(client, door):
    """The CMS's own views know nothing of it."""
    staff = a_member(role=KEYS[door])
    signed_in(client, staff, strongly=True)
    Member.objects.filter(pk=staff.pk).update(standing="muted")
    assert client.get(DOORS[door]).status_code != 403
    assert client.post(DOORS[door]).status_code == 403
    Member.objects.filter(pk=staff.pk).update(standing="suspended")
    refused = client.get(DOORS[door])
    assert refused.status_code == 403 and "suspended" in refused.content.decode()
