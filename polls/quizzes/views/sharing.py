"""Result cards: made and taken back by their owner, seen by whoever has the address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core.access import absent
from community.core.links import link
from community.core.whole import whole
from polls import wording
from polls.quizzes import actions, drawing
from polls.quizzes.models import Card, Quiz
from polls.quizzes.queries import results
from polls.views._shared import from_guests, voter_of


@from_guests
@require_POST
def make_card(request: HttpRequest, slug: str) -> HttpResponse:
    actions.make_card(
        voter=voter_of(request), attempt_id=_attempt(request), shows_name=bool(request.POST.get("name"))
    )
    return HttpResponseRedirect(f"{link('quizzes:result', slug)}#share")


@from_guests
@require_POST
def take_card_back(request: HttpRequest, slug: str) -> HttpResponse:
    actions.take_card_back(voter=voter_of(request), attempt_id=_attempt(request))
    return HttpResponseRedirect(f"{link('quizzes:result', slug)}#share")


@require_safe
def card(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's card: no more than they chose to show, and the way into the quiz. Four statements."""
    row = _card(request, token)
    quiz = row.attempt.quiz
    image = reverse("quizzes:card_image", args=[row.token])
    context = {
        "quiz": quiz,
        "attempt": row.attempt,
        "by": _name(row),
        "image_url": request.build_absolute_uri(image),
        "page_url": request.build_absolute_uri(),
        "told": _told(row),
        "here": "quizzes",
    }
    if quiz.is_knowledge:
        context["result"] = {"better_than": results.better_than(row.attempt)}
    response = render(request, "quizzes/card.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@require_safe
def card_image(request: HttpRequest, token: str) -> HttpResponse:
    """The card as a picture, in the language it was made in. Two statements where it was not drawn before."""
    row = _card(request, token)
    with translation.override(row.lang):
        picture = drawing.kept_card(row, name=_name(row))
    response = HttpResponse(picture, content_type="image/png")
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _card(request: HttpRequest, token: str) -> Card:
    """404 also where the viewer may not know of the quiz: a card does not open its board."""
    rows = Card.objects.filter(token=token[:64], attempt__quiz__in=Quiz.objects.visible_to(request.user))
    row = rows.select_related("attempt__quiz", "attempt__member", "attempt__outcome").first()
    if row is None:
        raise absent()
    return row


def _told(card: Card) -> str:
    """The result in a sentence or two, in the card's language: for those who see the link and not the page."""
    with translation.override(card.lang):
        said, below = drawing.said_of(card)
        return wording.joined([_("%(said)s.") % {"said": said.rstrip(".。")}, *([below] if below else [])])


def _name(card: Card) -> str:
    return card.attempt.member.name if card.shows_name and card.attempt.member else ""


def _attempt(request: HttpRequest) -> int:
    return whole(request.POST.get("attempt"), otherwise=0)
