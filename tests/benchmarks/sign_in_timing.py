"""Whether the clock tells who has an account: sign-in, sign-up and reset with known and unknown addresses.

    DJANGO_SETTINGS_MODULE=community.settings.test python -m tests.benchmarks.sign_in_timing --rounds 60

Processor time of whole requests, known and unknown in turn, in a database of its own. AUC 0.5 is a coin: one number
tells how often a known address takes longer than an unknown one.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from itertools import count
from time import process_time
from typing import Any

FORMS: dict[str, Callable[[str], dict[str, str]]] = {
    "account_login": lambda email: {"login": email, "password": "not-this-one-either", "way": "password"},
    "account_signup": lambda email: {
        "name": f"Somebody {next(_serial)}",
        "email": email,
        "how": "password",
        "password1": "a-road-through-the-birches",
        "rules": "on",
    },
    "account_reset_password": lambda email: {"email": email},
    "account_request_login_code": lambda email: {"email": email},
}
_serial = count(1)


def auc(known: list[float], unknown: list[float]) -> float:
    """The chance that one of `known` is larger than one of `unknown`; equal ones count half."""
    wins = sum((one > other) + 0.5 * (one == other) for one in known for other in unknown)
    return wins / (len(known) * len(unknown))


def measure(name: str, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds for known and for unknown addresses, after a warm-up, in turn."""
    from django.test import Client
    from django.urls import reverse

    from tests.builders.members import PASSWORD, a_member

    taken: tuple[list[float], list[float]] = ([], [])
    for step in range(2 * rounds + 8):
        unknown = step % 2
        email = f"nobody{next(_serial)}@example.org"
        if not unknown:
            email = a_member(password=PASSWORD).email or ""
        client = Client()
        client.get(reverse(name))
        form = FORMS[name](email)
        began = process_time()
        response = client.post(reverse(name), form)
        spent = 1000 * (process_time() - began)
        assert response.status_code in (200, 302), response.status_code
        if step >= 8:
            taken[unknown].append(spent)
    return taken


def main() -> None:
    import django
    from django.conf import settings
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=60, help="requests of each kind (60)")
    rounds = parser.parse_args().rounds
    django.setup()
    setup_test_environment()
    settings.ACCOUNT_RATE_LIMITS = False
    old: Any = setup_databases(verbosity=0, interactive=False)
    try:
        print(f"{'page':>28} {'known ms':>9} {'unknown ms':>11} {'AUC':>6}")
        for name in FORMS:
            known, unknown = measure(name, rounds)
            print(
                f"{name:>28} {statistics.median(known):>9.1f} {statistics.median(unknown):>11.1f} "
                f"{auc(known, unknown):>6.2f}",
                flush=True,
            )
    finally:
        teardown_databases(old, verbosity=0)


if __name__ == "__main__":
    main()
