"""What a guest's request asks for, read exactly as the page reads it. This is the key, and the page is made from it.

A page that is to be kept never sees the request that happened to come first: it is made from a request written
anew out of the key. What is not in the key (other headers, cookies, parameters) cannot be in the page.
"""

from __future__ import annotations

import re
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.core.signals import setting_changed
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils import translation

from community.core.pagecache.notes import policy_of

LONGEST_PATH = 300
LONGEST_QUERY = 2048
LONGEST_HEADER = 400  # of those that choose the language; longer ones are read and not remembered
MOST_HOSTS = 64  # besides those named outright: ports and wildcards must not multiply the copies
# No control character, backslash, parameter, second decoding; no dot segment, no empty one, no 007.
_PLAIN = re.compile(r"/[^\x00-\x1f\x7f;\\%?#]*\Z")
_ODD = re.compile(r"//|/\.{1,2}(?:/|\Z)|/0[0-9]")
_THEMES = frozenset({"light", "dark"})

_bypassing: set[str] = {"messages", "sessionid"}
_hosts: set[str] = set()


class Asked(NamedTuple):
    """A page for guests: all that its copy is kept by."""

    scheme: str
    host: str
    path: str  # decoded
    query: str  # known parameters only, in the policy's order
    language: str
    theme: str
    fresh: float = 0.0

    @property
    def cookie(self) -> str:
        return f"theme={self.theme}" if self.theme else ""


def bypass_cookie(name: str) -> None:
    """A request with this cookie is not a guest's like any other: neither answered from a copy nor kept."""
    _bypassing.add(name)


def read(
    *, method: str, scheme: str, path: bytes, query: str, said: dict[str, str], prefix: str = ""
) -> Asked | None:
    """The key of a request; None when it is none of the cache's business.

    `path` is decoded, `said` holds the headers this module reads, by lower-case name (see WANTED).
    """
    if method not in ("GET", "HEAD") or prefix or len(path) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        return None
    cookies = said.get("cookie", "")
    if (
        "authorization" in said
        or "hx-request" in said
        or "transfer-encoding" in said
        or said.get("content-length", "0") not in ("", "0")
        or "json" in said.get("accept", "")
        or (
            cookies
            and (settings.SESSION_COOKIE_NAME in cookies or any(name in cookies for name in _bypassing))
        )
    ):
        return None
    try:
        place = path.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not _PLAIN.match(place) or _ODD.search(place):
        return None
    policy = policy_of(place)
    host = said.get("host", "").lower()
    if policy is None or not _is_ours(host):
        return None
    if query:
        try:
            given = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=100))
        except ValueError:
            return None
        # As QueryDict reads it: the last of several wins.
        known = [(name, given[name]) for name in policy.params if name in given]
        query = urlencode([(name, value) for name, value in known if policy.knows(name, value)])
    theme, chosen = "", ""
    if cookies:
        sent = parse_cookie(cookies)
        theme, chosen = sent.get("theme", ""), sent.get(settings.LANGUAGE_COOKIE_NAME, "")
    language = _language(chosen, said.get("accept-language", ""))
    return Asked(scheme, host, place, query, language, theme if theme in _THEMES else "", policy.fresh)


def secure_header() -> tuple[str, str]:
    """Name (lower case) and value of the header by which our own proxy says that the caller came by TLS; or empty."""
    told = settings.SECURE_PROXY_SSL_HEADER
    return (told[0].removeprefix("HTTP_").replace("_", "-").lower(), told[1]) if told else ("", "")


def scheme_of(scheme: str, said: dict[str, str]) -> str:
    """http or https, as Django reads it."""
    name, secure = secure_header()
    if name and name in said:
        return "https" if said[name].split(",", 1)[0].strip() == secure else "http"
    return scheme


def _is_ours(host: str) -> bool:
    if host in _hosts or host in settings.ALLOWED_HOSTS:
        return True
    domain, _port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS) or len(_hosts) >= MOST_HOSTS:
        return False
    _hosts.add(host)
    return True


def _language(chosen: str, accepted: str) -> str:
    if len(chosen) + len(accepted) > LONGEST_HEADER:
        return _read_language(chosen, accepted)
    return _remembered_language(chosen, accepted)


@lru_cache(maxsize=1024)
def _remembered_language(chosen: str, accepted: str) -> str:
    return _read_language(chosen, accepted)


def _read_language(chosen: str, accepted: str) -> str:
    cookies = {settings.LANGUAGE_COOKIE_NAME: chosen} if chosen else {}
    request: Any = SimpleNamespace(COOKIES=cookies, META={"HTTP_ACCEPT_LANGUAGE": accepted})
    return translation.get_language_from_request(request)


WANTED = frozenset(
    {
        "host",
        "cookie",
        "accept",
        "accept-language",
        "accept-encoding",
        "authorization",
        "content-length",
        "hx-request",
        "if-none-match",
        "transfer-encoding",
        "x-request-id",
    }
)


def _forget(*, setting: str, **_kwargs: object) -> None:
    if setting in ("ALLOWED_HOSTS", "LANGUAGES", "LANGUAGE_CODE", "LANGUAGE_COOKIE_NAME", "ROOT_URLCONF"):
        _hosts.clear()
        _remembered_language.cache_clear()
        policy_of.cache_clear()


setting_changed.connect(_forget)
