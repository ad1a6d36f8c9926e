"""Who may do what with surveys: verdicts with reasons, and the only ways to hold a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from community.core.access import YES, Verdict, absent, no
from community.members.access import may_speak
from community.members.models import Member, all_but_face
from polls import eligibility
from polls.access import is_team
from polls.surveys.models import Survey, SurveyState, Wave
from polls.voters import Voter, group_of

if TYPE_CHECKING:
    from forum.roles import Viewer


def may_answer(voter: Voter, survey: Survey, wave: Wave | None) -> Verdict:
    """Whether this person may fill the wave in, apart from whether they did."""
    if survey.state == SurveyState.ARCHIVED or (wave is not None and wave.is_over):
        return no(_("This survey is closed. Nothing more is asked."), "closed")
    if survey.state != SurveyState.OPEN or wave is None or wave.is_prepared:
        return no(_("This survey is not published yet."), "draft")
    if voter.member is not None:
        verdict = may_speak(voter.member)
        if not verdict:
            return verdict
        if survey.is_anonymous and group_of(voter.member) == "house":
            return no(
                _("The team and partners do not answer this survey: their answers could not be told apart."),
                "house",
            )
    elif survey.is_anonymous:
        return no(_("This survey is for members. Sign in or join to answer."), "sign_in")
    return eligibility.audience_of(survey.audience).rule(voter.viewer, "")


def may_make(viewer: Viewer) -> Verdict:
    verdict = may_speak(viewer)
    if not verdict or not isinstance(viewer, Member):
        return verdict if not verdict else no(_("Sign in to take part."), "sign_in")
    if viewer.is_staff_role:
        return YES
    return no(_("The team makes the surveys. Tell us what you would ask, in a thread."), "not_staff")


def may_manage(viewer: Viewer, survey: Survey) -> Verdict:
    """Changing, opening and closing, publishing results: its author and the team."""
    verdict = may_make(viewer)
    if not verdict:
        return verdict
    if survey.author_id == viewer.pk or is_team(viewer):
        return YES
    return no(_("Only whoever made this survey, or the team, can change it."), "not_author")


def may_see_results(viewer: Viewer, survey: Survey, wave: Wave) -> Verdict:
    """Everybody who may read the survey, once the results are published; whoever looks after it before."""
    if wave.published_at is not None or may_manage(viewer, survey):
        return YES
    return no(_("The results of this survey are not published."), "not_published")


# Fetch + check (+ lock) -----------------------------------------------------------------------------------------


def survey_for_reading(viewer: Viewer, *, slug: str) -> Survey:
    """One statement, with author and board. 404 unless the viewer may know of it."""
    rows = Survey.objects.visible_to(viewer).select_related("author", "board")
    survey = rows.defer(*all_but_face("author"), "board__rights").filter(slug=slug[:80]).first()
    if survey is None:
        raise absent()
    return survey


def survey_for_change(actor: Viewer, *, slug: str) -> Survey:
    """The survey, visible to the actor and locked until commit. Callers check their verdict."""
    rows = Survey.objects.visible_to(actor).select_for_update(of=("self",))
    survey = rows.filter(slug=slug[:80]).first()
    if survey is None:
        raise absent()
    return survey


def last_wave(survey: Survey, *, for_change: bool = False) -> Wave:
    """The wave that is asked, prepared, or was asked last. Every survey has one. One statement."""
    rows = Wave.objects.filter(survey=survey).order_by("-number")
    wave = (rows.select_for_update(no_key=True) if for_change else rows)[:1].get()
    wave.survey = survey
    return wave


def asked_wave(survey: Survey) -> Wave | None:
    """The wave people meet on the survey's page: the last one that was ever open. One statement."""
    wave = Wave.objects.filter(survey=survey).exclude(opens_at=None).order_by("-number").first()
    if wave is not None:
        wave.survey = survey
    return wave


def wave_for_results(viewer: Viewer, survey: Survey, number: int) -> Wave:
    """The wave of this number, 0 for the last one whose results the viewer may see. 404 when there is none."""
    rows = Wave.objects.filter(survey=survey).exclude(opens_at=None)
    if number:
        rows = rows.filter(number=number)
    elif not may_manage(viewer, survey):
        rows = rows.exclude(published_at=None)
    wave = rows.order_by("-number").first()
    if wave is None:
        raise absent()
    wave.survey = survey
    return wave
