"""Skips that become failures where the resource must be there.

`CONVOY_REQUIRE=browser,services,hostile` names what this machine promised to have.
"""

import os

import pytest


def required_kinds() -> set[str]:
    """The kinds of resource that may not be missing in this run."""
    return {kind.strip() for kind in os.environ.get("CONVOY_REQUIRE", "").split(",") if kind.strip()}


def need(kind: str, available: object, reason: str) -> None:
    """Skip the running test with `reason` unless `available`; fail it where `kind` is required."""
    if available:
        return
    if kind in required_kinds():
        pytest.fail(f"{kind} is required here: {reason}", pytrace=False)
    pytest.skip(reason)
