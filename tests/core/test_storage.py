"""A file is there whole or not at all: while it is written, when the disk is full, and when two choose one name."""

import errno
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

from community.core import receiving, storage

WORDS = b"x" * (storage.PIECE * 2 + 5)


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def test_a_file_has_no_name_before_it_is_whole(media_root: Path) -> None:
    seen: list[list[str]] = []

    class Slow(ContentFile):  # type: ignore[type-arg]
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            for piece in super().chunks(chunk_size):
                seen.append([name for name in names(media_root) if not name.startswith(".")])
                yield piece

    name = default_storage.save("files/a.webp", Slow(WORDS))

    assert seen == [[], [], []]
    assert (media_root / name).read_bytes() == WORDS
    assert names(media_root) == ["a.webp"]


def test_a_full_disk_leaves_nothing(media_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        default_storage.save("files/a.webp", ContentFile(WORDS))
    assert names(media_root) == []


def test_two_who_choose_one_name_keep_both_files(media_root: Path) -> None:
    got: list[str] = []
    both = threading.Barrier(2)

    class Together(ContentFile):  # type: ignore[type-arg]
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            both.wait(10)
            return super().chunks(chunk_size)

    def save(words: bytes) -> None:
        got.append(default_storage.save("files/a.txt", Together(words)))

    savers = [threading.Thread(target=save, args=(words,)) for words in (b"one", b"two")]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join(20)

    assert len(set(got)) == 2
    assert {(media_root / name).read_bytes() for name in got} == {b"one", b"two"}


def form(rf: RequestFactory, data: bytes) -> HttpRequest:
    return rf.post("/", {"body": "Words", "file": SimpleUploadedFile("big.jpg", data), "after": "More"})


def test_a_large_file_arrives_without_a_name_on_the_disk(
    rf: RequestFactory, settings: object, tmp_path: Path
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10  # type: ignore[attr-defined]
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)  # type: ignore[attr-defined]
    request = form(rf, WORDS)

    file = request.FILES["file"]

    assert isinstance(file, receiving.NamelessFile)
    assert list(tmp_path.iterdir()) == []
    assert (file.name, file.size, file.read()) == ("big.jpg", len(WORDS), WORDS)


def test_a_full_disk_costs_the_file_and_not_the_words(
    rf: RequestFactory, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10  # type: ignore[attr-defined]
    monkeypatch.setattr(receiving, "TemporaryFile", full)
    request = form(rf, WORDS)

    assert (request.POST["body"], request.POST["after"]) == ("Words", "More")
    assert request.FILES["file"].is_lost
    assert request.FILES["file"].read() == b""
