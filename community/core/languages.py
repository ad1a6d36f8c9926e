"""Texts that are kept in both languages of the site."""

from django.utils.translation import get_language


def speaks_chinese(language: str | None = None) -> bool:
    return (language or get_language() or "").startswith("zh")


def in_language(en: str, zh: str) -> str:
    """The text in the viewer's language, or in the one there is."""
    return (zh or en) if speaks_chinese() else (en or zh)
