"""Refusals that say why, characters that are turned away at the door, and an id on every request."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.test import RequestFactory, override_settings
from django.urls import path
from django.utils import translation

from community.core import middleware
from community.core.access import Invalid, Refused, absent, no
from community.core.middleware import RefusalMiddleware, RequestLogMiddleware, SaneInputMiddleware, refusal

PAGE = {"HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8"}
JSON = {"HTTP_ACCEPT": "application/json"}

raised: list[Exception] = []


def view(request: HttpRequest) -> HttpResponse:
    if raised:
        raise raised[0]
    request.POST.get("text")
    return HttpResponse("fine")


def plain_answer(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=404 if isinstance(exception, Http404) else 403)


handler404 = handler403 = plain_answer
urlpatterns = [path("", view), path("somewhere/<path:rest>", lambda request, rest: view(request))]


@pytest.fixture(autouse=True)
def _our_urls() -> Any:
    raised.clear()
    chain = [
        "community.core.middleware.RequestLogMiddleware",
        "community.core.middleware.SaneInputMiddleware",
        "community.core.middleware.RefusalMiddleware",
    ]
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=chain):
        yield


@pytest.fixture
def no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, *args: Any) -> str:
        raise TemplateDoesNotExist(name)

    monkeypatch.setattr(middleware, "render_to_string", missing)


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    calls: list[tuple[str, dict[str, Any]]] = []

    def render(name: str, context: dict[str, Any], request: HttpRequest) -> str:
        calls.append((name, context))
        return f"<p>{name}</p>"

    monkeypatch.setattr(middleware, "render_to_string", render)
    return calls


# -- refusals


@pytest.mark.usefixtures("no_template")
@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Refused("The thread is locked."), 403, "refused"),
        (Refused("Only owners write here.", code="rights"), 403, "rights"),
        (Refused("Too fast.", code="rate"), 429, "rate"),
        (Refused("Somebody was faster.", code="conflict"), 409, "conflict"),
        (Refused("Other content.", code="key_reused"), 409, "key_reused"),
        (Invalid("A title is needed.", field="title"), 422, "invalid"),
    ],
)
def test_a_refusal_answers_with_its_status_and_reason(
    client: Any, error: Refused, status: int, code: str
) -> None:
    raised.append(error)
    page = client.get("/", headers={"accept": "text/html"})
    assert page.status_code == status
    assert page["Content-Type"].startswith("text/html")
    assert error.reason in page.text
    told = client.get("/", headers={"accept": "application/json"})
    assert told.status_code == status
    assert (told.json()["error"]["code"], told.json()["error"]["reason"]) == (code, error.reason)
    assert told["Cache-Control"] == "no-store"
    assert {"Accept", "HX-Request"} <= {name.strip() for name in told["Vary"].split(",")}


def test_an_invalid_field_is_named_for_machines(client: Any) -> None:
    raised.append(Invalid("A title is needed.", field="title"))
    assert client.get("/", headers={"accept": "application/json"}).json()["error"]["field"] == "title"


def test_a_wait_that_is_known_is_told(client: Any) -> None:
    error = Refused("Too fast.", code="rate")
    raised.append(error)
    assert "Retry-After" not in client.get("/")
    error.retry_after = 0.2  # type: ignore[attr-defined]
    assert client.get("/")["Retry-After"] == "1"
    error.retry_after = 30  # type: ignore[attr-defined]
    assert client.get("/")["Retry-After"] == "30"
    raised[0] = Refused("Locked.")
    raised[0].retry_after = 30  # type: ignore[attr-defined]
    assert "Retry-After" not in client.get("/")


def test_the_house_page_is_used_and_its_fragment_for_htmx(
    client: Any, rendered: list[tuple[str, dict[str, Any]]]
) -> None:
    raised.append(Invalid("Needed.", field="title"))
    client.get("/")
    client.get("/", headers={"hx-request": "true"})
    client.get("/", headers={"hx-request": "true", "hx-history-restore-request": "true"})
    assert [name for name, _ in rendered] == [
        "errors/refused.html",
        "errors/refused.html#fragment",
        "errors/refused.html",
    ]
    assert rendered[0][1] == {
        "reason": "Needed.",
        "code": "invalid",
        "field": "title",
        "status": 422,
        "back_url": "",
    }


@pytest.mark.parametrize(
    ("sender", "back"),
    [
        ("http://testserver/threads/5/brakes/?page=2", "http://testserver/threads/5/brakes/?page=2"),
        ("https://evil.example/threads/5/", ""),
        ("http://testserver.evil.example/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_the_way_back_leads_to_this_site_only(
    client: Any, rendered: list[tuple[str, dict[str, Any]]], sender: str, back: str
) -> None:
    raised.append(Refused("Locked."))
    client.get("/", headers={"referer": sender})
    assert rendered[0][1]["back_url"] == back


@pytest.mark.usefixtures("no_template")
def test_without_the_page_a_bare_one_escapes_the_reason(client: Any) -> None:
    raised.append(Refused("<script>alert(1)</script>"))
    page = client.get("/").text
    assert page.startswith("<!doctype html>")
    assert "<script>" not in page and "&lt;script&gt;" in page
    fragment = client.get("/", headers={"hx-request": "true"}).text
    assert fragment.startswith("<p") and "<html" not in fragment


def test_a_shell_that_fails_does_not_turn_a_refusal_into_a_failure(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(middleware, "render_to_string", broken)
    raised.append(Refused("The thread is locked."))
    response = client.get("/")
    assert response.status_code == 403
    assert "The thread is locked." in response.text


def test_other_errors_are_none_of_its_business(rf: RequestFactory) -> None:
    handler = RefusalMiddleware(view)
    for error in (absent(), PermissionDenied(), ValueError("NUL"), KeyError("x")):
        assert handler.process_exception(rf.get("/"), error) is None


def test_the_reason_is_read_in_the_reader_s_language(rf: RequestFactory) -> None:
    from django.utils.translation import gettext_lazy

    error = Refused(no(gettext_lazy("Yes")))
    handler = RefusalMiddleware(view)
    with translation.override("zh-hans"):
        response = handler.process_exception(rf.get("/", **JSON), error)
    assert response is not None
    assert json.loads(response.content)["error"]["reason"] == "是"


# -- characters


@pytest.mark.parametrize(
    "address",
    ["/somewhere/a%00b", "/?q=%00", "/?q=ok&q=a%00", "/?%00=1", "/?q=%25%00"],
)
def test_nul_in_the_address_is_turned_away(client: Any, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert "characters" in response.text
    assert (
        client.get(address, headers={"accept": "application/json"}).json()["error"]["code"]
        == "bad_characters"
    )


@pytest.mark.parametrize(
    "address", ["/?q=%2500", "/?q=%u0000", "/somewhere/%E5%8F%91", "/?q=%ED%A0%80", "/?q=%FF"]
)
def test_what_only_looks_like_nul_passes(client: Any, address: str) -> None:
    assert client.get(address).status_code == 200


def test_half_characters_in_a_path_are_turned_away(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.path_info = "/somewhere/\udc80"
    assert SaneInputMiddleware(view)(request).status_code == 400


def test_nul_in_a_cookie_is_turned_away(client: Any) -> None:
    # By hand: newer Pythons refuse to write such a cookie, yet anybody can send one.
    assert client.get("/", headers={"cookie": 'sessionid="abcdefgh\\000ijk"'}).status_code == 400


@pytest.mark.parametrize("form", [{"text": "a\0b"}, {"te\0xt": "a"}, {"text": ["a", "b\0"]}])
def test_nul_in_a_form_is_turned_away_whatever_its_encoding(client: Any, form: dict[str, Any]) -> None:
    assert client.post("/", form).status_code == 400
    plain = client.post("/", "text=a%00b", content_type="application/x-www-form-urlencoded")
    assert plain.status_code == 400
    assert client.post("/", {"text": "ab"}).status_code == 200


@pytest.mark.parametrize(
    "error",
    [
        ValueError("A string literal cannot contain NUL (0x00) characters."),
        DataError("unsupported Unicode escape sequence"),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    ],
)
def test_what_slips_past_and_fails_in_the_database_is_the_caller_s_fault(
    client: Any, error: Exception
) -> None:
    raised.append(error)
    assert client.post("/", "{}", content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    "error",
    [
        ValueError("no"),
        DataError("value too long"),
        UnicodeEncodeError("ascii", "é", 0, 1, "ordinal not in range"),
    ],
)
def test_other_failures_stay_failures(client: Any, error: Exception) -> None:
    raised.append(error)
    client.raise_request_exception = False
    assert client.get("/").status_code == 500


def test_the_early_page_is_in_the_visitor_s_language(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str | None] = []

    def bare(request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> str:
        spoken.append(translation.get_language())
        return ""

    monkeypatch.setattr(middleware, "_bare_page", bare)
    client.get("/?q=%00", headers={"accept-language": "zh-CN"})
    assert spoken == ["zh-hans"]


# -- the request's id and line


class Lines(logging.Handler):
    """What the request logger was told."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.events.append(dict(record.msg) | {"level": record.levelname})  # type: ignore[call-overload]


