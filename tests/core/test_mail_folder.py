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


def test_the_letters_of_each_connection_have_a_file_of_their_own(tmp_path: Path, settings: Any) -> None:
    settings.EMAIL_FILE_PATH = tmp_path
    for n in range(20):  # each is let go of before the next: its place in memory is given away again
        folder = get_connection("community.core.mail.FolderEmailBackend")
        folder.send_messages([EmailMessage(f"Letter {n}", "Words", to=["a@example.org"])])
        folder.close()
        del folder
    files = sorted(tmp_path.iterdir())
    assert [file.read_text().count("Subject:") for file in files] == [1] * 20
    assert all(f"Subject: Letter {n}\n" in file.read_text() for n, file in enumerate(files)), (
        "the oldest first"
    )
