"""Making a quiz and looking after it."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core import idempotency
from community.core.access import Invalid, Refused, require
from community.core.links import link
from community.core.middleware import says_unreadable
from community.core.whole import wholes
from community.files import links
from community.files.actions import receive_upload
from community.files.models import Upload
from community.members.views._shared import me, mine
from forum.models import Board
from polls import eligibility
from polls.access import is_team
from polls.queries.ladder import rows
from polls.quizzes import access, actions, policy, typed
from polls.quizzes.actions import Spec
from polls.quizzes.models import Attempt, Kind, Question, Quiz, Which
from polls.quizzes.queries import ladder
from polls.quizzes.queries import statistics as figures
from polls.quizzes.queries.asked import LETTERS, Asked, Choice

BANK = 30  # questions of the bank that the form offers
PICTURES = 8  # of the member's own that each question offers


@says_unreadable
@mine
def new(request: HttpRequest) -> HttpResponse:
    """One form for the whole quiz. `template` begins with an example, `do` adds rows without saving."""
    require(access.may_make(request.user))
    if request.method != "POST":
        return _form(request, typed.template(request.GET.get("template", "")))
    return _put(request, None)


@says_unreadable
@mine
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The same form, filled in."""
    quiz = access.quiz_for_reading(request.user, slug=slug)
    require(access.may_manage(request.user, quiz))
    if request.method != "POST":
        return _form(request, typed.from_quiz(quiz), quiz)
    return _put(request, quiz)


@mine
@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Every question as its page will show it, with the key: for its author and the team. Nothing is counted."""
    quiz = access.quiz_for_reading(request.user, slug=slug)
    require(access.may_manage(request.user, quiz))
    rows = Question.objects.filter(items__quiz=quiz).order_by("items__place")
    shown = [_previewed(quiz, row) for row in rows.select_related("picture").prefetch_related("options")]
    context = {"quiz": quiz, "questions": shown, "outcomes": quiz.outcomes.select_related("board")}
    return render(request, "quizzes/preview.html", context | {"here": "quizzes"})


@mine
@require_safe
def statistics(request: HttpRequest, slug: str) -> HttpResponse:
    """How each question does, and how guests went on. Eleven statements beside session and account."""
    quiz = access.quiz_for_reading(request.user, slug=slug)
    require(access.may_manage(request.user, quiz))
    team = is_team(request.user)
    context = {"quiz": quiz, "figures": figures.of_quiz(quiz), "here": "quizzes"}
    context |= {"rows": rows(ladder.funnel(quiz, is_team=team)), "is_team": team}
    return render(request, "quizzes/statistics.html", context)


@mine
@require_POST
def duplicate(request: HttpRequest, slug: str) -> HttpResponse:
    """A draft that says the same, straight into its form."""
    copy = actions.duplicate_quiz(
        actor=me(request), slug=slug, idempotency_key=idempotency.usable(request.POST.get("key"))
    )
    return HttpResponseRedirect(link("quizzes:edit", copy.slug))


@mine
@require_POST
def move(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish, archive, open again, remove."""
    try:
        quiz = actions.move_quiz(actor=me(request), slug=slug, to=request.POST.get("to", "")[:8])
    except Refused as refusal:
        if refusal.code not in ("state", "draft"):
            raise
        messages.error(request, refusal.reason)
        return HttpResponseRedirect(link("quizzes:quiz", slug))
    messages.success(request, _("Done: %(state)s.") % {"state": quiz.get_state_display()})
    if quiz.state == "removed":
        return HttpResponseRedirect(link("quizzes:list"))
    return HttpResponseRedirect(quiz.get_absolute_url())


