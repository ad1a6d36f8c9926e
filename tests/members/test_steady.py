"""Sign-up and reset answer in whole steps, whatever they had to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community.members import steady
from tests.builders.members import a_member


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["account_signup", "account_reset_password"])
@pytest.mark.parametrize("spent", [0.07, 0.19, 0.31])
def test_an_answer_waits_for_the_full_step(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, page: str, spent: float
) -> None:
    settings.STEADY_SECONDS = 0.25
    moments, waits = iter([10.0, 10.0 + spent] * 2), []

    class Watch:
        monotonic = staticmethod(lambda: next(moments))
        sleep = staticmethod(waits.append)

    monkeypatch.setattr(steady, "time", Watch)
    client.post(reverse(page), {"email": a_member().email})
    assert waits == [pytest.approx(-spent % 0.25)]
    client.get(reverse(page))
    assert len(waits) == 1
