"""What pages for guests show of surveys, and which facts change it."""

from __future__ import annotations

from community.core.facts import records
from community.core.pagecache import changed
from polls.surveys import facts

SURVEYS = "surveys"  # which there are: the list


def survey_topic(slug: str) -> str:
    return f"survey:{slug}"


@records(facts.SurveyOpened, facts.SurveyChanged, facts.SurveyClosed, facts.SurveyResultsPublished)
def survey_changed(
    fact: facts.SurveyOpened | facts.SurveyChanged | facts.SurveyClosed | facts.SurveyResultsPublished,
) -> None:
    changed(survey_topic(fact.slug), SURVEYS)
