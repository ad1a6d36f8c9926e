"""The demo accounts a visitor may sign in to, and the file that keeps their passwords."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from community.core import chance
from community.core.embedded import ACCOUNTS
from community.interchange.demo.people import Person, everyone

DOMAIN = "demo.example"  # reserved: no mail ever arrives there
ORDER = ("owner", "moderator", "prospect", "editor", "admin")
NEEDS_SECOND_FACTOR = ("moderator", "editor", "admin")


@dataclass(frozen=True)
class Account:
    """How to sign in as one of them."""

    who: str
    name: str
    email: str
    password: str


def address_of(person: Person, number: int) -> str:
    """The address of the `number`th person of the cast; accounts have one that is easy to type."""
    return f"{person.account}@{DOMAIN}" if person.account else f"member{number:02d}@{DOMAIN}"


def new_accounts() -> tuple[Account, ...]:
    """The accounts with fresh passwords: the four people, and who lays out boards."""
    found = {person.account: (number, person) for number, person in enumerate(everyone()) if person.account}
    return tuple(
        Account(who, found[who][1].name, address_of(found[who][1], found[who][0]), _password())
        for who in ORDER
    )


def kept_at() -> Path:
    return Path(settings.VAR_DIR) / ACCOUNTS


def keep(accounts: tuple[Account, ...]) -> None:
    """Write the accounts to their file, readable by its owner only."""
    path = kept_at()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123  a descriptor with its mode set
        json.dump([asdict(account) for account in accounts], file, ensure_ascii=False, indent=2)
    fresh.replace(path)


def kept() -> tuple[Account, ...]:
    """The accounts in the file; none when there is no such file. ValueError when it is not ours."""
    try:
        text = kept_at().read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    rows = json.loads(text)
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ValueError(f"{kept_at()} does not hold accounts")
    return tuple(Account(row["who"], row["name"], row["email"], row["password"]) for row in rows)


def _password() -> str:
    alphabet = "abcdefghijkmnpqrstuvwxyz23456789"  # nothing that looks like something else
    return "-".join("".join(chance.pick(alphabet) for _ in range(4)) for _ in range(4))
