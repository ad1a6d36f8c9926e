"""My conversations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activity.messages import access, actions, limits, queries
from activity.messages.forms import AddForm, DoorForm, MessageForm, ReportForm, StartForm
from activity.messages.models import MessageReport, Participant
from activity.messages.places import SEVERAL, first_letter
from community.core.access import Invalid
from community.core.text import stored
from community.core.whole import whole, wholes
from community.members.models import Member
from community.members.queries import find_member
from community.members.views._shared import next_address
from forum import waiting
from forum.views import drafts
from forum.views import limits as forum_limits
from forum.views._shared import act_and_return, actor_of, attempt, members_only, posted, sent, unsent
from forum.views.attaching import takes_files

MUTES = {"8": 8, "24": 24, "168": 168, "": None, "0": 0}
REPORTS = 20  # in an hour, from one member: moderators read each


@require_safe
@members_only
@never_cache
def conversations(request: HttpRequest) -> HttpResponse:
    """What I am in, unread first. Three statements."""
    page = queries.conversations(actor_of(request), request.GET.get("page"))
    for row in page.items:
        row.conversation.title = queries.name_of(row.conversation, row.conversation.others)
    return render(request, "letters/list.html", {"page": page, "here": "messages"})


@members_only
@never_cache
@takes_files
def start(request: HttpRequest) -> HttpResponse:
    """Write to somebody (`?to=`), or to several. Until they are sent the words are a draft."""
    me, to = actor_of(request), request.GET.get("to", "")[:600]
    first = find_member(to) if to else None
    place = first_letter(first.member) if first is not None else SEVERAL
    if drafts.save_asked(request, place):
        return HttpResponseRedirect(request.get_full_path())
    draft = drafts.begun(request, place)
    start = {"to": to} | drafts.words_of(draft) | dict(waiting.words_of(request)) | unsent(request)
    form = StartForm(sent(request), initial=start)
    limit = limits.starting(me)
    if form.is_valid():
        people = _people(form)
        if people and limit.counts(request, form):
            data = form.cleaned_data
            letter = attempt(
                form,
                lambda: actions.start_conversation(
                    actor=me,
                    recipients=people,
                    body=data["body"],
                    title=data["title"],
                    draft=drafts.written(request, place),
                    idempotency_key=form.once_key,
                ),
            )
            if letter:
                return HttpResponseRedirect(letter.conversation.get_absolute_url())
    asked = None if form.is_bound else first
    context = {
        "form": form,
        "refusal": "" if asked is None else access.may_write_to(me, asked.member).reason,
        "limit_note": limit.note(request),
        "here": "messages",
    }
    context |= drafts.form_context(request, place, draft)
    return forum_limits.answer(request, "letters/start.html", context, form)


def _people(form: StartForm) -> list[Member]:
    """Whom the form names; those nobody knows become its errors. One to three statements each."""
    people = []
    for name in form.names()[: actions.MOST_PEOPLE]:
        found = find_member(name)
        if found is None:
            form.add_error("to", _("Nobody here is called %(name)s.") % {"name": name})
        else:
            people.append(found.member)
    return [] if form.errors else people


@members_only
@never_cache
@takes_files
def conversation(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """One conversation, its latest page first, and a box to write. At most ten statements, and those of reading."""
    me = actor_of(request)
    mine = access.participant_for(me, conversation_id=conversation_id)
    place, limit = f"message-{conversation_id}", limits.sending(me)
    kept = drafts.save_asked(request, place)
    if kept:
        return kept
    draft = drafts.begun(request, place)
    start = drafts.words_of(draft) | dict(waiting.words_of(request)) | unsent(request)
    form = MessageForm(sent(request), initial=start)
    if form.is_valid() and limit.counts(request, form):
        letter = attempt(
            form,
            lambda: actions.send_message(
                actor=me,
                conversation_id=conversation_id,
                body=form.cleaned_data["body"],
                draft=drafts.written(request, place),
                idempotency_key=form.once_key,
            ),
        )
        if letter:
            return HttpResponseRedirect(f"{mine.conversation.get_absolute_url()}#message-{letter.number}")
    page = queries.messages(mine, request.GET.get("page"))
    if page.items and request.method == "GET":
        actions.mark_read(member=me, conversation_id=conversation_id, number=page.items[-1].number)
    context = _around(mine) | {
        "page": page,
        "rows": _shown(page.items),
        "form": form,
        "is_latest": not request.GET.get("page") or page.bad_cursor,
        "limit_note": limit.note(request),
        "last_number": mine.conversation.last_number,
        "is_heard": me.pk in access.heard_by([me.pk], conversation_id)[1],
    }
    context |= drafts.form_context(request, place, draft)
    return forum_limits.answer(request, "letters/conversation.html", context, form)


@require_safe
@members_only
@never_cache
def fresh(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """What came after `?after=`, as the page shows it: for a page that stays open. Three statements, and reading."""
    me = actor_of(request)
    forum_limits.require_few(request, "letters_fresh", limit=400, per=600)
    mine = access.participant_for(me, conversation_id=conversation_id)
    after = whole(request.GET.get("after"), 9)
    if after is None or after >= mine.conversation.last_number:
        return HttpResponse(status=204)
    rows = _shown(queries.newer(mine, after))
    if rows:
        actions.mark_read(member=me, conversation_id=conversation_id, number=rows[-1].number)
    return render(request, "letters/_messages.html", {"rows": rows, "conversation": mine.conversation})


@require_POST
@members_only
def leave(request: HttpRequest, conversation_id: int) -> HttpResponse:
    return act_and_return(
        request,
        lambda: actions.leave_conversation(member=actor_of(request), conversation_id=conversation_id),
        done=_("You left the conversation."),
        to=reverse("messages:list"),
    )


@require_POST
@members_only
def mute(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`hours`: 8, 24 or 168; empty: until further notice; 0: no longer."""
    hours = request.POST.get("hours", "0")
    return act_and_return(
        request,
        lambda: actions.mute_conversation(
            member=actor_of(request), conversation_id=conversation_id, hours=MUTES.get(hours, 0)
        ),
        done=_("You are told of this conversation again.")
        if MUTES.get(hours, 0) == 0
        else _("You will not be told of this conversation. It stays in your list."),
        to=reverse("messages:conversation", args=[conversation_id]),
    )


