"""Draws among those who answered a survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from community.core.facts import records
from community.core.pagecache import changed
from community.members.models import Member
from polls import sources
from polls.facts import DrawAnnounced
from polls.sources import Source, Target
from polls.surveys import keeping
from polls.surveys.access import asked_wave
from polls.surveys.kept import survey_topic
from polls.surveys.models import Survey
from polls.voters import Voter

if TYPE_CHECKING:
    from forum.roles import Viewer


def _find(viewer: Viewer, survey_id: int) -> Target | None:
    survey = Survey.objects.visible_to(viewer).filter(pk=survey_id).first()
    return Target(survey.title, survey.get_absolute_url()) if survey is not None else None


def _took_part(member: Member, survey_id: int) -> bool:
    """Whether they sent answers in the wave that is asked, or was asked last."""
    survey = Survey.objects.filter(pk=survey_id).first()
    wave = asked_wave(survey) if survey is not None else None
    if survey is None or wave is None:
        return False
    kept = keeping.find(Voter.of(member), survey, wave)
    return kept is not None and kept.is_sent


@records(DrawAnnounced)
def draw_announced(fact: DrawAnnounced) -> None:
    """The survey's page leads to its draw."""
    if fact.source == "survey":
        Survey.objects.filter(pk=fact.source_id).update(draw_id=fact.draw_id)
        changed(survey_topic(Survey.objects.values_list("slug", flat=True).get(pk=fact.source_id)))


sources.register(Source("survey", _find, _took_part))