def _put(request: HttpRequest, quiz: Quiz | None) -> HttpResponse:
    try:
        spec = _with_pictures(request, typed.from_post(request.POST))
    except Invalid as refusal:
        return _form(request, typed.from_post(request.POST), quiz, problem=refusal, status=422)
    match request.POST.get("do"):
        case "question":
            return _form(request, typed.with_room(spec, questions=1), quiz)
        case "outcome":
            return _form(request, typed.with_room(spec, outcomes=1), quiz)
        case "bank":
            return _form(request, _from_bank(request, spec), quiz)
    try:
        if quiz is None:
            quiz = actions.make_quiz(
                actor=me(request), spec=spec, idempotency_key=idempotency.usable(request.POST.get("key"))
            )
        else:
            quiz = actions.edit_quiz(actor=me(request), slug=quiz.slug, spec=spec)
            if not spec.is_draft and quiz.state != "open":
                quiz = actions.move_quiz(actor=me(request), slug=quiz.slug, to="open")
    except Invalid as refusal:
        return _form(request, spec, quiz, problem=refusal, status=422)
    except Refused as refusal:
        if refusal.code != "key_reused":
            raise
        return _form(request, spec, quiz, problem=Invalid(idempotency.OTHER_WORDS), status=422)
    messages.success(request, _("Saved: %(title)s") % {"title": quiz.title})
    return HttpResponseRedirect(quiz.get_absolute_url())


def _with_pictures(request: HttpRequest, spec: Spec) -> Spec:
    """The questions with the pictures that came along, stored. Invalid at the file's place."""
    questions, key = [], idempotency.usable(request.POST.get("key"))
    for question in spec.questions:
        file = request.FILES.get(f"{question.at}-file")
        if file is None:
            questions.append(question)
            continue
        try:
            upload = receive_upload(
                owner=me(request),
                file=file,
                name=file.name or "",
                alt=question.alt,
                idempotency_key=f"{key}-{question.at}" if key else None,
            )
        except Refused as refusal:
            raise Invalid(f"{file.name}: {refusal.reason}", field=f"{question.at}-alt") from None
        questions.append(replace(question, upload=upload.key))
    return replace(spec, questions=questions)


def _pictures(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The member's latest pictures as the form offers them: (key, address of the smallest, what is to be seen)."""
    rows = Upload.objects.of(me(request).pk).filter(kind="picture", state="ready")[:PICTURES]
    return [(row.key, links.small(row), row.alt or row.name) for row in rows]


def _from_bank(request: HttpRequest, spec: Spec) -> Spec:
    """The form with the chosen questions of the actor's bank."""
    wanted = wholes(request.POST.getlist("bank")[:BANK])
    there = {one.pk for one in spec.questions}
    rows = Question.objects.filter(author=me(request), pk__in=wanted)
    taken = [typed.from_question(row) for row in rows.prefetch_related("options") if row.pk not in there]
    return replace(spec, questions=[*spec.questions, *taken])


def _form(
    request: HttpRequest,
    spec: Spec,
    quiz: Quiz | None = None,
    *,
    problem: Invalid | None = None,
    status: int = 200,
) -> HttpResponse:
    spec = typed.with_room(spec)
    bank = Question.objects.filter(author=me(request)).exclude(pk__in=[one.pk for one in spec.questions])
    context = {
        "quiz": quiz,
        "spec": spec,
        "problem": problem,
        "bank": bank.order_by("-pk")[:BANK],
        "boards": Board.objects.readable_by(request.user).order_by("position", "pk"),
        "kinds": Kind.choices,
        "pictures": _pictures(request),
        "audiences": list(eligibility.known()),
        "whiches": Which.choices,
        "policy": policy,
        "here": "quizzes",
    }
    return render(request, "quizzes/form.html", context, status=status)


def _previewed(quiz: Quiz, question: Question) -> Asked:
    choices = [
        Choice(place, LETTERS[place], option.text, option.note, is_right=option.is_right)
        for place, option in enumerate(question.options.all())
    ]
    return Asked(quiz, Attempt(quiz=quiz, plan=[]), 0, question, choices, [])
