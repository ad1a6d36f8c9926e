"""There and back: the whole OpenID Connect exchange with a provider that runs, over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from community.members.models import Member
from tests.builders.members import PASSWORD, a_member
from tests.support.identity import CLIENT, SECRET, Identity, identity_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Any) -> Iterator[Identity]:
    with identity_provider(
        sub="u-7", email="anna@example.org", email_verified=True, name="Anna K."
    ) as running:
        app = {
            "provider_id": "brand",
            "name": "Aurora ID",
            "client_id": CLIENT,
            "secret": SECRET,
            "settings": {"server_url": running.url},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        yield running


def go_there(client: Client, provider: Identity, process: str = "login") -> str:
    """From our button to the provider, where the person agrees; the address that leads back."""
    page = client.post(
        f"{reverse('openid_connect_login', args=['brand'])}?process={process}"
    ).content.decode()
    address = re.search(rf"{re.escape(provider.url)}/authorize\?[^\"'<]+", unescape(page))
    assert address
    back = provider.authorize(address[0])
    return back.removeprefix("http://testserver")


def signed_in_with_password(client: Client, member: Member) -> None:
    form = {"login": member.email, "password": PASSWORD, "way": "password"}
    client.post(reverse("account_login"), form)
    assert client.session["_auth_user_id"] == str(member.pk)


def test_a_newcomer_arrives_and_comes_back(client: Client, provider: Identity) -> None:
    response = client.get(go_there(client, provider))
    assert response.url == reverse("socialaccount_signup")
    client.post(response.url, {"name": "Anna Kuhn", "email": "anna@example.org", "rules": "on"})
    member = Member.objects.get()
    assert SocialAccount.objects.get().uid == "u-7" and SocialAccount.objects.get().user == member
    assert {"/.well-known/openid-configuration", "/token", "/userinfo"} <= set(provider.asked)
    EmailAddress.objects.filter(user=member).update(verified=True)
    again = Client()
    again.get(go_there(again, provider))
    assert again.session["_auth_user_id"] == str(member.pk) and Member.objects.count() == 1


def test_only_somebody_signed_in_to_both_links_them(client: Client, provider: Identity) -> None:
    """The provider says the same proved address as an account here: that opens nothing."""
    member = a_member(email="anna@example.org", password=PASSWORD)
    response = client.get(go_there(client, provider))
    assert response.url == reverse("socialaccount_signup") and "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()
    owner = Client()
    signed_in_with_password(owner, member)
    again = owner.get(go_there(owner, provider, "connect"))
    assert again.url == reverse("account_reauthenticate") and not SocialAccount.objects.exists()
    owner.post(again.url, {"password": PASSWORD})
    assert SocialAccount.objects.get().user == member
    anywhere = Client()
    anywhere.get(go_there(anywhere, provider))
    assert anywhere.session["_auth_user_id"] == str(member.pk)


@pytest.mark.parametrize("broken", ["secret", "issuer"])
def test_an_answer_that_does_not_add_up_opens_nothing(
    client: Client, provider: Identity, broken: str
) -> None:
    provider.broken = broken
    response = client.get(go_there(client, provider))
    assert response.status_code in (200, 401) and "_auth_user_id" not in client.session
    assert "could not sign you in" in response.content.decode().lower() or response.status_code == 401
    assert not SocialAccount.objects.exists() and not Member.objects.exists()


def test_a_way_back_that_nobody_began_here_opens_nothing(client: Client, provider: Identity) -> None:
    """Somebody is made to open another person's way back: the state is not of their session."""
    theirs = go_there(Client(), provider)
    client.get(theirs)
    assert "_auth_user_id" not in client.session and not SocialAccount.objects.exists()


def test_a_provider_that_is_away_says_so(client: Client, provider: Identity, settings: Any) -> None:
    back = go_there(client, provider)
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = (
        "http://127.0.0.1:9"
    )
    response = client.get(back)
    assert response.status_code == 502 and "That did not work" in response.content.decode()
    away = client.post(reverse("openid_connect_login", args=["brand"]))
    assert away.status_code == 502 and "_auth_user_id" not in client.session
