"""A mail server with a mood, for tests of what becomes of letters."""

from __future__ import annotations

import pytest
from django.core.mail.backends.locmem import EmailBackend


class Server(EmailBackend):
    """A mail server with a mood."""

    mood: list[Exception | None] = []
    is_away = False

    def open(self) -> bool:
        if Server.is_away:
            raise ConnectionRefusedError("nobody there")
        return True

    def send_messages(self, messages: list) -> int:
        trouble = Server.mood.pop(0) if Server.mood else None
        if trouble is not None:
            raise trouble
        return super().send_messages(messages)


@pytest.fixture
def server(settings, monkeypatch) -> type[Server]:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    monkeypatch.setattr(Server, "mood", [])
    monkeypatch.setattr(Server, "is_away", False)
    return Server
