"""What reaches a log, and what never does."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.test import RequestFactory

from community.core import logs
from community.core.logs import HIDDEN, hide_personal, logging_config, scrub, scrub_path


@pytest.fixture
def machine_log() -> Iterator[io.StringIO]:
    """A JSON log of its own, beside the test run's."""
    formatter = logging_config(json=True)["formatters"]["line"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
        )
    )
    logger = logging.getLogger("community.probe")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    yield stream
    logger.removeHandler(handler)
    logger.propagate = True


def told(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_for_machines_is_json_with_time_level_and_context(machine_log: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="abcd1234"):
        structlog.get_logger("community.probe").info("thread_moved", thread_id=5, title="刹车")
    (line,) = told(machine_log)
    assert (
        line.items()
        >= {
            "event": "thread_moved",
            "thread_id": 5,
            "title": "刹车",
            "level": "info",
            "request_id": "abcd1234",
            "logger": "community.probe",
        }.items()
    )
    assert line["timestamp"].endswith("Z")


def test_ordinary_loggers_write_the_same_kind_of_line(machine_log: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="abcd1234"):
        logging.getLogger("community.probe").warning(
            "%s of %s", 1, "anna@example.org", extra={"token": "t0p"}
        )
    (line,) = told(machine_log)
    assert (line["event"], line["token"], line["request_id"]) == (f"1 of {HIDDEN}", HIDDEN, "abcd1234")


def test_a_traceback_is_kept_without_its_addresses(machine_log: io.StringIO) -> None:
    try:
        raise ValueError("no member has anna@example.org")
    except ValueError:
        structlog.get_logger("community.probe").exception("failed")
    (line,) = told(machine_log)
    assert "ValueError" in line["exception"] and "test_logs.py" in line["exception"]
    assert "anna@example.org" not in line["exception"]


def test_the_request_django_attaches_to_its_records_is_dropped(
    machine_log: io.StringIO, rf: RequestFactory
) -> None:
    request = rf.post("/", {"text": "secret words"})
    logging.getLogger("community.probe").error("Bad", extra={"request": request, "status_code": 500})
    (line,) = told(machine_log)
    assert "request" not in line
    assert line["status_code"] == 500


@pytest.mark.parametrize(
    "key",
    ["password", "new_password", "token", "csrf_token", "Cookie", "cookies", "email", "e_mail", "reset_key",
     "Authorization", "session_key", "sessionid_session", "body", "post_text", "recovery_codes", "secret"],
)  # fmt: skip
def test_values_under_telling_keys_never_pass(key: str) -> None:
    assert hide_personal(None, "info", {key: "the very thing"}) == {key: HIDDEN}
    assert hide_personal(None, "info", {"form": {key: "the very thing"}}) == {"form": {key: HIDDEN}}


@pytest.mark.parametrize("key", ["task", "path", "thread_id", "monkey", "keyboard", "emailed_count_total"])
def test_other_values_pass(key: str) -> None:
    assert hide_personal(None, "info", {key: "a value"}) == {key: "a value"}


def test_addresses_are_taken_out_of_texts_and_lists() -> None:
    event = {"event": "sent to anna@example.org, 李@例子.中国!", "to": ["bob@example.com", 5]}
    assert hide_personal(None, "info", event) == {"event": f"sent to {HIDDEN}, {HIDDEN}", "to": [HIDDEN, 5]}
    assert scrub("@anna and anna@home stay") == "@anna and anna@home stay"


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/threads/512/brakes-squeal/?page=2", "/threads/512/brakes-squeal/"),
        ("/members/anna@example.org/", f"/members/{HIDDEN}/"),
        (
            "/account/password/reset/key/3f-c9x2k1-aa8d71f0be34c2911a/",
            f"/account/password/reset/key/{HIDDEN}/",
        ),
        ("/account/confirm-email/MQ:1tXyZ9:abcdefghijklmnopq12345/", f"/account/confirm-email/{HIDDEN}/"),
        ("/static/css/page.css", "/static/css/page.css"),
        (
            "/threads/9/my-2019-estate-and-its-rear-brakes/",
            "/threads/9/my-2019-estate-and-its-rear-brakes/",
        ),
        ("/invited/aa8d71f0be34c2911aa8d71f0be3/", f"/invited/{HIDDEN}/"),
        ("/account/password/change/", "/account/password/change/"),
        ("/" + "a1" * 5000, f"/{HIDDEN}"),
    ],
)
def test_addresses_are_logged_without_query_keys_or_people(path: str, logged: str) -> None:
    assert scrub_path(path) == logged


def test_lines_for_people_are_readable_and_just_as_discreet() -> None:
    formatter = logging_config(json=False)["formatters"]["line"]
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
        )
    )
    logger = logging.getLogger("community.probe")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        logger.warning("mail to %s", "anna@example.org")
    finally:
        logger.removeHandler(handler)
        logger.propagate = True
    assert "mail to [hidden]" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_a_failed_request_is_told_by_one_logger(rf: RequestFactory) -> None:
    def record(request: Any) -> logging.LogRecord:
        made = logging.makeLogRecord({"msg": "Internal Server Error"})
        made.request = request
        return made

    request = rf.get("/")
    keep = logs.NotYetTold().filter
    assert keep(record(request)), "a failure nobody else writes down"
    request.request_id = "abcd1234"  # type: ignore[attr-defined]
    assert not keep(record(request))
    assert keep(logging.makeLogRecord({"msg": "no request at all"}))


def test_the_configuration_is_one_that_logging_accepts() -> None:
    for json_lines in (True, False):
        logging.config.DictConfigurator(logging_config(json=json_lines))
