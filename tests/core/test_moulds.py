"""Parts drawn once: each reader gets what drawing anew would give, and no value becomes more than a value."""

from __future__ import annotations

import pytest
from django.template import Context
from django.test import override_settings
from django.utils import translation
from django.utils.safestring import SafeString

from community.core import moulds

DOCK = "components/dock.html"
PLAIN = {"action": "/here/", "key": "k1", "to": "Anna", "seen": 7, "limit_note": ""}


@pytest.fixture(autouse=True)
def _fresh():
    moulds._moulds.clear()
    with translation.override("en"):
        yield
    moulds._moulds.clear()


def dock(token: str = "t1", **changes) -> str:
    return moulds.filled(DOCK, PLAIN | changes, page=Context({"csrf_token": token}))


def anew(token: str = "t1", **changes) -> str:
    with override_settings(DEBUG=True):
        return dock(token, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"to": "<b>&\"'"},
        {"to": "\ue001key\ue002 \ue001csrf_token\ue002"},
        {"to": "", "seen": 0},
        {"to": None},
        {"seen": 20_000},
        {"limit_note": "Slow <down>"},
        {"token": "t2"},
        {"to": SafeString("<i>safe</i>")},
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_filled_in_is_what_would_be_drawn_anew(changes, language):
    dock()
    with translation.override(language):
        assert dock(**changes) == dock(**changes) == anew(**changes)


def test_a_part_is_drawn_once_for_a_shape_and_once_more_for_another(monkeypatch):
    drawn = []
    real = moulds.render_to_string
    monkeypatch.setattr(moulds, "render_to_string", lambda *told: drawn.append(told) or real(*told))
    for name in ("Anna", "Bo", "Cy"):
        assert f"Reply to {name}" in dock(to=name)
    assert len(drawn) == 1
    assert "Reply to" not in dock(to="")
    assert len(drawn) == 2


def test_nothing_of_the_page_but_its_token_reaches_a_part():
    page = Context({"csrf_token": "t1", "newer": "3 new replies", "status": "of another reader"})
    assert moulds.filled(DOCK, PLAIN, page=page) == dock()


def test_no_more_shapes_are_kept_than_was_said(monkeypatch):
    monkeypatch.setattr(moulds, "MOST_KEPT", 3)
    for number in range(9):
        moulds.filled(DOCK, PLAIN, alike={"later_verdict": number})
    assert len(moulds._moulds) <= 3
