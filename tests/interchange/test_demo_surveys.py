"""The demo's surveys stand in both languages, with results that show something."""

from __future__ import annotations

import pytest
from django.test import Client

from community.core import clock
from community.interchange.demo import surveys
from polls.surveys.models import Survey
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


def test_people_answer_in_both_languages_and_one_result_is_out(monkeypatch):
    monkeypatch.setattr(surveys, "ANSWERS", 6)
    cast = {member.name: member for member in (a_member(is_verified_owner=True) for _ in range(12))}
    cast["team"] = a_member(role="admin")
    now = clock.now()
    with clock.frozen(now) as held:
        assert surveys.make_surveys(cast, held, now=now) == 4
    assert sorted(Survey.objects.values_list("lang", flat=True)) == ["en", "en", "zh", "zh"]
    told = [survey for survey in Survey.objects.all() if survey.waves.exclude(published_at=None).exists()]
    assert len(told) == 2
    for survey in told:
        page = Client().get(f"/surveys/{survey.slug}/results/").content.decode()
        assert "said-answer" in page and 'class="roads' in page
        assert survey.waves.order_by("-number")[0].is_open
