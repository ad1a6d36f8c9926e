"""What somebody typed into a form whose address is gone: the page that says so gives it back."""

from __future__ import annotations

from django.test import RequestFactory

from community.core.outages import sent_words

SENT = {
    "csrfmiddlewaretoken": "not for the page",
    "lane": "ask",
    "field-mileage": "83000",
    "why": "It happened twice",
    "title": "Range",
    "tags": "winter",
    "body": "冬天的续航",
}


def test_every_field_that_was_typed_is_given_back_title_and_text_first():
    request = RequestFactory().post("/gone/", SENT, headers={"origin": "http://testserver"})
    assert sent_words(request) == "Range\n\n冬天的续航\n\nwinter\n\nIt happened twice"


def test_a_strangers_page_is_given_nothing():
    request = RequestFactory().post("/gone/", SENT, headers={"origin": "http://elsewhere.example"})
    assert sent_words(request) == ""
