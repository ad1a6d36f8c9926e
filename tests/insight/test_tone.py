"""Two lists of words, what they make of sentences, and how far they may be trusted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from moderation.insight.queries.treatment import treatment
from moderation.insight.tone import BLAME, PRAISE, Tone, measure, measured, tone_of
from moderation.insight.window import last_days
from moderation.raises.models import Raise
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, signed_in


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("A great car", Tone.POSITIVE),
        ("Not a great car", Tone.CRITICAL),
        ("No trouble so far", Tone.POSITIVE),
        ("It isn’t reliable", Tone.CRITICAL),
        ("Great seats, awful radio", Tone.NEITHER),
        ("Which tyres fit?", Tone.NEITHER),
        ("非常满意", Tone.POSITIVE),
        ("不满意", Tone.CRITICAL),
        ("没有故障", Tone.POSITIVE),
        ("太失望了", Tone.CRITICAL),
        ("隔音不错", Tone.POSITIVE),
        ("", Tone.NEITHER),
    ],
)
def test_words_and_what_turns_them_round(text, tone):
    assert tone_of(text) is tone


def test_no_word_praises_and_blames():
    for language in ("en", "zh"):
        assert not set(PRAISE[language]) & set(BLAME[language])
        assert len(set(PRAISE[language])) == len(PRAISE[language])


def test_the_error_is_measured_and_not_small():
    """The published figure is the lists' own, on a sample that holds irony and words on no list."""
    told = measured()
    assert told.right.total > 60 and told.right.hits < told.right.total
    assert told.decided.total < told.right.total
    assert told.decided.interval[0] > 0.5, "better than chance where the lists decide"
    assert measure([("positive", "awful")]).right.hits == 0


@pytest.mark.django_db
def test_raised_threads_by_tone_equal_the_rows(frozen_clock):
    board, author, staff = a_board(), a_member(), a_member(role="admin")
    frozen_clock.move(-timedelta(days=3))
    told = ["Great seats", "Perfect for long trips", "Awful noise again", "Which tyres fit?"]
    threads = [a_thread(author=author, board=board, title=title, body="Seen today.") for title in told]
    for thread in (threads[0], threads[2]):
        Raise.objects.create(
            thread=thread, board=board, author=author, by=staff, reason="Needs an owner", state="raised",
            by_lot=False, at=thread.opened_at, until=thread.opened_at,
        )  # fmt: skip
    frozen_clock.move(timedelta(days=3))
    found = treatment([board.pk], last_days(30, now=frozen_clock.now(), zone="UTC"))
    assert {tone: (share.hits, share.total) for tone, share in found.rows} == {
        "positive": (1, 2),
        "critical": (1, 1),
        "neither": (0, 1),
    }
    assert not found.gap.is_told, "nothing is claimed of three threads"
    page = signed_in(Client(), staff, strongly=True).get("/desk/insight/")
    assert "Too few to say" in page.content.decode()
