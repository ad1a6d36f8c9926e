"""After the first step: second factors and passwords."""

import re
import time

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from community.members import actions
from community.members.models import Role
from tests.builders.members import PASSWORD, a_member, totp_code

pytestmark = pytest.mark.django_db


def the_code() -> str:
    return re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE).group()


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


class TestSecondStep:
    def sign_in(self, client, email="anna@example.org"):
        return client.post(reverse("account_login"), {"login": email, "password": PASSWORD})

    def test_an_app_is_asked_for_and_its_code_opens_once(self):
        member = a_member(email="anna@example.org", password=PASSWORD)
        code = totp_code(actions.enrol_totp(member=member))
        first, second = Client(), Client()
        assert self.sign_in(first).url == reverse("mfa_authenticate")
        self.sign_in(second)
        assert not is_signed_in(first)
        first.post(reverse("mfa_authenticate"), {"code": code})
        assert is_signed_in(first)
        second.post(reverse("mfa_authenticate"), {"code": code})
        assert not is_signed_in(second)

    def test_a_code_does_not_come_back_to_life_while_the_clock_still_allows_it(self, client, monkeypatch):
        member = a_member(email="anna@example.org", password=PASSWORD)
        code = totp_code(actions.enrol_totp(member=member))
        self.sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": code})
        real = time.time
        monkeypatch.setattr(
            "time.time", lambda: real() + 31
        )  # allauth has forgotten it, the drift still allows it
        cache.delete(f"allauth.mfa.totp.used?user={member.pk}&code={code}")
        again = Client()
        self.sign_in(again)
        again.post(reverse("mfa_authenticate"), {"code": code})
        assert not is_signed_in(again)

    def test_the_code_that_set_the_app_up_opens_nothing(self, client):
        a_member(email="anna@example.org", password=PASSWORD)
        self.sign_in(client)
        key = client.get(reverse("mfa_activate_totp"))
        if key.status_code == 302:  # who they are is asked once more
            client.post(key.url, {"password": PASSWORD})
            key = client.get(reverse("mfa_activate_totp"))
        code = totp_code(key.context["form"].secret)
        assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
        again = Client()
        assert self.sign_in(again).url == reverse("mfa_authenticate")
        again.post(reverse("mfa_authenticate"), {"code": code})
        assert not is_signed_in(again)

    def test_a_recovery_code_opens_once(self):
        from allauth.mfa.models import Authenticator

        member = a_member(email="anna@example.org", password=PASSWORD)
        actions.enrol_totp(member=member)
        codes = Authenticator.objects.get(user=member, type="recovery_codes").wrap().get_unused_codes()
        outcomes = []
        for _ in range(2):
            visitor = Client()
            self.sign_in(visitor)
            visitor.post(reverse("mfa_authenticate"), {"code": codes[0]})
            outcomes.append(is_signed_in(visitor))
        assert outcomes == [True, False]

    def test_five_wrong_codes_close_the_second_door_too(self):
        member = a_member(email="anna@example.org", password=PASSWORD)
        secret = actions.enrol_totp(member=member)
        for n in range(5):
            visitor = Client(REMOTE_ADDR=f"198.51.100.{n}")
            self.sign_in(visitor)
            visitor.post(reverse("mfa_authenticate"), {"code": "000000"})
        late = Client(REMOTE_ADDR="198.51.100.99")
        self.sign_in(late)
        late.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
        assert not is_signed_in(late)

    @pytest.mark.parametrize(
        ("role", "key", "asked"),
        [
            (Role.MEMBER, {"rk": True}, False),  # a passkey is a way in, not a wish for two steps
            (Role.MEMBER, {}, False),
            (Role.MEMBER, {"rk": False}, True),  # a security key is
            (Role.EDITOR, {"rk": True}, True),
        ],
    )
    def test_who_is_asked_besides_a_password(self, client, role, key, asked):
        from allauth.mfa.models import Authenticator

        member = a_member(email="anna@example.org", password=PASSWORD, role=role)
        credential = {"clientExtensionResults": {"credProps": key}}
        Authenticator.objects.create(
            user=member, type="webauthn", data={"name": "Key", "credential": credential}
        )
        response = self.sign_in(client)
        assert (response.url == reverse("mfa_authenticate")) is asked
        assert is_signed_in(client) is not asked


class TestPasswords:
    def test_a_new_password_by_code_closes_other_sessions(self, client):
        member = a_member(email="anna@example.org", password=PASSWORD)
        other = Client()
        other.post(reverse("account_login"), {"login": "anna@example.org", "password": PASSWORD})
        assert other.get(reverse("members:settings")).status_code == 200

        client.post(reverse("account_reset_password"), {"email": "anna@example.org"})
        code = the_code()
        client.post(reverse("account_confirm_password_reset_code"), {"code": code})
        response = client.post(
            reverse("account_complete_password_reset"), {"password1": "another-road-by-the-sea"}
        )
        assert response.status_code == 302
        member.refresh_from_db()
        assert member.check_password("another-road-by-the-sea")
        assert other.get(reverse("members:settings")).status_code == 302
        # the way back is closed
        client.post(reverse("account_confirm_password_reset_code"), {"code": code})
        again = client.post(
            reverse("account_complete_password_reset"), {"password1": "a-third-one-for-the-thief"}
        )
        assert again.url == reverse("account_reset_password")

    def test_a_changed_password_keeps_this_session_only_and_is_told(self, client, facts):
        a_member(email="anna@example.org", password=PASSWORD)
        other = Client()
        for visitor in (client, other):
            visitor.post(reverse("account_login"), {"login": "anna@example.org", "password": PASSWORD})
        client.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": "another-road-by-the-sea"},
        )
        assert client.get(reverse("members:settings")).status_code == 200
        assert other.get(reverse("members:settings")).status_code == 302
        assert facts.only("SessionsEnded")
        assert mail.outbox[-1].subject == "Your password was changed"

    def test_the_current_one_is_needed(self, client):
        member = a_member(email="anna@example.org", password=PASSWORD)
        client.post(reverse("account_login"), {"login": "anna@example.org", "password": PASSWORD})
        client.post(
            reverse("account_change_password"),
            {"oldpassword": "wrong", "password1": "another-road-by-the-sea"},
        )
        member.refresh_from_db()
        assert member.check_password(PASSWORD)