@require_POST
@members_only
def add(request: HttpRequest, conversation_id: int) -> HttpResponse:
    form = AddForm(request.POST)
    found = find_member(form.cleaned_data["name"].strip()) if form.is_valid() else None

    def act() -> Participant:
        if found is None:
            access.participant_for(actor_of(request), conversation_id=conversation_id)
            raise Invalid(_("Nobody here has this name."), field="name")
        me = actor_of(request)
        if limits.is_new(me):  # else whoever may begin no more conversations reaches everybody through one
            first = limits.START_NEW
            forum_limits.require_few(request, first.scope, limit=first.most, per=first.per)
        return actions.add_person(actor=me, conversation_id=conversation_id, person=found.member)

    return act_and_return(
        request,
        act,
        done=_("Added. They read what is written from now on."),
        to=reverse("messages:conversation", args=[conversation_id]),
    )


@require_POST
@members_only
def remove(request: HttpRequest, message_id: int) -> HttpResponse:
    """Take my words out, and go back to where they stood."""
    gone = actions.remove_message(actor=actor_of(request), message_id=message_id)
    messages.success(request, _("Your message is removed."))
    where = f"{gone.conversation.get_absolute_url()}#message-{gone.number}"
    return HttpResponseRedirect(next_address(request, where))


@members_only
@never_cache
def report(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Choose messages of one page and show them to the moderators."""
    me = actor_of(request)
    mine = access.participant_for(me, conversation_id=conversation_id)
    form = ReportForm(posted(request))
    numbers = wholes(request.POST.getlist("numbers"), 9)

    def act() -> MessageReport:
        forum_limits.require_few(request, "letters_report", limit=REPORTS, per=3600)
        return actions.report_messages(
            reporter=me,
            conversation_id=conversation_id,
            numbers=numbers,
            reason=form.cleaned_data["reason"],
        )

    if form.is_valid():
        shown = attempt(form, act)
        if shown:
            return render(request, "letters/reported.html", _around(mine) | {"report": shown})
    page = queries.messages(mine, request.GET.get("page"))
    chosen = numbers or wholes([request.GET.get("n")], 9)
    context = _around(mine) | {"page": page, "rows": _shown(page.items), "form": form, "chosen": chosen}
    return render(request, "letters/report.html", context, status=422 if form.errors else 200)


@members_only
@never_cache
def door(request: HttpRequest) -> HttpResponse:
    """Who may begin to write to me."""
    me = actor_of(request)
    form = DoorForm(posted(request), initial={"opens_to": queries.door_of(me)})
    if form.is_valid():
        return act_and_return(
            request,
            lambda: actions.set_door(member=me, opens_to=form.cleaned_data["opens_to"]),
            done=_("Your choice is saved."),
            to=reverse("messages:door"),
        )
    return render(request, "letters/door.html", {"form": form}, status=422 if form.errors else 200)


def _around(mine: Participant) -> dict[str, Any]:
    """What every page of a conversation shows around the words. One statement."""
    people = queries.people_in(mine.conversation)
    others = [one.member for one in people if one.member_id != mine.member_id]
    return {
        "conversation": mine.conversation,
        "mine": mine,
        "people": [one for one in people if one.left_at is None],
        "gone": [one for one in people if one.left_at is not None and not mine.conversation.is_pair],
        "others": others,
        "name": queries.name_of(mine.conversation, others),
        "add_form": AddForm(auto_id="add_%s"),
        "here": "messages",
    }


def _shown(rows: list[Any]) -> list[Any]:
    for row in rows:
        row.html = stored(row.html)
    return rows
