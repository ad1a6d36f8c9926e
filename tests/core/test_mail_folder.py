"""The embedded site's letters: files to look into, and none that is empty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage, get_connection


def test_a_connection_that_only_asked_leaves_no_file(tmp_path: Path, settings: Any) -> None:
    settings.EMAIL_FILE_PATH = tmp_path
    folder = get_connection("community.core.mail.FolderEmailBackend")
    folder.open()
    folder.close()
    assert list(tmp_path.iterdir()) == []
    folder.open()
    for n in range(2):
        assert folder.send_messages([EmailMessage(f"Letter {n}", "Words", to=["a@example.org"])]) == 1
    folder.close()
    (file,) = tmp_path.iterdir()
    assert "Letter 0" in file.read_text() and "Letter 1" in file.read_text()
