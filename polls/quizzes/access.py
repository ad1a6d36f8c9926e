"""Who may do what with quizzes: verdicts with reasons, and the only ways to hold a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from community.core.access import YES, Verdict, absent, no
from community.members.access import may_speak
from community.members.models import Member, all_but_face
from polls import eligibility
from polls.access import is_team
from polls.quizzes import hosted
from polls.quizzes.models import Attempt, Quiz, QuizState, Run
from polls.voters import Voter

if TYPE_CHECKING:
    from forum.roles import Viewer


def may_take(voter: Voter, quiz: Quiz) -> Verdict:
    """Whether this person may answer, apart from how often."""
    if quiz.state == QuizState.ARCHIVED:
        return no(_("This quiz is archived. Its questions are not asked any more."), "closed")
    if quiz.state != QuizState.OPEN:
        return no(_("This quiz is not published yet."), "draft")
    if voter.member is not None:
        verdict = may_speak(voter.member)
        if not verdict:
            return verdict
    return eligibility.audience_of(quiz.audience).rule(voter.viewer, quiz.audience_value)


def may_start(voter: Voter, quiz: Quiz, *, attempts: int) -> Verdict:
    """Whether a new attempt may begin after so many."""
    verdict = may_take(voter, quiz)
    if verdict and quiz.most_attempts and attempts >= quiz.most_attempts:
        return no(_("You have had every attempt that this quiz gives."), "used_up")
    return verdict


def may_make(viewer: Viewer) -> Verdict:
    verdict = may_speak(viewer)
    if not verdict or not isinstance(viewer, Member):
        return verdict if not verdict else no(_("Sign in to take part."), "sign_in")
    if viewer.is_staff_role:
        return YES
    return no(_("The team makes the quizzes. Tell us what you would ask, in a thread."), "not_staff")


def may_manage(viewer: Viewer, quiz: Quiz) -> Verdict:
    """Changing, publishing, statistics: its author and the team."""
    verdict = may_make(viewer)
    if not verdict:
        return verdict
    if quiz.author_id == viewer.pk or is_team(viewer):
        return YES
    return no(_("Only whoever made this quiz, or the team, can change it."), "not_author")


def may_host(viewer: Viewer, quiz: Quiz) -> Verdict:
    """Leading a run of it: its author and the team. Nobody need have seen its questions: a draft can be hosted."""
    verdict = may_manage(viewer, quiz)
    if not verdict:
        return verdict
    if not quiz.is_knowledge:
        return no(_("Only quizzes with right answers can be hosted."), "kind")
    if quiz.state not in (QuizState.DRAFT, QuizState.OPEN):
        return no(_("This quiz is archived. Its questions are not asked any more."), "closed")
    return YES


def may_lead(viewer: Viewer, run: Run) -> Verdict:
    """Going on with a run that is there: whoever began it, and the team."""
    verdict = may_make(viewer)
    if verdict and run.host_id != viewer.pk and not is_team(viewer):
        return no(_("Only whoever hosts this quiz, or the team, can lead it."), "not_host")
    return verdict


def may_play(voter: Voter, run: Run) -> Verdict:
    """Whether this person may take part in a run that is under way."""
    if run.is_over:
        return no(_("This quiz is over. Its results stay here."), "closed")
    if voter.member is not None:
        verdict = may_speak(voter.member)
        if not verdict:
            return verdict
    quiz = run.quiz
    return eligibility.audience_of(quiz.audience).rule(voter.viewer, quiz.audience_value)


# Fetch + check (+ lock) -----------------------------------------------------------------------------------------


def quiz_for_reading(viewer: Viewer, *, slug: str) -> Quiz:
    """One statement, with author and board. 404 unless the viewer may know of it."""
    rows = Quiz.objects.visible_to(viewer).select_related("author", "board")
    quiz = rows.defer(*all_but_face("author"), "board__rights").filter(slug=slug[:80]).first()
    if quiz is None:
        raise absent()
    return quiz


def quiz_for_change(actor: Viewer, *, slug: str) -> Quiz:
    """The quiz, visible to the actor and locked until commit. Callers check their verdict."""
    quiz = Quiz.objects.visible_to(actor).select_for_update(of=("self",)).filter(slug=slug[:80]).first()
    if quiz is None:
        raise absent()
    return quiz


def of_voter(voter: Voter) -> Q:
    """Which attempts are this person's: none for a guest without a key."""
    if voter.member is not None:
        return Q(member=voter.member)
    return Q(guest_key=voter.guest_key) if voter.guest_key else Q(pk=None)


def open_attempt(voter: Voter, quiz: Quiz) -> Attempt:
    """The attempt under way, locked until commit. 404 when there is none."""
    rows = Attempt.objects.select_for_update().filter(of_voter(voter), quiz=quiz, finished_at=None)
    attempt = rows.first()
    if attempt is None:
        raise absent()
    return attempt


def run_for_reading(viewer: Viewer, *, code: str) -> Run:
    """One statement, with its quiz. 404 for a code that is none, and for a board that the viewer does not read."""
    rows = Run.objects.visible_to(viewer).select_related("quiz")
    run = rows.filter(code=hosted.code_of(code)).first()
    if run is None:
        raise absent()
    return run


def run_for_change(actor: Viewer, *, code: str) -> Run:
    """The run, with its quiz, visible to the actor and locked until commit. Callers check their verdict."""
    rows = Run.objects.visible_to(actor).select_related("quiz").select_for_update(of=("self",))
    run = rows.filter(code=hosted.code_of(code)).first()
    if run is None:
        raise absent()
    return run
