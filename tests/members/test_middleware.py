"""Language, colours and time zone of the viewer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.core import clock
from community.members import actions
from community.members.middleware import PreferencesMiddleware
from community.members.models import Member
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/account/login/"
OURS = {"origin": "http://testserver"}  # what a browser says of a form on a page of this site


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("zh", "zh-hans"),
        ("zh-Hans", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("zh-HK,en;q=0.5", "zh-hans"),
        ("en-GB", "en"),
        ("fr-FR,zh;q=0.5,en;q=0.4", "zh-hans"),
        ("fr", "en"),
        ("*", "en"),
        ("x" * 5000, "en"),
        ("", "en"),
    ],
)
def test_a_browser_is_answered_in_its_language(client, asked, spoken):
    response = client.get(PAGE, HTTP_ACCEPT_LANGUAGE=asked)
    assert response["Content-Language"] == spoken
    assert f'lang="{spoken}"' in response.content.decode()[:400]


def test_caches_are_told_what_a_page_depends_on(client):
    vary = {part.strip() for part in client.get(PAGE)["Vary"].split(",")}
    assert {"Accept-Language", "Cookie"} <= vary


def test_a_guests_choice_is_kept_on_the_device(client):
    response = client.post(reverse("set_language"), {"language": "zh-hans", "next": PAGE}, headers=OURS)
    assert response.url == PAGE
    assert client.get(PAGE, HTTP_ACCEPT_LANGUAGE="en")["Content-Language"] == "zh-hans"


def test_a_members_choice_follows_them_and_wins_over_the_device(client):
    member = a_member()
    signed_in(client, member)
    client.post(reverse("set_language"), {"language": "zh-hans"}, headers=OURS)
    member.refresh_from_db()
    assert member.language == "zh-hans"
    client.cookies["django_language"] = "en"
    assert client.get(reverse("members:settings"))["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("form", [{"language": "fr"}, {"theme": "pink"}, {"time_zone": "Moon/Base"}])
def test_what_the_site_does_not_have_is_refused_and_sets_nothing(client, form):
    response = client.post(reverse("members:preferences"), form, headers=OURS)
    assert (
        response.status_code == 302 and not response.cookies.get("theme") and not response.cookies.get("tz")
    )
    assert "django_language" not in response.cookies


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_choice_leads_nobody_off_the_site(client, wanted):
    assert client.post(reverse("set_language"), {"language": "en", "next": wanted}, headers=OURS).url == "/"


def test_choices_need_a_form(client):
    assert client.get(reverse("set_language")).status_code == 405


@pytest.mark.parametrize(
    ("cookie", "stored", "drawn"),
    [
        ("dark", "", "dark"),
        ("", "dark", "dark"),
        ("light", "dark", "light"),
        ("system", "dark", ""),
        ("x", "", ""),
    ],
)
def test_colours_of_this_device_before_the_accounts(client, cookie, stored, drawn):
    signed_in(client, a_member(theme=stored))
    client.cookies["theme"] = cookie
    response = client.get(reverse("members:settings"))
    assert response.wsgi_request.theme == drawn


def test_a_guest_chooses_colours_without_a_script(client):
    client.post(reverse("members:preferences"), {"theme": "dark"}, headers=OURS)
    assert 'data-theme="dark"' in client.get(PAGE).content.decode()
    client.post(reverse("members:preferences"), {"theme": ""}, headers=OURS)
    assert "data-theme=" not in client.get(PAGE).content.decode().split("<body")[0]


@pytest.mark.parametrize(
    ("cookie", "stored", "zone"),
    [
        ("Asia/Shanghai", "", "Asia/Shanghai"),
        ("Asia/Shanghai", "Europe/Berlin", "Europe/Berlin"),
        ("../etc", "", "UTC"),
    ],
)
def test_times_are_told_in_the_viewers_zone(rf, cookie, stored, zone):
    seen = []
    request = rf.get("/")
    request.user = a_member(time_zone=stored, last_seen_at=clock.now())
    request.COOKIES["tz"] = cookie
    from django.http import HttpResponse

    PreferencesMiddleware(lambda r: seen.append(timezone.get_current_timezone_name()) or HttpResponse())(
        request
    )
    assert seen == [zone]


def test_guests_are_told_the_time_of_the_site(client, rf):
    """One copy of a page serves all of them; it says which zone it tells, and the script tells theirs."""
    client.cookies["tz"] = "Asia%2FShanghai"  # as our script writes it
    page = client.get("/latest/").content.decode()
    assert "data-common-zone" in page[:400] and "Times are told in UTC." in page
    member = signed_in(client, a_member())
    assert "data-common-zone" not in member.get("/latest/").content.decode()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"origin": "http://testserver"}, 302),
        ({"origin": "http://testserver", "sec-fetch-site": "same-origin"}, 302),
        ({"sec-fetch-site": "same-origin"}, 302),
        ({"referer": "http://testserver/threads/1/x/"}, 302),
        ({}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"origin": "https://testserver"}, 403),
        ({"origin": "http://testserver:81"}, 403),
        ({"origin": "http://testserver.evil.example"}, 403),
        ({"origin": "https://evil.example", "referer": "http://testserver/"}, 403),
        ({"origin": "http://testserver", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://testserver", "sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://testserver", "sec-fetch-site": "none"}, 403),
        ({"referer": "http://testserver.evil.example/"}, 403),
        ({"referer": "not an address"}, 403),
    ],
)
def test_a_choice_counts_only_from_a_page_of_this_site(said, status):
    """There is no token in the switch: what the browser says of the page it stood on decides."""
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("set_language"), {"language": "zh-hans"}, headers=said)
    assert response.status_code == status
    assert ("django_language" in response.cookies) is (status == 302)


@pytest.mark.parametrize("page", ["/", "/boards/", "/latest/", "/hot/", "/tags/", "/members/"])
def test_pages_for_guests_set_no_cookie(client, page):
    response = client.get(page)
    assert response.status_code == 200 and not response.cookies


def test_one_visitors_zone_does_not_stay_for_the_next(rf):
    from django.http import HttpResponse

    seen = []
    for zone in ("Asia/Shanghai", ""):
        request = rf.get("/")
        request.user = a_member(last_seen_at=clock.now())
        request.COOKIES["tz"] = zone
        PreferencesMiddleware(lambda r: seen.append(timezone.get_current_timezone_name()) or HttpResponse())(
            request
        )
    assert seen == ["Asia/Shanghai", "UTC"]


def test_a_visit_is_noted_without_a_statement_each_time(client, frozen_clock):
    member = a_member()
    signed_in(client, member)
    client.get(reverse("members:settings"))
    first = Member.objects.get(pk=member.pk).last_seen_at
    assert first == frozen_clock.now()
    frozen_clock.move(timedelta(minutes=2))
    client.get(reverse("members:settings"))
    assert Member.objects.get(pk=member.pk).last_seen_at == first


def test_a_busy_database_costs_nobody_their_page(client, monkeypatch):
    from django.db import OperationalError

    def busy(**kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(actions, "mark_seen", busy)
    signed_in(client, a_member())
    assert client.get(reverse("members:settings")).status_code == 200


def test_sign_up_remembers_a_language_that_was_chosen_and_not_one_that_was_guessed(client):
    form = {"name": "Anna", "email": "anna@example.org", "how": "code", "rules": "on"}
    client.post(reverse("account_signup"), form, HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert Member.objects.get().language == ""
    client.post(reverse("members:sign_up_again"))
    client.post(reverse("set_language"), {"language": "zh-hans"}, headers=OURS)
    client.post(reverse("account_signup"), form | {"email": "anna2@example.org"})
    assert Member.objects.get().language == "zh-hans"


@pytest.mark.parametrize(
    ("told", "kept"), [("Europe%2FBerlin", "Europe/Berlin"), ("Moon%2FBase", ""), ("", "")]
)
def test_sign_up_keeps_the_zone_of_the_device_for_quiet_hours_and_digests(client, told, kept):
    client.cookies["tz"] = told
    form = {"name": "Anna", "email": "anna@example.org", "how": "code", "rules": "on"}
    client.post(reverse("account_signup"), form)
    assert Member.objects.get().time_zone == kept


def test_guests_choose_their_colours_without_a_script(client):
    """The switch is a form; the answer is a cookie that the next page is drawn by."""
    page = client.get("/latest/").content.decode()
    assert (
        '<button name="theme" value="dark" aria-pressed="false">' in page
        and "csrftoken" not in client.cookies
    )
    client.post(reverse("set_language"), {"theme": "dark", "next": "/latest/"}, headers=OURS)
    page = client.get("/latest/").content.decode()
    assert 'data-theme="dark"' in page and '<button name="theme" value="dark" aria-pressed="true">' in page
    client.post(reverse("set_language"), {"theme": "", "next": "/latest/"}, headers=OURS)
    assert "data-theme=" not in client.get("/latest/").content.decode()
