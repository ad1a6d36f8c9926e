"""Marks and boxes of sealed polls: what the database holds, and cannot tell by itself.

Keys come from the site's secret. What that protects against, and what not, stands in docs/decisions/0016.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

STEP = 4096  # bytes: sizes of boxes go up in these steps
_NONCE = 12


def marks_of(poll_id: int | str, member_id: int) -> list[str]:
    """What says that this member took part: by the present secret, then by earlier ones.

    `poll_id`, here and below: a poll, or the name of another thing whose answers are sealed.
    """
    return [_mark(f"{poll_id}:{member_id}", secret) for secret in _secrets()]


def sealed(keys: Sequence[str], *, poll_id: int | str, slot: int) -> bytes:
    """The waiting ballots as they lie in the database. `keys` come shuffled."""
    words = json.dumps(list(keys), separators=(",", ":")).encode()
    padded = words + b" " * (-len(words) % STEP)
    nonce = os.urandom(_NONCE)  # not of `core.chance`: a seeded one would spoil the cipher
    return nonce + AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, padded, _place(poll_id, slot))


def opened(content: bytes | memoryview, *, poll_id: int | str, slot: int) -> list[str]:
    """What `sealed` was given. ValueError for a box of another poll, another site, or spoilt."""
    content = bytes(content)
    for secret in _secrets():
        try:
            words = AESGCM(_key(secret)).decrypt(content[:_NONCE], content[_NONCE:], _place(poll_id, slot))
        except InvalidTag:
            continue
        return [str(key) for key in json.loads(words)]
    raise ValueError(f"the box {slot} of poll {poll_id} cannot be opened with this site's secret")


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]


def _key(secret: str) -> bytes:
    return salted_hmac("polls.box", "key", secret=secret, algorithm="sha256").digest()


def _mark(value: str, secret: str) -> str:
    digest = salted_hmac("polls.participation", value, secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _place(poll_id: int | str, slot: int) -> bytes:
    return f"{poll_id}/{slot}".encode()
