"""Making a poll and changing it: one page, with the poll beside it as it will stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.core import idempotency, ratelimit
from community.core.access import Invalid, Refused, Verdict, require
from community.core.middleware import says_unreadable
from community.core.whole import whole
from community.files.actions import receive_upload
from community.members.views._shared import address_here
from forum import access as forum
from forum.views._shared import members_only
from polls import access, actions, cars, policy
from polls.actions import Option, Spec
from polls.forms import ROWS, PollForm, initial_of, templates
from polls.models import Choice, Poll
from polls.queries.dressing import Shown
from polls.queries.shown import dressed
from polls.views._shared import actor_of
from polls.voters import Voter

_PARTS = ("text", "about", "alt", "upload", "number")
LOOKING = ("preview", "more")
RULES = (
    "kind", "least", "most", "low", "high", "method", "audience", "audience_value", "results", "changes", "secrecy",
    "is_decision",
)  # fmt: skip


@says_unreadable
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def new(request: HttpRequest) -> HttpResponse:
    """A poll in the thread `?thread=` (under the post `?post=`), on the board `?board=`, or with a page alone. Whoever
    came from somewhere (`?next=`, of this site) goes on there."""
    actor = actor_of(request)
    thread_id, post_id, board_id = (whole(request.GET.get(name)) for name in ("thread", "post", "board"))
    thread = forum.thread_for_reading(actor, thread_id=thread_id) if thread_id else None
    board = forum.board_for_writing(actor, board_id=board_id) if board_id and not thread else None
    require(access.may_make(actor, thread=thread, board=board))

    def save(spec: Spec, key: str | None) -> Poll:
        return actions.make_poll(
            actor=actor,
            spec=spec,
            thread_id=thread_id,
            post_id=post_id,
            board_id=board_id,
            idempotency_key=key,
        )

    kinds = templates()
    begun = kinds.get(request.GET.get("template", ""))
    initial: dict[str, Any] = {
        "audience": "members",
        "results": "voted",
        "changes": "withdraw",
        "secrecy": "private",
        "kind": "single",
    }
    initial |= {"least": 1, "most": 2, "low": 1, "high": 5}
    if begun:
        initial |= begun[1]
    rows = [_row(text=text) for text in (begun[2] if begun else [])]
    form = PollForm(_sent(request), is_team=access.is_team(actor), initial=initial | _typed(request))
    context = {"thread": thread, "board": board, "templates": kinds, "place": _place(request)}
    return _page(request, form, rows, save, context | {"title": _("New poll"), "may_draft": True})


@says_unreadable
@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def edit(request: HttpRequest, poll_id: int) -> HttpResponse:
    """Everything before the first vote, then words with a reason, further choices and another end."""
    actor = actor_of(request)
    poll = access.poll_for_reading(actor, poll_id=poll_id)
    require(access.may_manage(actor, poll))
    has_ballots = actions.has_ballots(poll)

    def save(spec: Spec, _key: str | None) -> Poll:
        return actions.edit_poll(
            actor=actor, poll_id=poll.pk, spec=spec, reason=str(form.cleaned_data.get("reason", ""))
        )

    form = PollForm(
        _sent(request),
        is_team=access.is_team(actor),
        has_ballots=has_ballots,
        initial=initial_of(poll) | _typed(request),
    )
    choices = (
        poll.choices.select_related("picture").order_by("place", "number") if poll.kind != "scale" else []
    )
    rows = [
        _row(
            text=choice.text,
            about=choice.about,
            alt=choice.alt,
            upload=choice.picture.key if choice.picture else "",
            number=str(choice.number),
        )
        for choice in choices
        if has_ballots or not choice.takes_words
    ]
    context = {"poll": poll, "thread": poll.thread, "board": poll.board, "has_ballots": has_ballots}
    return _page(
        request,
        form,
        rows,
        save,
        context | {"title": _("Change the poll"), "may_draft": poll.state == "draft"},
    )


def _page(
    request: HttpRequest,
    form: PollForm,
    rows: list[dict[str, str]],
    save: Callable[[Spec, str | None], Poll],
    context: dict[str, Any],
) -> HttpResponse:
    problems: list[str] = []
    if request.method == "POST":
        rows, problems = _rows(request)
        for problem in problems:
            form.add_error(None, problem) if form.is_bound else messages.error(request, problem)
    is_looking = _is_looking(request)
    if form.is_bound and form.is_valid() and not problems:
        try:
            poll = save(form.spec(_options(rows), is_draft="draft" in request.POST), form.once_key)
        except Invalid as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
        except Refused as refusal:
            is_other = refusal.code == "key_reused"
            if is_other:
                form.renew_key()
            form.add_error(None, idempotency.OTHER_WORDS if is_other else refusal.reason)
        else:
            messages.success(request, _("The poll is saved."))
            return HttpResponseRedirect(address_here(request, request.GET.get("next", "")) or _home_of(poll))
    empty = ROWS if not rows else (2 if "more" in request.POST else 1)
    most = policy.MOST_CHOICES - len(rows)
    context |= {
        "form": form,
        "rows": [*rows, *(_row() for _n in range(max(0, min(empty, most))))],
        "here": "polls",
        "cars": cars.offered() if "audience_value" in form.fields else [],
    }
    if is_looking:
        context |= _preview(request, form, rows, context.get("poll"))
    if getattr(request, "htmx", False) and is_looking:
        return render(request, "polls/_preview.html", context)
    return render(request, "polls/make.html", context, status=422 if form.is_bound and form.errors else 200)


def _home_of(poll: Poll) -> str:
    if poll.thread is not None and poll.state == "open":
        return f"{poll.thread.get_absolute_url()}#poll-{poll.pk}"
    return poll.get_absolute_url()


def _preview(
    request: HttpRequest, form: PollForm, rows: list[dict[str, str]], poll: Poll | None
) -> dict[str, Any]:
    """The poll as voters will see it, or what is still wrong. Nothing is saved."""
    verdict = ratelimit.hit("polls.preview", f"member:{request.user.pk}", limit=120, per=60)
    if not verdict:
        return {"preview_problem": verdict.reason}
    looked = PollForm(request.POST, is_team=access.is_team(request.user), has_ballots=form.has_ballots)
    if not looked.is_valid():
        first = next(iter(looked.errors.values()))
        return {"preview_problem": str(first[0])}
    try:
        spec = looked.spec(_options(rows))
        if poll is not None and form.has_ballots:
            spec = _under_the_same_rules(poll, spec)
        drawn, choices = actions.drafted(actor=actor_of(request), spec=spec, of=poll)
    except Refused as refusal:
        return {"preview_problem": refusal.reason}
    return {"preview": _as_shown(request, drawn, choices)}


def _under_the_same_rules(poll: Poll, spec: Spec) -> Spec:
    """Other words for a poll that people have voted in: how they answer, and who may, stays."""
    was = initial_of(poll)
    stays = {name: was[name] for name in RULES if name in was}
    open_one = next((choice.number for choice in poll.choices.all() if choice.takes_words), 0)
    other = next((one.text for one in spec.options if open_one and one.number == open_one), "")
    options = [one for one in spec.options if not open_one or one.number != open_one]
    return replace(spec, options=options, other=other, **stays)


def _as_shown(request: HttpRequest, poll: Poll, choices: list[Choice]) -> Shown:
    poll.pk = 0
    shown = dressed(Voter.of(request.user), poll, choices, [], {}, took_part=False)
    shown.vote = Verdict(True)
    return shown


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" and not _is_looking(request) else None


def _is_looking(request: HttpRequest) -> bool:
    return request.method == "POST" and any(name in request.POST for name in LOOKING)


def _typed(request: HttpRequest) -> dict[str, Any]:
    return request.POST.dict() if _is_looking(request) else {}


def _row(**parts: str) -> dict[str, str]:
    return dict.fromkeys(_PARTS, "") | parts


def _rows(request: HttpRequest) -> tuple[list[dict[str, str]], list[str]]:
    """The choices as typed, with pictures that came along stored; and what was wrong with those."""
    rows, problems = [], []
    key = idempotency.usable(request.POST.get("key"))
    for n in range(policy.MOST_CHOICES + 4):
        row = {part: request.POST.get(f"choice-{n}-{part}", "")[:400] for part in _PARTS}
        file = request.FILES.get(f"choice-{n}-file")
        if file is not None:
            try:
                upload = receive_upload(
                    owner=actor_of(request),
                    file=file,
                    name=file.name or "",
                    idempotency_key=f"{key}-choice-{n}" if key else None,
                )
            except Refused as refusal:
                problems.append(f"{file.name}: {refusal.reason}")
            else:
                row["upload"] = upload.key
        if any(row.values()):
            rows.append(row)
    return rows, problems


def _options(rows: list[dict[str, str]]) -> list[Option]:
    return [
        Option(
            text=row["text"],
            about=row["about"],
            alt=row["alt"],
            upload=row["upload"] if row["upload"].isalnum() else "",
            number=whole(row["number"], 9, otherwise=0),
        )
        for row in rows
    ]


def _place(request: HttpRequest) -> str:
    """What the links to templates keep of the address."""
    found = [(name, whole(request.GET.get(name))) for name in ("thread", "post", "board")]
    onwards = address_here(request, request.GET.get("next", ""))
    told = [(name, str(number)) for name, number in found if number] + (
        [("next", onwards)] if onwards else []
    )
    return f"&{urlencode(told)}" if told else ""
