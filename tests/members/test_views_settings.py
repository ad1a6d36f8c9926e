"""My own settings, my devices, and what a forged form changes."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from community.members.models import Member
from community.members.page_forms import FIELD_LABELS
from tests import hostile
from tests.builders.members import PASSWORD, a_member, signed_in

pytestmark = pytest.mark.django_db
PROFILE = {"headline": "", "drives": "", "city": "", "website": "", "bio": ""} | {
    f"visibility_{field}": "everyone" for field in FIELD_LABELS
}
PAGES = """
members:settings members:rename members:picture members:my_preferences members:people account_email mfa_index
usersessions_list socialaccount_connections account_set_password account_logout mfa_activate_totp
mfa_add_webauthn mfa_list_webauthn mfa_generate_recovery_codes
""".split()  # noqa: SIM905


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_stands_in_the_sites_shell(client, name, language):
    signed_in(client, a_member(language=language))
    response = client.get(reverse(name))
    text = response.content.decode()
    assert response.status_code == 200
    assert text.count("<h1") == 1 and 'class="topbar"' in text
    assert " style=" not in text and "<script>" not in text
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", PAGES)
def test_guests_sign_in_first(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 302


class TestProfileForm:
    def test_words_and_audiences_are_saved(self, client):
        member = a_member()
        signed_in(client, member)
        form = PROFILE | {"city": "Leipzig", "visibility_city": "members"}
        assert client.post(reverse("members:settings"), form).url == reverse("members:settings")
        member.refresh_from_db()
        assert member.city == "Leipzig" and member.visibility["city"] == "members"

    def test_a_refusal_keeps_what_was_typed(self, client):
        signed_in(client, a_member())
        response = client.post(
            reverse("members:settings"), PROFILE | {"city": "Leipzig", "website": "nonsense"}
        )
        assert response.status_code == 422
        assert "Leipzig" in response.content.decode() and "website" in response.context["form"].errors

    def test_a_muted_member_is_told_why_nothing_was_saved(self, client):
        signed_in(client, a_member(standing="muted", standing_reason="Spam"))
        response = client.post(reverse("members:settings"), PROFILE | {"bio": "Buy"})
        assert response.status_code == 422 and "Spam" in response.content.decode()

    def test_every_naughty_string_comes_back_as_typed_or_refused(self, client):
        member = a_member()
        signed_in(client, member)
        for text in hostile.every_naughty_string()[::5]:
            response = client.post(
                reverse("members:settings"), PROFILE | {"bio": text, "headline": text[:80]}
            )
            assert response.status_code in (302, 400, 422), text
        assert client.get(member.get_absolute_url()).status_code == 200


def test_a_forged_form_changes_nothing_it_does_not_show(client):
    """Every column of the member, added to every form of the settings."""
    member = a_member(name="Anna")
    signed_in(client, member)
    own = {
        "name",
        "headline",
        "bio",
        "city",
        "website",
        "drives",
        "visibility",
        "language",
        "theme",
        "time_zone",
    }
    allowed = own | {"name_key", "last_seen_at"}
    before = Member.objects.filter(pk=member.pk).values().get()
    forged = {field.name: "1" for field in Member._meta.concrete_fields}
    forged |= {
        "role": "admin",
        "is_superuser": "on",
        "standing": "suspended",
        "email": "evil@example.org",
        "avatar": "x",
    }
    for name in (*PAGES[:8], "members:preferences"):
        client.post(
            reverse(name),
            PROFILE | forged | {"name": "Berta", "theme": "dark", "language": "en"},
            headers={"origin": "http://testserver"},
        )
    after = Member.objects.filter(pk=member.pk).values().get()
    assert {column for column in after if after[column] != before[column]} <= allowed


class TestName:
    def test_a_new_name(self, client):
        member = a_member(name="Anna")
        signed_in(client, member)
        assert client.post(reverse("members:rename"), {"name": "Berta"}).status_code == 302
        text = client.get(reverse("members:rename")).content.decode()
        assert "Earlier names" in text and "Anna" in text

    def test_a_refused_one_stays_in_the_form_and_the_page_keeps_the_old(self, client):
        member = a_member(name="Anna")
        signed_in(client, member)
        response = client.post(reverse("members:rename"), {"name": "admin"})
        assert response.status_code == 422
        assert 'value="admin"' in response.content.decode() and "Anna, my pages" in response.content.decode()


class TestPreferences:
    def test_choices_take_hold_at_once_on_this_device_too(self, client):
        member = a_member()
        signed_in(client, member)
        client.cookies["theme"] = "light"
        form = {"language": "zh-hans", "theme": "dark", "time_zone": "Asia/Shanghai"}
        client.post(reverse("members:my_preferences"), form)
        page = client.get(reverse("members:my_preferences"))
        assert page["Content-Language"] == "zh-hans" and page.wsgi_request.theme == "dark"
        member.refresh_from_db()
        assert member.time_zone == "Asia/Shanghai"
        client.post(reverse("members:my_preferences"), form | {"time_zone": "UTC"})
        assert Member.objects.get(pk=member.pk).time_zone == "UTC", "not the same as none"


class TestDevices:
    def sign_in(self, member, agent):
        visitor = Client(HTTP_USER_AGENT=agent)
        visitor.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
        return visitor

    @pytest.fixture
    def two(self):
        member = a_member(password=PASSWORD)
        here = self.sign_in(member, "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
        there = self.sign_in(
            member, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile/1 Safari/604.1"
        )
        return member, here, there

    def test_each_is_named_and_can_be_ended(self, two, facts):
        member, here, there = two
        text = here.get(reverse("usersessions_list")).content.decode()
        assert "Firefox on Windows" in text and "Safari on iPhone" in text and "This device" in text
        other = UserSession.objects.get(user=member, session_key=there.session.session_key)
        here.post(reverse("members:end_session", args=[other.pk]))
        assert there.get(reverse("members:settings")).status_code == 302
        assert here.get(reverse("members:settings")).status_code == 200
        assert facts.only("SessionsEnded").member_id == member.pk

    def test_all_others_at_once(self, two):
        _member, here, there = two
        here.post(reverse("usersessions_list"))
        assert there.get(reverse("members:settings")).status_code == 302
        assert here.get(reverse("members:settings")).status_code == 200

    def test_somebody_elses_stays(self, two):
        member, here, _there = two
        thief = signed_in(Client(), a_member())
        session = UserSession.objects.get(user=member, session_key=here.session.session_key)
        thief.post(reverse("members:end_session", args=[session.pk]))
        assert here.get(reverse("members:settings")).status_code == 200

    def test_an_old_cookie_opens_nothing_after_signing_out(self, two):
        _member, here, _there = two
        old = here.cookies["sessionid"].value
        here.post(reverse("account_logout"))
        thief = Client()
        thief.cookies["sessionid"] = old
        assert thief.get(reverse("members:settings")).status_code == 302

    def test_a_closed_account_is_out_at_once(self, two):
        member, here, _there = two
        Member.objects.filter(pk=member.pk).update(is_active=False)
        assert here.get(reverse("members:settings")).status_code == 302


class TestAddresses:
    def test_another_address_is_added_with_a_code_and_can_sign_in(self, client):
        import re

        from django.core import mail

        member = a_member(email="anna@example.org")
        signed_in(client, member)
        client.post(reverse("account_email"), {"email": "second@example.org", "action_add": ""})
        code = re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE).group()
        client.post(reverse("account_email_verification_sent"), {"code": code})
        assert "second@example.org" in client.get(reverse("account_email")).content.decode()
        client.post(reverse("account_email"), {"email": "second@example.org", "action_primary": ""})
        member.refresh_from_db()
        assert member.email == "second@example.org"

    def test_the_main_one_cannot_be_removed(self, client):
        member = a_member(email="anna@example.org")
        signed_in(client, member)
        client.post(reverse("account_email"), {"email": "anna@example.org", "action_remove": ""})
        assert member.emailaddress_set.count() == 1
