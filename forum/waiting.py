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
WHOSE = "whose"  # what private forms call the number of the member that they were drawn for
GUEST_DAYS = 3  # what a guest wrote waits so long
# The forms whose words wait, by the names of their addresses, and the places that they become drafts of. Those of none
# stay in the session until their page shows them again.
_PLACES = {
    "forum:new_thread": "new-{slug}",
    "forum:reply": "thread-{thread_id}",
    "forum:post_edit": "edit-{post_id}",
}


def keeps(view_name: str, place: str = "") -> None:
    """Have the words wait that are sent to a form of a room above."""
    _PLACES[view_name] = place


def keep(request: HttpRequest, *, is_guest: bool = False) -> bool:
    """Keep what was sent to this address until somebody is signed in. False when it is no text, or too often."""
    words = {name: text for name, text in sent_words(request.POST).items() if text and is_kept(name)}
    if key := idempotency.usable(request.POST.get("key")):
        words["once"] = key
    whose = request.POST.get(WHOSE, "")[:20]
    return keep_words(request, request.path, words, is_guest=is_guest, whose=whose)


def keep_words(
    request: HttpRequest, path: str, words: Mapping[str, str], *, is_guest: bool, whose: str = ""
) -> bool:
    """Keep words for the form at this address, as if they had been sent there. False as `keep` says it."""
    if "body" not in words or len(words["body"]) > MAX_SOURCE or _place(path) is None:
        return False
    if not hit("kept_words", client_network(request), limit=20, per=600):
        return False  # nobody fills the session table from outside
    kept = {"path": path, "words": dict(words), "is_guest": is_guest, "whose": whose}
    request.session[KEPT_KEY] = kept
    if is_guest:
        request.session.set_expiry(GUEST_DAYS * 24 * 3600)
        told = _("Your words are kept. Join or sign in: then you see them again, and publish them yourself.")
        messages.info(request, told)
    return True


def hand_over(request: HttpRequest | None, member: Member, *, is_proven: bool) -> None:
    """Make what waits in this session a draft of the member: at every door, so that it is on every device.

    Before an address is proven the session keeps it too: the account may be undone and begun anew.
    """
    kept: dict[str, Any] | None = getattr(request, "session", {}).get(KEPT_KEY)
    if request is None or not kept:
        return
    place, words = _place(kept["path"]), {name: str(text) for name, text in kept["words"].items()}
    if not place or not _is_for(kept, member):
        return
    once = words.get("once", "")
    try:
        if not (kept.get("is_handed") and _goes_on(member, place, once)):
            # What stood there before is set aside: these words are newer.
            actions.save_draft(member=member, written=Written(place, once), words=words, settle="mine")
    except Conflict:  # published already, on this device or another
        del request.session[KEPT_KEY]
        return
    except Refused:
        return  # no room: they stay in the session, and its page shows them
    if not is_proven:
        request.session[KEPT_KEY] = kept | {"is_handed": True}
    else:
        del request.session[KEPT_KEY]
        request.session[NOTE_KEY] = {"path": kept["path"], "is_guest": kept.get("is_guest", False)}


def _is_for(kept: Mapping[str, Any], member: Any) -> bool:
    """Whether the form had been drawn for this member, or does not say: others may use the same browser."""
    return kept.get("whose", "") in ("", str(member.pk))


def _goes_on(member: Member, place: str, once: str) -> bool:
    """Whether these very words are the member's draft there already, and may have been written on since."""
    draft = queries.at(member, place) if once else None
    return draft is not None and draft.words.get("once") == once


def words_of(request: HttpRequest) -> Mapping[str, str]:
    """What a form at this address starts with because it waited, told once. Usually nothing: it is a draft."""
    kept, note = request.session.get(KEPT_KEY), request.session.get(NOTE_KEY)
    words: dict[str, str] = {}
    if kept and kept["path"] == request.path and _is_for(kept, request.user):
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


def _place(path: str) -> str | None:
    """The place of the form at this address, "" for one without; None where no words wait."""
    try:
        found = resolve(path)
    except Resolver404:
        return None
    form = _PLACES.get(found.view_name)
    return None if form is None else form.format(**found.kwargs)
