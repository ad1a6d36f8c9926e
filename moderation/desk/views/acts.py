"""What is sent from the desk: one form an act."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.core import clock
from community.core.access import Invalid, Refused, absent
from community.core.middleware import wants_json
from community.core.whole import whole
from community.members.models import Member
from forum import actions as forum
from forum.forms import ReplyForm
from forum.models import Thread
from forum.raising import raised_of
from forum.views import drafts, limits, repeats
from forum.views._shared import actor_of, attempt, members_only, previewed, sent, unsent
from forum.views.attaching import takes_files
from forum.views.merged import follows_merge, tells_of_merge
from forum.views.writing import is_timely
from moderation.canned import actions as canned
from moderation.desk import access, actions, policy, queries, wording
from moderation.desk.forms import (
    ActForm,
    ApartForm,
    AssignForm,
    FeatureForm,
    LaneForm,
    LinkForm,
    SettleForm,
    SnoozeForm,
)
from moderation.desk.models import DeskThread, Place
from moderation.desk.policy import Due, Until
from moderation.desk.views._shared import address, case_page, wanted_of
from moderation.desk.views.left import tells_what_left
from moderation.desk.wanted import Wanted

# Whoever gave a thread away, or is done with it, goes on with the next.
GOES_ON = frozenset({"assign", "snooze", "settle"})


@require_POST
@tells_what_left
@tells_of_merge("desk:thread")
@members_only
def act(request: HttpRequest, thread_id: int, verb: str) -> HttpResponse:
    """One act on one thread. What was wrong comes back with the form; who was quicker is told."""
    actor = actor_of(request)
    thread = access.thread_for_desk(actor, thread_id=thread_id)
    form = _form(request, thread, verb)
    if not form.is_valid():
        return case_page(request, actor, thread, bound={verb: form})
    done, is_script = _ACTS[verb], wants_json(request)
    try:
        said = done(actor, thread, form)
    except Refused as refusal:
        if is_script:
            return JsonResponse({"said": refusal.reason}, status=409)
        if refusal.code == "writing" and isinstance(form, ApartForm):
            form.ask(refusal.reason)
            return case_page(request, actor, thread, bound={verb: form})
        if refusal.field in form.fields:
            form.add_error(refusal.field, refusal.reason)
            return case_page(request, actor, thread, bound={verb: form})
        if form.typed:
            return _words_kept(request, actor, thread, form, refusal.reason)
        messages.error(request, refusal.reason)
        return HttpResponseRedirect(address(thread_id, wanted_of(request, actor)))
    if is_script:
        return JsonResponse({"said": said})
    messages.success(request, said)
    wanted = wanted_of(request, actor)
    return (
        _on(actor, wanted, thread_id) if verb in GOES_ON else HttpResponseRedirect(address(thread_id, wanted))
    )


def _words_kept(
    request: HttpRequest, actor: Member, thread: Thread, form: ActForm, reason: str
) -> HttpResponse:
    """The thread as it is now, with the words: in their form, or by themselves where it has no such form any more."""
    verb = str(form.prefix)
    row = DeskThread.objects.filter(pk=thread.pk).first()
    form.renew(reason, row.version if row else 0)
    is_gone = row is None or (verb == "settle" and row.place != Place.DUE)
    is_gone |= verb == "feature" and thread.is_pinned
    kept = {"kept": form.typed, "kept_because": reason} if is_gone else {}
    return case_page(request, actor, thread, bound={verb: form}, context=kept)


def _on(actor: Member, wanted: Wanted, thread_id: int) -> HttpResponse:
    following = queries.next_after(actor, wanted, thread_id)
    to = address(following, wanted) if following else reverse("desk:index") + wanted.query
    return HttpResponseRedirect(to)


def _form(request: HttpRequest, thread: Thread, verb: str) -> ActForm:
    data = request.POST
    match verb:
        case "assign":
            team = [(one.pk, one.name) for one in access.team_for(thread)]
            return AssignForm(data, team=team, prefix=verb)
        case "snooze":
            return SnoozeForm(data, prefix=verb)
        case "settle":
            return SettleForm(data, prefix=verb)
        case "link":
            return LinkForm(data, prefix=verb)
        case "feature":
            return FeatureForm(data, is_raised=raised_of(thread) is not None, prefix=verb)
        case "lane":
            return LaneForm(data, thread=thread, prefix=verb)
        case "take" | "release" | "wake" | "answering":
            return ActForm(data)
    raise absent()


def _take(actor: Member, thread: Thread, form: forms.Form) -> str:
    actions.take(actor=actor, thread_id=thread.pk, version=form.cleaned_data["version"])
    return _("It is in your hands.")


def _release(actor: Member, thread: Thread, form: forms.Form) -> str:
    actions.release(actor=actor, thread_id=thread.pk, version=form.cleaned_data["version"])
    return _("It is free for everybody.")


def _assign(actor: Member, thread: Thread, form: forms.Form) -> str:
    data = form.cleaned_data
    row: DeskThread = actions.assign(
        actor=actor,
        thread_id=thread.pk,
        version=data["version"],
        to_id=data["to"],
        note=data["note"],
        due=Due(data["due"]),
        anyway=data["anyway"],
    )
    return _("Handed to %(name)s.") % {"name": row.assignee.name if row.assignee else ""}


def _snooze(actor: Member, thread: Thread, form: forms.Form) -> str:
    data = form.cleaned_data
    until = policy.comes_back(Until(data["until"]), clock.now(), timezone.get_current_timezone())
    actions.snooze(
        actor=actor, thread_id=thread.pk, version=data["version"], until=until, anyway=data["anyway"]
    )
    return _("Set aside. It comes back by itself.")


def _settle(actor: Member, thread: Thread, form: forms.Form) -> str:
    actions.settle(actor=actor, thread_id=thread.pk, **form.cleaned_data)
    return _("It needs nothing, until a member writes.")


def _wake(actor: Member, thread: Thread, form: forms.Form) -> str:
    actions.wake(actor=actor, thread_id=thread.pk, version=form.cleaned_data["version"])
    return _("It is due again.")


def _link(actor: Member, thread: Thread, form: forms.Form) -> str:
    data = form.cleaned_data
    try:
        row: DeskThread = actions.link_answer(
            actor=actor,
            thread_id=thread.pk,
            version=data["version"],
            target_id=data["target"],
            solution_id=data["answer"],
        )
    except Http404:
        raise Invalid(_("There is no such thread for you."), field="target") from None
    return wording.linked_in_words(*queries.linked_to(row))


def _feature(actor: Member, thread: Thread, form: forms.Form) -> str:
    assert isinstance(form, FeatureForm)
    actions.feature(actor=actor, thread_id=thread.pk, **form.cleaned_data | {"until": form.moment()})
    return _("Featured. It stands on top of its board, with your reason.")


def _lane(actor: Member, thread: Thread, form: forms.Form) -> str:
    actions.set_lane(actor=actor, thread_id=thread.pk, **form.cleaned_data)
    return _("Its lane is changed. Its author hears why.")


def _answering(actor: Member, thread: Thread, form: forms.Form) -> str:
    actions.begin_answer(actor=actor, thread_id=thread.pk)
    return _("The others see that you answer this.")


_ACTS: dict[str, Callable[[Member, Thread, forms.Form], str]] = {
    "take": _take,
    "release": _release,
    "assign": _assign,
    "snooze": _snooze,
    "settle": _settle,
    "wake": _wake,
    "link": _link,
    "feature": _feature,
    "lane": _lane,
    "answering": _answering,
}


@require_POST
@members_only
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what the page named, or else what one did last; then that thread is shown."""
    actor = actor_of(request)
    wanted = wanted_of(request, actor)
    named = request.POST.get("line", "")
    line_id = whole(named)
    if named and line_id is None:
        line_id = 0  # no act is it, and never another one than was named
    try:
        row = actions.undo(actor=actor, line_id=line_id)
    except Refused as refusal:
        messages.error(request, refusal.reason)
        return HttpResponseRedirect(reverse("desk:index") + wanted.query)
    except Http404:
        if not wanted.boards:
            raise  # they have no desk
        messages.error(request, _("This thread is not on your desk any more. Nothing was taken back."))
        return HttpResponseRedirect(reverse("desk:index") + wanted.query)
    messages.success(request, wording.undone_in_words(queries.last_undoing(row)))
    return HttpResponseRedirect(address(row.pk, wanted))


