"""A backup holds what is served, and what still waits for its sizes."""

from pathlib import Path

import pytest

from community.core.backup import making
from community.files import store
from community.members.models import Member
from tests.builders.files import an_upload

pytestmark = pytest.mark.django_db


def test_a_backup_takes_uploads_along_and_leaves_half_written_files(owner: Member, media_root: Path) -> None:
    ready, waiting = an_upload(owner=owner), an_upload(owner=owner, is_ready=False)
    (media_root / "files" / ".cut-off.part").write_bytes(b"x")
    names = {name for _place, name in making.media_files()}
    assert names == {*store.names_of(ready), store.incoming_name(waiting.key)}
