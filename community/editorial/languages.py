"""Texts that are kept in both languages of the site."""

from django.utils.translation import get_language

# The codes of settings.LANGUAGES as HTML writes them.
LOCALES = {"en": "en", "zh-hans": "zh-CN"}
# … and as their speakers call them.
NAMES = {"en": "English", "zh-hans": "中文"}


def speaks_chinese(language: str | None = None) -> bool:
    return (language or get_language() or "").startswith("zh")


def in_language(en: str, zh: str) -> str:
    """The text in the viewer's language, or in the one there is."""
    return (zh or en) if speaks_chinese() else (en or zh)
