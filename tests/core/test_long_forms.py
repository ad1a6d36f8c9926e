"""Long forms are read as Django reads short ones, for a few times their own size."""

from __future__ import annotations

import tracemalloc
from io import BytesIO

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict
from django.test import override_settings

from community.core import long_forms, server
from community.core.long_forms import PIECE, Pages, SparingRequest, read_form

FORM = "application/x-www-form-urlencoded"


def request(body: bytes, kind: str = FORM) -> SparingRequest:
    return SparingRequest(
        {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
    )


@pytest.mark.parametrize(
    "body",
    [
        b"body=%E6%B1%89%E5%AD%97+one+two&title=&lane&=x&&body=again%26%3D%2B",
        b"cut=%E6%B1&half=%4&none=%&wrong=%zz%E6&plus=%2B+",
        b"a=" + b"%E6%B1%89" * PIECE + b"&b=" + b"1%" * PIECE + b"&c=" + b"%41x" * PIECE,
    ],
    ids=["words", "broken", "long"],
)
def test_a_form_reads_the_same(body, monkeypatch):
    asked = QueryDict(body)
    assert read_form(body) == asked
    for piece in (4, 5, 6, 7):  # wherever a piece ends
        monkeypatch.setattr(long_forms, "PIECE", piece)
        assert read_form(body[:999]) == QueryDict(body[:999])
        assert QueryDict(body[:999]) == request(body[:999]).POST


def test_a_long_form_does_not_cost_many_times_its_size():
    """Each encoded byte as an object of its own would be some eighty times the form."""
    body = b"body=" + b"%E6%B1%89" * 100_000
    tracemalloc.start()
    try:
        words = request(body).POST["body"]
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert words == "汉" * 100_000
    assert most < 10 * len(body)


def test_a_long_form_cannot_be_changed_and_has_a_most_of_fields():
    body = b"&".join(b"a=%d" % n for n in range(PIECE))
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=PIECE):
        form = request(body).POST
        assert form.getlist("a")[-1] == str(PIECE - 1)
        with pytest.raises(AttributeError):
            form["a"] = "other"
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=PIECE - 1), pytest.raises(TooManyFieldsSent):
        request(body).POST  # noqa: B018


def test_both_servers_read_forms_so(settings):
    settings.PAGE_CACHE = False
    assert Pages.request_class is SparingRequest
    assert isinstance(server._wsgi_pages(), Pages)
