"""Every test of uploads has a media folder of its own."""

from pathlib import Path

import pytest

from community.members.models import Member
from tests.builders.members import a_member


@pytest.fixture(autouse=True)
def _own_media(media_root: Path) -> None:
    """So that what was and was not written can be asserted, and nothing is left."""


@pytest.fixture
def owner(db: None) -> Member:
    return a_member()


def stored(root: Path) -> list[str]:
    """Names of all files below a folder, hidden ones included."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
