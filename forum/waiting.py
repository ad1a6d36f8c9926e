"""Words that wait in a session until somebody has signed in or joined, and then become that member's draft.

Kept on the server; the browser holds the session's cookie from the moment something waits, and not before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from community.core import idempotency
from community.core.access import Refused
from community.core.ratelimit import client_network, hit
from community.core.text import MAX_SOURCE
from community.members.models import Member
from forum import actions
from forum.actions.drafts import Conflict, Written, is_kept
from forum.queries import drafts as queries
from forum.sent import sent_words

KEPT_KEY, NOTE_KEY = "forum:kept-words", "forum:kept-note"
GUEST_DAYS = 3  # what a guest wrote waits so long
_PLACES = {"new_thread": "new-{slug}", "reply": "thread-{thread_id}", "post_edit": "edit-{post_id}"}


def keep(request: HttpRequest, *, is_guest: bool = False) -> bool:
    """Keep what was sent to this address until somebody is signed in. False when it is no text, or too often."""
    words = {name: text for name, text in sent_words(request.POST).items() if text and is_kept(name)}
    if key := idempotency.usable(request.POST.get("key")):
        words["once"] = key
    return keep_words(request, request.path, words, is_guest=is_guest)


def keep_words(request: HttpRequest, path: str, words: Mapping[str, str], *, is_guest: bool) -> bool:
    """Keep words for the form at this address, as if they had been sent there. False as `keep` says it."""
    if "body" not in words or len(words["body"]) > MAX_SOURCE or not _place(path):
        return False
    if not hit("kept_words", client_network(request), limit=20, per=600):
        return False  # nobody fills the session table from outside
    request.session[KEPT_KEY] = {"path": path, "words": dict(words), "is_guest": is_guest}
    if is_guest:
        request.session.set_expiry(GUEST_DAYS * 24 * 3600)
    return True


def hand_over(request: HttpRequest | None, member: Member, *, is_proven: bool) -> None:
    """Make what waits in this session a draft of the member: at every door, so that it is on every device.

    Before an address is proven the session keeps it too: the account may be undone and begun anew.
    """
    kept: dict[str, Any] | None = getattr(request, "session", {}).get(KEPT_KEY)
    if request is None or not kept:
        return
    place, words = _place(kept["path"]), {name: str(text) for name, text in kept["words"].items()}
    once = words.get("once", "")
    try:
        if not _goes_on(member, place, once):
            # What stood there before is set aside: these words are newer.
            actions.save_draft(member=member, written=Written(place, once), words=words, settle="mine")
    except Conflict:  # published already, on this device or another
        del request.session[KEPT_KEY]
        return
    except Refused:
        return  # no room: they stay in the session, and its page shows them
    if is_proven:
        del request.session[KEPT_KEY]
        request.session[NOTE_KEY] = {"path": kept["path"], "is_guest": kept.get("is_guest", False)}


def _goes_on(member: Member, place: str, once: str) -> bool:
    """Whether these very words are the member's draft there already, and may have been written on since."""
    draft = queries.at(member, place) if once else None
    return draft is not None and draft.words.get("once") == once


def words_of(request: HttpRequest) -> Mapping[str, str]:
    """What a form at this address starts with because it waited, told once. Usually nothing: it is a draft."""
    kept, note = request.session.get(KEPT_KEY), request.session.get(NOTE_KEY)
    words: dict[str, str] = {}
    if kept and kept["path"] == request.path:
        words = dict(kept["words"])
        note = request.session.pop(KEPT_KEY)
    elif note and note["path"] == request.path:
        del request.session[NOTE_KEY]
    else:
        return {}
    if note.get("is_guest"):
        messages.success(request, _("You are in. Here are your words: look once more, then publish them."))
    else:
        messages.info(
            request,
            _("You were signed out while you wrote. Your words are back; send them when you are ready."),
        )
    if "once" in words:
        words["key"] = words.pop("once")
    return words


def _place(path: str) -> str:
    try:
        found = resolve(path)
    except Resolver404:
        return ""
    form = _PLACES.get(found.url_name or "") if found.app_names == ["forum"] else None
    return form.format(**found.kwargs) if form else ""
