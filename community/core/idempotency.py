"""The same request twice has one effect and one answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils.translation import gettext_lazy as _

from community.core.access import Invalid, Refused
from community.core.models import IdempotencyKey
from community.core.once import put_once
from community.core.prepared import bound_cursor
from community.core.retrying import note_claim

LONGEST_KEY = 128
# For a form with a new key: somebody went back and changed the words. Both may be wanted, so the next press counts.
OTHER_WORDS = _("You sent this form before, and those words are posted. Send again to post these too.")
_RESULT = IdempotencyKey._meta.get_field("result")
_FINISHED = f'UPDATE "{IdempotencyKey._meta.db_table}" SET result = %s WHERE id = %s'  # noqa: S608  names of ours


@dataclass(slots=True)
class Claim:
    """A request that was begun now (`result` is None) or answered before (`result` is that answer)."""

    result: dict[str, Any] | None = None
    row: IdempotencyKey | None = None

    def finish(self, result: dict[str, Any]) -> dict[str, Any]:
        """Keep the JSON-able answer for whoever asks again, and return it."""
        self.result = result
        if self.row:
            self.row.result = result
            with bound_cursor() as cursor:
                cursor.execute(_FINISHED, [_RESULT.get_db_prep_save(result, connection), self.row.pk])
        return result


def usable(raw: object) -> str | None:
    """A key as a form carries it; None for one that is none. Ours are short and plain, and another one is no reason to
    refuse what somebody sent."""
    key = raw if isinstance(raw, str) else ""
    return key if 0 < len(key) <= 64 and key.isascii() and key.isprintable() else None


def claim(*, key: str | None, owner: str, verb: str, body: Mapping[str, Any]) -> Claim:
    """Begin a request that `owner` ("member:5") may repeat under `key`, inside the action's transaction.

    Answered before: the claim carries the answer and the action does nothing more. At the same moment
    elsewhere: waits for that transaction. Another body under the same key: Refused ("key_reused").
    No key: a claim that keeps nothing.
    """
    if not key:
        return Claim()
    if not connection.in_atomic_block:
        raise RuntimeError("an idempotency key is claimed inside the transaction of its effect")
    if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid(_("This request carries a key that cannot be used."), field="idempotency_key")
    digest = _digest(body)
    # The unique key makes a second claimant wait until the first one commits (then it reads the answer) or
    # rolls back (then the request is its own).
    new = IdempotencyKey(owner=owner, verb=verb, key=key, digest=digest)
    if put_once(new):
        note_claim(new.pk)
        return Claim(row=new)
    row = IdempotencyKey.objects.filter(owner=owner, verb=verb, key=key).first()
    if row is not None and row.digest != digest:
        raise Refused(_("This request was sent before with other content."), code="key_reused")
    if row is None or row.result is None:
        # Committed without an answer: the effect is there, and doing it again would double it.
        raise Refused(_("This request is being handled already."), code="conflict")
    note_claim(row.pk)
    return Claim(result=row.result, row=row)


def _digest(body: Mapping[str, Any]) -> str:
    text = json.dumps(dict(body), sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
