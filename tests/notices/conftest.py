"""Fixtures of the tests of notices."""

from tests.support.mailserver import server

__all__ = ["server"]
