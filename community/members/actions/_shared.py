"""What several verbs need: free names, locked rows, clean lines of text."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection

from django.core.cache import cache
from django.utils.translation import gettext as _

from community.core.access import Invalid
from community.core.text import clean_source
from community.members.models import Member, NameHistory
from community.members.names import look_alike_key, numbered_names, reserved_key

# A sign-up with an address that has an account must leave the same traces as any other: its name is taken
# too, for as long as an account that never proves its address would keep it.
UNPROVEN_HOURS = 24


def free_key(name: str, *, member: Member | None = None, held_name: str = "") -> str:
    """The look-alike key of a clean name that nobody else has or had. Invalid otherwise. Two statements.

    `held_name`: a name that is held for whoever asks.
    """
    key = look_alike_key(name)
    if not key:
        raise Invalid(
            _("A name needs letters, Chinese characters or digits."), field="name", code="name_short"
        )
    # Members before past names: whoever is renamed meanwhile is found in one of the two.
    others = Member.objects.filter(name_key=key)
    past = NameHistory.objects.filter(name_key__in=[key, reserved_key(key)])
    if member is not None:
        others, past = others.exclude(pk=member.pk), past.exclude(member=member)
    held = key != look_alike_key(held_name) and cache.get(_held(key))
    if others.exists() or past.exists() or held:
        raise taken()
    return key


def free_number(start: str, member: Member) -> tuple[str, str]:
    """The member's name of this form, and its key, that no other row bears: such names were free once. One statement."""
    keys = {name: look_alike_key(name) for name in numbered_names(start, member.pk)}
    others = Member.objects.filter(name_key__in=keys.values()).exclude(pk=member.pk)
    taken = set(others.values_list("name_key", flat=True))
    return next((name, key) for name, key in keys.items() if key not in taken)


def taken_keys(keys: Collection[str]) -> set[str]:
    """Which of these look-alike keys somebody has, had or has on hold. Two statements."""
    # Members before past names, as in `free_key`.
    found = set(Member.objects.filter(name_key__in=keys).values_list("name_key", flat=True))
    kept = {form: key for key in keys for form in (key, reserved_key(key))}
    past = NameHistory.objects.filter(name_key__in=kept).values_list("name_key", flat=True)
    found |= {kept[form] for form in past}
    held = cache.get_many([_held(key) for key in keys])
    return found | {key for key in keys if _held(key) in held}


def taken() -> Invalid:
    return Invalid(
        _("This name, or one that looks like it, belongs to somebody. Please choose another."),
        field="name",
        code="name_taken",
    )


def hold_name(name: str) -> None:
    """Keep a name from being given for a day, without an account."""
    cache.set(_held(look_alike_key(name)), True, UNPROVEN_HOURS * 3600)


def locked(member: Member) -> Member:
    """The member's row as it is now, locked until the caller's transaction ends."""
    return Member.objects.select_for_update().get(pk=member.pk)


def release_name(name: str) -> None:
    """Let a held name go."""
    cache.delete(_held(look_alike_key(name)))


def line(value: str, *, field: str, longest: int, lines: bool = False) -> str:
    """Text as typed, without outer blanks and what steers instead of being read. Invalid when too long."""
    kept = "".join(
        character
        for character in unicodedata.normalize("NFC", clean_source(value))
        if unicodedata.category(character) not in ("Cc", "Cs") or (lines and character in "\n\t")
    ).strip()
    if len(kept) > longest:
        raise Invalid(
            _("At most %(longest)d characters fit here; this is %(length)d.")
            % {"longest": longest, "length": len(kept)},
            field=field,
            code="too_long",
        )
    return kept


def _held(key: str) -> str:
    return f"members:held:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