@pytest.fixture
def lines() -> Any:
    handler = Lines()
    logger = logging.getLogger("community.requests")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    yield handler.events
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_every_request_has_one_line_and_an_id_that_goes_out(client: Any, lines: list[dict[str, Any]]) -> None:
    response = client.get("/?q=private+words")
    (line,) = lines
    assert line["event"] == "request"
    assert (line["method"], line["path"], line["code"], line["level"]) == ("GET", "/", 200, "INFO")
    assert line["request_id"] == response["X-Request-ID"]
    assert "private" not in str(line)
    assert client.get("/")["X-Request-ID"] != response["X-Request-ID"]


def test_a_caller_s_id_is_kept_when_it_is_one(client: Any) -> None:
    assert (
        client.get("/", headers={"x-request-id": "edge-1234.5678_ab"})["X-Request-ID"] == "edge-1234.5678_ab"
    )


@pytest.mark.parametrize(
    "given", ["short", "a" * 65, "<script>alert(1)</script>", "line\nbreak-here", "", "密码密码密码密码"]
)
def test_any_other_id_is_replaced(rf: RequestFactory, given: str) -> None:
    request = rf.get("/")
    request.META["HTTP_X_REQUEST_ID"] = given
    assert middleware.request_id_of(request) != given
    assert len(middleware.request_id_of(request)) == 32


