"""Which thread or post of this site is meant by what somebody typed: a number alone, or an address among words. Pure but
for the settings, which say how people reach the site."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

_NUMBER = re.compile(r"\d{1,18}")
_PATH = re.compile(r"/?(threads|posts)/(\d{1,18})(?:/.*)?")
_POST = re.compile(r"post-(\d{1,18})")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_MARKS = '<>()（）[]"“”‘’，。、；：！？,.;:!?'


class Elsewhere(ValueError):
    """It is an address, but of another site: its numbers say nothing here."""


class Place(NamedTuple):
    """One of the two at least; both where a post is named by a thread's address."""

    thread: int | None
    post: int | None


def place_in(typed: str) -> Place | None:
    """The first thread or post of this site among the words; None for none. Raises Elsewhere for another site's."""
    text = typed.strip()
    if _NUMBER.fullmatch(text):
        return Place(int(text), None)
    is_elsewhere = False
    for word in text.split():
        host, path, fragment = _parts(word.strip(_MARKS))
        found = _PATH.fullmatch(path)
        post = _POST.fullmatch(fragment)
        if host and not _is_ours(host):
            is_elsewhere |= found is not None
        elif found is not None and found[1] == "posts":
            return Place(None, int(found[2]))
        elif found is not None or (post is not None and not path):
            return Place(int(found[2]) if found else None, int(post[1]) if post else None)
    if is_elsewhere:
        raise Elsewhere
    return None


def thread_in(typed: str) -> int | None:
    """The thread of `place_in`; None where there is none, or only a post."""
    place = place_in(typed)
    return place.thread if place else None


def _parts(word: str) -> tuple[str, str, str]:
    """Host ("" for a path alone), path and fragment of an address; a host may stand without its scheme."""
    if not _SCHEME.match(word) and not word.startswith(("/", "#", "threads/", "posts/")):
        word = f"//{word}"
    try:
        parts = urlsplit(word)
    except ValueError:
        return "", "", ""
    return parts.netloc.lower(), parts.path, parts.fragment


def _is_ours(netloc: str) -> bool:
    """Whether people reach this site there. A name and a password before the host are nobody's business: refused."""
    if netloc == urlsplit(settings.WAGTAILADMIN_BASE_URL).netloc.lower():
        return True
    host = re.sub(r":\d{1,5}$", "", netloc)
    return validate_host(host, [name for name in settings.ALLOWED_HOSTS if name != "*"])
