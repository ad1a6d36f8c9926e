"""Why no picture came of an upload, in words for whoever uploaded it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from community.core import images


def words_of(problem: str) -> str:
    """The reason for `Upload.problem`, translated; empty for none."""
    if problem == "lost":
        return _("This file was lost on its way to its place here. Please add it once more.")
    return images.BadImage(problem).reason if problem else ""