def test_a_failure_is_logged_once_with_its_trace_and_without_its_query(
    client: Any, lines: list[dict[str, Any]]
) -> None:
    client.raise_request_exception = False
    raised.append(ZeroDivisionError("by zero"))
    response = client.get("/?token=canary")
    assert response.status_code == 500
    assert [line["event"] for line in lines] == ["request_failed"]
    assert (lines[0]["code"], lines[0]["level"]) == (500, "ERROR")
    assert response["X-Request-ID"] == lines[0]["request_id"]
    assert "canary" not in str(lines)


@pytest.mark.parametrize(("error", "status"), [(Http404(), 404), (PermissionDenied(), 403)])
def test_what_django_answers_by_itself_is_an_ordinary_line(
    client: Any, lines: list[dict[str, Any]], error: Exception, status: int
) -> None:
    raised.append(error)
    client.get("/")
    assert [(line["event"], line["code"], line["level"]) for line in lines] == [("request", status, "INFO")]


def test_probes_are_quiet(rf: RequestFactory, lines: list[dict[str, Any]]) -> None:
    RequestLogMiddleware(lambda request: HttpResponse())(rf.get("/healthz"))
    assert [line["level"] for line in lines] == ["DEBUG"]


def test_the_line_names_a_member_only_if_somebody_asked_who_it_is(
    rf: RequestFactory, lines: list[dict[str, Any]]
) -> None:
    class Somebody:
        pk = 7

    def look(request: HttpRequest) -> HttpResponse:
        request._cached_user = Somebody()  # type: ignore[attr-defined]
        return HttpResponse()

    answers: list[Callable[[HttpRequest], HttpResponse]] = [look, lambda request: HttpResponse()]
    for answer in answers:
        RequestLogMiddleware(answer)(rf.get("/"))
    assert [line.get("user_id") for line in lines] == [7, None]


def test_a_refusal_can_be_made_by_hand(rf: RequestFactory) -> None:
    response = refusal(rf.get("/", **JSON), "Gone quiet.", status=503, code="resting")
    assert (response.status_code, json.loads(response.content)["error"]["code"]) == (503, "resting")
    assert refusal(rf.get("/", **PAGE), "Gone quiet.")["Content-Type"].startswith("text/html")