@require_POST
@tells_what_left
@follows_merge
@members_only
@takes_files
def reply(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Reply and go on with the next thread. Words stay where they are whenever something is wrong."""
    actor = actor_of(request)
    thread = access.thread_for_desk(actor, thread_id=thread_id)
    place, limit = f"thread-{thread.pk}", limits.REPLY
    kept = drafts.save_asked(request, place)
    if kept:
        return HttpResponseRedirect(address(thread_id, wanted_of(request, actor)))
    form = ReplyForm(sent(request), initial=unsent(request))
    context = drafts.form_context(request, place, None) | previewed(request, thread)
    if (
        form.is_valid()
        and repeats.is_new_reply(form, actor, thread)
        and is_timely(form, actor, thread)
        and _is_alone(request, form, actor, thread, context)
        and limit.counts(request, form)
    ):
        data = form.cleaned_data
        post = attempt(
            form,
            lambda: forum.post_reply(
                author=actor,
                thread_id=thread.pk,
                body=data["body"],
                reply_to_id=data["reply_to"],
                draft=drafts.written(request, place),
                idempotency_key=form.once_key,
            ),
        )
        if post:
            use = canned.note_use(post_id=post.pk)
            row = actions.note_answer(actor=actor, thread_id=thread.pk, post_id=post.pk)
            if use is not None and use.is_bare:
                said = _("Sent. Hardly a word of it was yours, so the thread still waits for an answer.")
                messages.info(request, said)
            else:
                messages.success(request, wording.answered_in_words(row, actor))
            seen = whole(request.POST.get("desk_version"))
            if seen is not None and (lines := queries.meanwhile(actor, thread.pk, seen)):
                said = wording.sentences([wording.line_in_words(line) for line in lines])
                messages.info(request, _("Meanwhile: %(lines)s") % {"lines": said})
            return _on(actor, wanted_of(request, actor), thread.pk)
        limit.takes_back(request)
    return case_page(request, actor, thread, bound={"reply": form}, context=context)


def _is_alone(
    request: HttpRequest, form: ReplyForm, actor: Member, thread: Thread, context: dict[str, object]
) -> bool:
    """Whether nobody else is answering this thread; else it is said once, on the form."""
    if "anyway" in request.POST:
        return True
    try:
        actions.begin_answer(actor=actor, thread_id=thread.pk)
    except Refused as refusal:
        if refusal.code != "writing":
            return True  # it left the desk; a reply may still be taken
        form.add_error(None, refusal.reason)
        context["anyway"] = True
        return False
    return True
