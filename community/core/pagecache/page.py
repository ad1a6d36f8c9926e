"""One kept page: its bytes in each encoding, its headers, and what it stands on."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import struct
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

LARGEST = 2 * 1024 * 1024  # bytes of a page
SMALLEST_PACKED = 400
# What the key holds. A page that says it varies on anything else is not kept.
KNOWN_VARY = frozenset({"accept", "accept-encoding", "accept-language", "cookie", "hx-request"})
# Of one answer, not of the page; or written anew for each caller.
_NOT_KEPT = frozenset(
    {"x-request-id", "content-length", "date", "server", "connection", "etag", "vary", "age"}
)
# Only a browser keeps it, and asks each time: a change is seen at once, an unchanged page costs a 304.
ASK_EACH_TIME = "private, no-cache"
VARY = "Accept-Language, Cookie, Accept-Encoding"

Headers = list[tuple[str, str]]
RawHeaders = list[tuple[bytes, bytes]]


class Answer(NamedTuple):
    """What an application answered."""

    status: int
    headers: Headers
    body: bytes


class Page:
    """A page as it is sent. Bodies in other encodings are packed when first asked for."""

    __slots__ = (
        "bodies",
        "check",
        "checked_at",
        "checked_count",
        "etag",
        "fresh",
        "headers",
        "heads",
        "local_mark",
        "made_at",
        "raw_heads",
        "seen",
        "size",
        "topics",
    )

    def __init__(
        self,
        *,
        headers: Headers,
        bodies: dict[str, bytes],
        topics: Sequence[str],
        made_at: float,
        fresh: float,
        etag: str = "",
    ) -> None:
        self.headers = headers
        self.bodies = bodies
        self.topics = tuple(topics)
        self.made_at = made_at
        self.fresh = fresh
        self.etag = etag or _etag(headers, bodies[""])
        self.heads: dict[str, Headers] = {}
        self.raw_heads: dict[str, RawHeaders] = {}
        # Kept by the room that knows what changed since: see `changes` and `shared`.
        self.local_mark = 0
        self.checked_count = -1
        self.seen: list[bytes] | None = None
        self.check = b""
        self.checked_at = 0.0
        self.size = 2 * len(bodies[""]) + 2048

    def body(self, encoding: str) -> bytes:
        body = self.bodies.get(encoding)
        if body is None:
            body = self.bodies[encoding] = PACKERS[encoding](self.bodies[""])
        return body

    def head(self, encoding: str) -> Headers:
        """Headers of a 200 in this encoding, or of a 304 for "304"."""
        head = self.heads.get(encoding)
        if head is None:
            head = [*self.headers, ("etag", self.etag), ("vary", VARY)]
            if encoding != "304":
                head.append(("content-length", str(len(self.body(encoding)))))
                if encoding:
                    head.append(("content-encoding", encoding))
            else:
                head = [
                    (name, value) for name, value in head if name not in ("content-type", "content-language")
                ]
            self.heads[encoding] = head
        return head

    def raw_head(self, encoding: str) -> RawHeaders:
        """The same for ASGI."""
        head = self.raw_heads.get(encoding)
        if head is None:
            head = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.head(encoding)]
            self.raw_heads[encoding] = head
        return head

    def encoding_for(self, accepted: str) -> str:
        return chosen_encoding(accepted) if len(self.bodies[""]) >= SMALLEST_PACKED else ""

    def is_known_by(self, if_none_match: str) -> bool:
        """Whether the caller has this very page. Entity tags hold no commas or quotes, so a look is enough."""
        return bool(if_none_match) and self.etag.removeprefix("W/") in if_none_match

    def to_bytes(self, encodings: Iterable[str] = ("", "gzip")) -> bytes:
        """For a store that other processes read: a length, a JSON head, the bodies one after another."""
        bodies = {encoding: self.bodies[encoding] for encoding in encodings if encoding in self.bodies}
        head = {
            "headers": self.headers,
            "topics": self.topics,
            "made_at": self.made_at,
            "fresh": self.fresh,
            "etag": self.etag,
            "seen": [value.decode() for value in self.seen or ()],
            "bodies": {encoding: len(body) for encoding, body in bodies.items()},
        }
        packed = json.dumps(head, separators=(",", ":")).encode()
        return struct.pack(">I", len(packed)) + packed + b"".join(bodies.values())

    @classmethod
    def from_bytes(cls, kept: bytes) -> Page:
        """What `to_bytes` wrote. ValueError, KeyError or struct.error for anything else."""
        (length,) = struct.unpack_from(">I", kept)
        head = json.loads(kept[4 : 4 + length])
        bodies, place = {}, 4 + length
        for encoding, size in head["bodies"].items():
            bodies[encoding] = kept[place : place + size]
            place += size
        if place != len(kept):
            raise ValueError("a kept page of another length")
        page = cls(
            headers=[(name, value) for name, value in head["headers"]],
            bodies=bodies,
            topics=head["topics"],
            made_at=head["made_at"],
            fresh=head["fresh"],
            etag=head["etag"],
        )
        page.seen = [value.encode() for value in head["seen"]]
        return page


def keepable(answer: Answer) -> bool:
    """Whether an answer may be given to somebody else: a whole page that names nobody and varies on nothing unknown."""
    if answer.status != 200 or len(answer.body) > LARGEST:
        return False
    for name, value in answer.headers:
        name, value = name.lower(), value.lower()
        if name in ("set-cookie", "content-encoding", "content-disposition", "www-authenticate"):
            return False
        if name == "cache-control" and re.search(r"private|no-store|no-cache", value):
            return False
        if name == "vary" and not {part.strip() for part in value.split(",")} <= KNOWN_VARY:
            return False
    return True


def kept_headers(headers: Headers) -> Headers:
    """Headers as they are kept: lower case, none that belong to one answer, with a word to other caches."""
    kept = [(name.lower(), value) for name, value in headers if name.lower() not in _NOT_KEPT]
    if not any(name == "cache-control" for name, _value in kept):
        kept.append(("cache-control", ASK_EACH_TIME))
    return kept


def _etag(headers: Headers, body: bytes) -> str:
    digest = hashlib.blake2b(body, digest_size=12)
    digest.update(repr(headers).encode())
    return f'W/"{digest.hexdigest()}"'  # weak: the same for every encoding


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 5, mtime=0)


def _brotli(body: bytes) -> bytes:
    import brotli

    packed: bytes = brotli.compress(body, quality=4)
    return packed


PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": _gzip, "br": _brotli}


@lru_cache(maxsize=256)
def chosen_encoding(accepted: str) -> str:
    """The encoding to send to a caller that accepts these: br, gzip or as it is."""
    if len(accepted) > 200:
        return ""
    willing = set()
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight):
            willing.add(name.strip())
    return next((name for name in ("br", "gzip") if name in willing), "")
