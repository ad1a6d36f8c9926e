"""The brand's identity provider: who is joined to what, and by whom."""

import pytest
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from community.members.models import Member
from tests.builders.members import PASSWORD, a_member, signed_in

pytestmark = pytest.mark.django_db

PROVIDER = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "brand",
                "name": "Aurora ID",
                "client_id": "convoy",
                "secret": "s",
                "settings": {"server_url": "https://id.example.org"},
            }
        ]
    }
}


@pytest.fixture(autouse=True)
def provider(settings):
    settings.SOCIALACCOUNT_PROVIDERS = PROVIDER


@pytest.fixture
def arrive(rf):
    """`arrive(sub=…, email=…, by=member, process="login")` → the answer, as if sent back by the provider."""

    def come(
        *,
        sub="7",
        email="anna@example.org",
        verified=True,
        name="Anna K.",
        by=None,
        process="login",
        session=None,
    ):
        request = rf.get("/account/oidc/brand/login/callback/")
        SessionMiddleware(lambda r: HttpResponse()).process_request(request)
        MessageMiddleware(lambda r: HttpResponse()).process_request(request)
        from django.contrib.auth.models import AnonymousUser

        request.user = by or AnonymousUser()
        for key, value in (session or {}).items():
            request.session[key] = value
        with context.request_context(request):
            from allauth.socialaccount.adapter import get_adapter

            house = get_adapter().get_provider(request, "brand")
            said = {"sub": sub, "email": email, "email_verified": verified, "name": name}
            login = house.sociallogin_from_response(request, {"userinfo": said})
            login.state = {"process": process}
            answer = complete_social_login(request, login)
        request.session.save()
        return answer, request

    return come


def continued(request) -> Client:
    """A browser that holds the session of that request."""
    client = Client()
    client.cookies["sessionid"] = request.session.session_key
    return client


def test_a_newcomer_chooses_a_name_and_joins(arrive, facts):
    answer, request = arrive()
    assert answer.url == reverse("socialaccount_signup")
    client = continued(request)
    assert client.get(answer.url).context["form"].initial["name"] == "Anna K"
    client.post(answer.url, {"name": "Anna Kuhn", "email": "anna@example.org", "rules": "on"})
    member = Member.objects.get()
    assert (member.name, member.email, member.has_usable_password()) == (
        "Anna Kuhn",
        "anna@example.org",
        False,
    )
    assert SocialAccount.objects.get().user == member
    assert facts.only("MemberRegistered")


def test_an_address_never_joins_somebody_to_an_account(arrive):
    """Neither a proved address here nor a proved address there is a sign-in to both."""
    member = a_member(email="anna@example.org", password=PASSWORD)
    answer, request = arrive(email="anna@example.org")
    assert not SocialAccount.objects.exists()
    client = continued(request)
    response = client.post(answer.url, {"name": "Somebody", "email": "anna@example.org", "rules": "on"})
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists() and Member.objects.get() == member
    assert response.url == reverse("account_email_verification_sent")


def test_a_taken_or_official_name_is_refused_on_the_last_step(arrive):
    a_member(name="Anna Kuhn")
    answer, request = arrive(email="new@example.org")
    client = continued(request)
    for name in ("anna kuhn", "admin"):
        response = client.post(answer.url, {"name": name, "email": "new@example.org", "rules": "on"})
        assert "name" in response.context["form"].errors
    assert Member.objects.count() == 1


def test_somebody_signed_in_to_both_links_them_and_signs_in_from_then_on(arrive):
    member = a_member(email="anna@example.org")
    arrive(sub="7", email="other@example.com", by=member, process="connect")
    assert SocialAccount.objects.get().user == member
    _answer, request = arrive(sub="7", email="other@example.com")
    assert request.user == member
    assert not EmailAddress.objects.filter(email="other@example.com").exists()


def test_linking_asks_for_the_password_again_when_there_is_one(arrive):
    member = a_member(password=PASSWORD)
    answer, _request = arrive(by=member, process="connect")
    assert answer.url == reverse("account_reauthenticate")
    assert not SocialAccount.objects.exists()


def test_what_is_linked_to_one_cannot_be_taken_by_another(arrive):
    first, second = a_member(), a_member()
    arrive(by=first, process="connect")
    arrive(by=second, process="connect")
    assert SocialAccount.objects.get().user == first


def test_undoing_the_link_restores_both(arrive, client):
    member = a_member(email="anna@example.org")
    arrive(sub="7", email="other@example.com", by=member, process="connect")
    signed_in(client, member)
    account = SocialAccount.objects.get()
    client.post(reverse("socialaccount_connections"), {"account": account.pk})
    assert not SocialAccount.objects.exists()
    answer, request = arrive(sub="7", email="other@example.com")
    assert answer.url == reverse("socialaccount_signup") and not request.user.is_authenticated


def test_the_last_way_in_cannot_be_undone(arrive, client):
    member = a_member()
    arrive(by=member, process="connect")
    EmailAddress.objects.filter(user=member).update(verified=False)
    signed_in(client, member)
    response = client.post(reverse("socialaccount_connections"), {"account": SocialAccount.objects.get().pk})
    assert SocialAccount.objects.exists() and "Confirm an address first" in response.content.decode()


def test_somebody_elses_link_cannot_be_undone(arrive, client):
    arrive(by=a_member(), process="connect")
    signed_in(client, a_member())
    client.post(reverse("socialaccount_connections"), {"account": SocialAccount.objects.get().pk})
    assert SocialAccount.objects.exists()


def test_the_way_there_is_offered_and_is_a_page_not_a_redirected_form(client, monkeypatch):
    from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter

    config = {
        "authorization_endpoint": "https://id.example.org/auth",
        "token_endpoint": "https://id.example.org/t",
    }
    monkeypatch.setattr(OpenIDConnectOAuth2Adapter, "openid_config", config)
    assert "Sign in with Aurora ID" in client.get(reverse("account_login")).content.decode()
    response = client.post(reverse("openid_connect_login", args=["brand"]))
    assert response.status_code == 200 and "https://id.example.org/auth?" in response.content.decode()
    assert "state=" in response.content.decode()


def test_without_a_provider_nothing_is_offered_and_nothing_answers(client, settings):
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "oidc" not in client.get(reverse("account_login")).content.decode()
    assert client.post(reverse("openid_connect_login", args=["brand"])).status_code == 404
