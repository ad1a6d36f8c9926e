"""What is put together once, or only when it is asked for, says what the libraries' own says."""

from __future__ import annotations

from typing import Any

import pytest
from csp.constants import HEADER
from csp.decorators import csp_exempt, csp_update
from csp.middleware import CSPMiddleware
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from community.core.sparing import Messages, Policy


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("words")


def told(middleware: Any, view: Any, path: str) -> dict[str, set[str]]:
    """Directive → its sources, as one of the middlewares writes them."""
    header = middleware(view)(RequestFactory().get(path)).headers.get(HEADER, "")
    parts = [part.split() for part in header.split(";") if part.strip()]
    return {name: set(sources) for name, *sources in parts}


def nonced(request: HttpRequest) -> HttpResponse:
    assert len(str(request.csp_nonce)) > 10
    return HttpResponse("words")


@pytest.mark.parametrize("path", ["/threads/1/x/", "/cms/", "/djadmin/a/"])
@pytest.mark.parametrize(
    "view", [plain, nonced, csp_exempt()(plain), csp_update({"img-src": ["https://pictures.example"]})(plain)]
)
def test_the_policy_is_the_one_of_the_library(view: Any, path: str) -> None:
    assert told(Policy, view, path) == told(CSPMiddleware, view, path)


def test_the_usual_policy_holds_what_the_settings_say_and_gives_way_to_a_response_of_its_own() -> None:
    policy = told(Policy, plain, "/")
    assert policy["script-src"] == {"'self'"} and policy["object-src"] == {"'none'"}

    def own(request: HttpRequest) -> HttpResponse:
        return HttpResponse("words", headers={HEADER: "default-src 'none'"})

    assert told(Policy, own, "/") == {"default-src": {"'none'"}}


def test_messages_reach_the_next_page_and_cost_nothing_where_there_are_none(settings: Any) -> None:
    settings.MESSAGE_STORAGE = "community.core.sparing.Messages"
    request = RequestFactory().get("/")
    request.session = {}

    def saying(request: HttpRequest) -> HttpResponse:
        messages.success(request, "Saved. 已保存")
        return HttpResponse("words")

    response = MessageMiddleware(saying)(request)
    following = RequestFactory().get("/")
    following.session = {}
    following.COOKIES["messages"] = response.cookies["messages"].value
    for storage in (Messages, FallbackStorage):
        assert [str(one) for one in storage(following)] == ["Saved. 已保存"]
    silent = RequestFactory().get("/")
    MessageMiddleware(plain)(silent)
    assert isinstance(silent._messages, Messages) and "storages" not in vars(silent._messages)
