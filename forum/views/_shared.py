"""What several views do alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.core import clock, display, idempotency
from community.core.access import Invalid, Refused
from community.files.links import UploadLinks
from community.members.views._shared import next_address
from forum import policy, waiting
from forum.actions.uploads import links_for_edit
from forum.calls import Calls, Place, groups_called
from forum.forms import OnceForm
from forum.models import Board, Lane, Post, Thread
from forum.queries import lists
from forum.queries.calls import count_hearers
from forum.rendering import render_body
from forum.sent import sent_words

if TYPE_CHECKING:
    from community.members.models import Member
    from forum.roles import Viewer

Result = TypeVar("Result")
# What lists take from guests; anything else shows the same list.
LANES, SORTS = frozenset(Lane.values), frozenset(lists.SORTS)
ONLY = frozenset({"unsolved", "unanswered"})


def viewer_of(request: HttpRequest) -> Viewer:
    return request.user


def actor_of(request: HttpRequest) -> Member:
    """The signed-in member. Views that write stand behind `members_only`."""
    return cast("Member", request.user)


def attempt(form: forms.Form, act: Callable[[], Result]) -> Result | None:
    """Run an action for a valid form; a refusal becomes an error on the form, so nothing typed is lost."""
    try:
        return act()
    except Invalid as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
    except Refused as refusal:
        if refusal.code == "undone" and isinstance(form, OnceForm):
            form.renew_key()
            form.add_error(None, refusal.reason)
        elif refusal.code == "key_reused" and isinstance(form, OnceForm):
            form.renew_key()
            form.add_error(None, idempotency.OTHER_WORDS)
        else:
            form.add_error(None, forms.ValidationError(refusal.reason, code=refusal.code))
    return None


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: even an empty POST is an answer, and a wrong one."""
    return request.POST if request.method == "POST" else None


# What a writing form can do besides sending, for those without the script.
LOOKING = frozenset({"preview", "quote", "draft"})


def sent(request: HttpRequest) -> QueryDict | None:
    """What a writing form is bound to: nothing while somebody only looks at a preview or adds a quote."""
    return posted(request) if LOOKING.isdisjoint(request.POST) else None


def unsent(request: HttpRequest) -> dict[str, str]:
    """What a writing form starts with when somebody only looked."""
    return {} if LOOKING.isdisjoint(request.POST) else sent_words(request.POST)


def previewed(request: HttpRequest, row: Board | Thread, *, post: Post | None = None) -> dict[str, Any]:
    """`preview`: the words as they will stand, or `preview_problem`: why not; nothing unless asked for.

    `preview_calls`: what comes of the groups they call. `post`: the one that is edited; what it calls and shows stays.
    """
    if "preview" not in request.POST:
        return {}
    actor, source = actor_of(request), request.POST.get("body", "")
    kept = groups_called(post.html) if post else frozenset()
    calls = Calls(actor, lambda: Place(row, kept))
    try:
        body = render_body(source, files=uploads_shown(actor, source, post), calls=calls)
    except Refused as refusal:
        return {"preview_problem": refusal.reason}
    return {"preview": body.html, "preview_calls": calls_of(calls)}


def calls_of(calls: Calls) -> list[str]:
    """What comes of the groups that a text calls, a sentence for each word. A statement for each group, now and then."""
    told = []
    for word, (board, group) in calls.found.items():
        count = count_hearers(board, group)
        hear = ngettext(
            "@%(word)s: %(count)s person hears it.", "@%(word)s: %(count)s people hear it.", count
        )
        told.append(hear % {"word": word, "count": count})
    for word, verdict in calls.refused.items():
        told.append(_("@%(word)s calls nobody. %(reason)s") % {"word": word, "reason": verdict.reason})
    return told


def uploads_shown(actor: Member, source: str, post: Post | None) -> UploadLinks | None:
    """What a preview may show: the writer's own uploads; of a post that they edit, what it may show then."""
    return links_for_edit(actor, post.pk, source) if post else UploadLinks([actor.pk])


def sleeps(thread: Thread) -> bool:
    return policy.is_asleep(last_posted_at=thread.last_posted_at, now=clock.now())


def sleep_note(thread: Thread) -> str:
    """What to tell somebody before they wake a thread; "" while it is awake."""
    if not sleeps(thread):
        return ""
    return _(
        "The last words here are from %(when)s. A reply wakes the thread for everybody who watches it."
    ) % {"when": display.ago(thread.last_posted_at, clock.now())}


def act_and_return(request: HttpRequest, act: Callable[[], object], *, done: str, to: str) -> HttpResponse:
    """Run a one-button action, say what happened, go back. Refusals are told the same way."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, refusal.reason)
    else:
        if done:
            messages.success(request, done)
    return HttpResponseRedirect(next_address(request, to))


def members_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Guests are sent to sign in and come back to this page (to the page before, for a POST)."""

    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST" and not waiting.keep(request):
            return redirect_to_login(next_address(request, "/"))
        return redirect_to_login(request.get_full_path())

    guarded.__name__ = view.__name__
    guarded.__doc__ = view.__doc__
    return guarded
