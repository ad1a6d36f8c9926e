"""Every form of every page, found by looking: whatever is put into its fields, nothing breaks and nothing comes alive."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from community.core import ratelimit
from community.core.access import YES
from tests import hostile
from tests.builders.members import signed_in
from tests.support.inert import Page
from tests.test_url_rights import LEAVING, World, clients
from tests.url_rights_table import GET_PUBLIC

pytestmark = [pytest.mark.django_db, pytest.mark.hostile]

ANSWERS = {200, 301, 302, 303, 400, 403, 404, 405, 409, 410, 413, 422, 429}
OUR_DRAWING = "data:image/svg+xml;base64,PD94bWwg"  # the square code that an authenticator app reads
TYPED = {"text", "search", "url", "email", "password", "tel", "number", "date", "time", "datetime-local"}


class Forms(HTMLParser):
    """The forms of a page that send something: action and fields, each with its type and what it holds."""

    CHOSEN: ClassVar[set[str]] = {"checkbox", "radio"}

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, tuple[str, str]]]] = []
        self._fields: dict[str, tuple[str, str]] | None = None
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = {} if given.get("method", "").lower() == "post" else None
            if self._fields is not None:
                self.found.append((given.get("action", ""), self._fields))
        if self._fields is None:
            return
        name, kind = given.get("name", ""), given.get("type", "text").lower()
        if tag == "option" and self._select:
            chosen = self._fields[self._select]
            if not chosen[1] or "selected" in given:
                self._fields[self._select] = ("select", given.get("value", ""))
        elif not name or "disabled" in given:
            return
        elif tag == "select":
            self._select = name
            self._fields[name] = ("select", "")
        elif tag == "textarea":
            self._fields[name] = ("text", "")
        elif tag in ("input", "button") and (kind not in self.CHOSEN or name not in self._fields):
            self._fields[name] = (kind if tag == "input" else "button", given.get("value", "on"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        if tag == "select":
            self._select = ""


def filled(fields: dict[str, tuple[str, str]], text: str, *, all_of_them: bool) -> dict[str, Any]:
    """What is typed into is filled with `text`; with `all_of_them` also what only a hand-made request can change."""
    data: dict[str, Any] = {}
    for name, (kind, value) in fields.items():
        if name == "csrfmiddlewaretoken":
            continue
        if kind == "file":
            data[name] = SimpleUploadedFile("picture.jpg", text.encode("utf-8", "replace"), "image/jpeg")
        else:
            data[name] = text if all_of_them or kind in TYPED else value
    return data


def attack(
    client: Client, page: str, action: str, fields: dict[str, tuple[str, str]], texts: list[str]
) -> int:
    """Send the form with each text, and look at what comes back. Nothing of it stays. The number sent."""
    cookies, sent = client.cookies.copy(), 0
    target = urljoin(page, action or page)
    for text, all_of_them in [*((text, False) for text in texts), ("".join(texts), True)]:
        with transaction.atomic():
            answer = client.post(target, filled(fields, text, all_of_them=all_of_them))
            assert answer.status_code in ANSWERS, (page, action, text[:60], answer.status_code)
            led = urlsplit(answer.headers.get("Location", ""))
            if led.path and not led.netloc:
                shown = client.get(led.path)
                answer = shown if shown.status_code == 200 else answer
            if "text/html" in answer.headers.get("Content-Type", ""):
                faults = [fault for fault in Page(answer.content.decode()).faults if OUR_DRAWING not in fault]
                assert faults == [], (page, action, text[:60])
            transaction.set_rollback(True)
        client.cookies = cookies.copy()
        sent += 1
    return sent


def some_texts() -> list[str]:
    """Two that hold a little of each trouble: unreadable, both directions, odd letters; script, and very long."""
    naughty = [text for text in hostile.every_naughty_string() if text]
    return ["\x00\ufffe\u202e" + "".join(naughty[131::97]), "\n".join(hostile.every_xss_vector()[::12]) * 40]


@pytest.mark.parametrize("who", ["guest", "author", "moderator", "admin"])
def test_every_form_of_every_page(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratelimit, "hit", lambda *_args, **_kwargs: YES)
    world = World(private=False)
    people = clients()
    people["author"] = signed_in(Client(), world.author)
    client, texts = people[who], some_texts()
    known: set[tuple[str, tuple[str, ...]]] = set()
    sent = 0
    for name in GET_PUBLIC:
        if name in LEAVING:
            continue
        page = world.address(name)
        answer = client.get(page)
        if answer.status_code != 200 or "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        for action, fields in Forms(answer.content.decode()).found:
            form = urlsplit(urljoin(page, action or page)).path, tuple(sorted(fields))
            if form in known or "logout" in form[0]:
                continue
            known.add(form)
            sent += attack(client, page, action, fields, texts)
    assert sent > {"guest": 12, "author": 120}.get(who, 60)
