"""What one thread page of twenty posts costs: statements at the first visit, bytes on the wire, files it asks for."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from forum import actions
from forum.models import Thread
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.test_page_cost import statements

KB = 1024


@pytest.fixture
def thread_of_a_page(db: None) -> Thread:
    """Twenty posts of the usual length, with everything that makes a page heavy."""
    asker, helpers = a_member(), [a_member(drives="Aurora 5 Touring") for _ in range(5)]
    thread = a_thread(author=asker, title="How far does a charge take you in the cold?", tags=["winter"])
    for n in range(19):
        words = "\n\n".join(
            f"{n}.{part} We drove {n * 37 + part * 11} km at minus {n} degrees and had {part}% left, "
            f"with the heating at {18 + part} and the tyres at 2.{n % 10} bar; the *heat pump* made the difference."
            for part in range(4)
        )
        post = a_reply(author=helpers[n % 5], thread=thread, body=words)
        actions.react(actor=asker, post_id=post.pk, kind="useful")
    return thread


def test_the_first_visit_to_a_thread_stays_in_the_budget_too(thread_of_a_page):
    """The read mark is one more statement, and related threads are looked up once in six hours."""
    reader, other = a_member(), a_member()
    client, another = Client(), Client()
    signed_in(another, other).get(thread_of_a_page.get_absolute_url())
    signed_in(client, reader).get("/boards/")
    assert len(statements(client, thread_of_a_page.get_absolute_url())) <= 6


def _sent(client: Client, address: str) -> int:
    response = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    return len(response.content)


def test_a_page_of_twenty_posts_is_at_most_60_kb_compressed(thread_of_a_page):
    client = Client()
    assert _sent(client, thread_of_a_page.get_absolute_url()) <= 60 * KB
    signed_in(client, a_member())
    assert _sent(client, thread_of_a_page.get_absolute_url()) <= 60 * KB


@pytest.mark.parametrize(("bundle", "most"), [("app.css", 40 * KB), ("app.js", 60 * KB)])
def test_the_bundles_stay_small(bundle, most):
    built = Path(settings.BASE_DIR) / "static" / "dist" / bundle
    size = len(gzip.compress(built.read_bytes()))
    assert KB < size <= most, f"{bundle} is {size} bytes compressed"


def test_pages_ask_for_nothing_beyond_the_two_bundles(thread_of_a_page):
    html = Client().get(thread_of_a_page.get_absolute_url()).content.decode()
    scripts, sheets = html.count("<script"), html.count('rel="stylesheet"')
    assert scripts <= 2 and sheets <= 2, "one script, the page's words; one sheet, the brand's accent"
