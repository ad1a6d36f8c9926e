"""The shell's parts are drawn once for everyone alike: and each reader gets exactly what drawing anew would give."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.middleware.csrf import get_token
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from community.core.templatetags import convoy
from community.editorial.context import Shell
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db
PARTS = ("topbar", "rail", "footer", "bottombar")


def draw(part: str, user, path: str, here: str) -> str:
    request = RequestFactory().get(path)
    request.user = user
    context = {
        "request": request, "shell": Shell(request), "here": here, "theme": "",
        "sign_in_url": "/account/login/", "join_url": "/account/signup/", "csrf_token": get_token(request),
    }  # fmt: skip
    drawn = Template(f'{{% kept "components/{part}.html" %}}').render(Context(context))
    return re.sub(r'(name="csrfmiddlewaretoken" value=")\w{64}"', r'\1"', drawn)


@pytest.mark.parametrize("part", PARTS)
def test_what_is_kept_is_what_would_be_drawn_anew(part, settings):
    a_reply(
        author=a_member(), thread=a_thread(author=a_member(), board=a_board(title_en="Busy", title_zh="热闹"))
    )
    readers = [AnonymousUser(), a_member(), a_member(role="moderator"), a_member(name="海 Sea")]
    looks = [
        (reader, language, path, here, zone)
        for reader in readers
        for language in ("en", "zh-hans")
        for path in ("/", '/search/?q="<b>&x')
        for here in ("home", "boards", "latest")
        for zone in ("UTC", "Asia/Shanghai")
    ]
    convoy._kept_parts.clear()
    for _again in range(2):  # the second time everything comes from memory
        for reader, language, path, here, zone in looks:
            with translation.override(language), timezone.override(zone):
                settings.DEBUG = False
                kept = draw(part, reader, path, here)
                settings.DEBUG = True
                assert kept == draw(part, reader, path, here)
    assert convoy._kept_parts


def test_every_form_gets_its_own_token():
    member = a_member()
    tokens = set()
    for _ in range(2):
        request = RequestFactory().get("/")
        request.user = member
        context = Context({"request": request, "shell": Shell(request)})
        drawn = Template('{% kept "components/topbar.html" %}').render(context)
        tokens |= set(re.findall(r'csrfmiddlewaretoken" value="(\w{64})"', drawn))
        assert request.META["CSRF_COOKIE_NEEDS_UPDATE"]
    assert len(tokens) == 2


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(convoy, "MOST_KEPT", 3)
    convoy._kept_parts.clear()
    for number in range(9):
        draw("rail", AnonymousUser(), "/", f"place-{number}")
        assert len(convoy._kept_parts) <= 3
