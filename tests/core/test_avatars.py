"""Uploaded avatars are re-encoded, unguessable, and gone when deleted."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from community.core import avatars, chance
from community.core.avatars import avatar_urls, delete_avatar, store_avatar
from community.core.images import BadImage
from tests import hostile


def picture(colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (600, 400), colour).save(out, "JPEG")
    return out.getvalue()


def kept(media_root: Path) -> list[str]:
    return sorted(str(path.relative_to(media_root)) for path in media_root.rglob("*") if path.is_file())


def test_an_upload_is_kept_as_two_pictures_under_a_key_nobody_can_guess(media_root: Path) -> None:
    first, second = store_avatar(picture()), store_avatar(picture())

    assert first != second
    assert len(first.removeprefix("avatars/").removesuffix(".webp")) == 32
    assert len(first) <= 64
    assert len(kept(media_root)) == 4
    with Image.open(media_root / first) as main:
        assert (main.format, main.size) == ("WEBP", (256, 256))


def test_addresses_of_both_sizes(media_root: Path) -> None:
    main, thumb = avatar_urls(store_avatar(picture()))

    assert main.startswith("/media/avatars/")
    for url, side in ((main, 256), (thumb, 64)):
        with default_storage.open(url.removeprefix("/media/")) as file, Image.open(file) as image:
            assert image.size == (side, side)


@pytest.mark.parametrize("key", ["", "../secret.webp", "avatars/x.webp", "https://evil.example/a.webp"])
def test_a_key_that_is_not_ours_has_no_address_and_deletes_nothing(key: str, media_root: Path) -> None:
    (media_root.parent / "secret.webp").write_bytes(b"x")
    (media_root / "avatars").mkdir()
    (media_root / "avatars" / "x.webp").write_bytes(b"x")

    assert avatar_urls(key) == ("", "")
    delete_avatar(key)

    assert (media_root.parent / "secret.webp").exists()
    assert (media_root / "avatars" / "x.webp").exists()


def test_deleting_removes_both_and_may_be_repeated(media_root: Path) -> None:
    key, other = store_avatar(picture()), store_avatar(picture())
    delete_avatar(key)
    delete_avatar(key)

    assert len(kept(media_root)) == 2
    assert default_storage.exists(other)


def test_a_bad_upload_leaves_nothing(media_root: Path) -> None:
    with pytest.raises(BadImage):
        store_avatar(b"<svg onload=alert(1)>")
    assert kept(media_root) == []


def test_half_a_save_is_undone(media_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save = default_storage.save

    def full(name: str, content: object) -> str:
        if not name.endswith("-s.webp"):
            raise OSError(28, "No space left on device")
        return save(name, content)

    monkeypatch.setattr(avatars.default_storage, "save", full, raising=False)
    with pytest.raises(OSError, match="space"):
        store_avatar(picture())
    assert kept(media_root) == []


def test_a_repeated_draw_does_not_overwrite(media_root: Path) -> None:
    with chance.seeded("demo"):
        first = store_avatar(picture("red"))
    before = (media_root / first).read_bytes()
    with chance.seeded("demo"):
        second = store_avatar(picture("blue"))

    assert first != second
    assert (media_root / first).read_bytes() == before


@pytest.mark.parametrize(
    ("name", "letters"), [("林小北", "林"), ("Anna Berg", "AB"), ("anna", "AN"), ("", "?"), ("欧阳 明", "欧")]
)
def test_letters_of_a_generated_avatar(name: str, letters: str) -> None:
    assert avatars.initials(name) == letters


@pytest.mark.parametrize("name", hostile.naughty_strings())
def test_any_name_has_letters_and_a_tone(name: str) -> None:
    assert 1 <= len(avatars.initials(name)) <= 4
    assert avatars.tone(name) == avatars.tone(name)
    assert 0 <= avatars.tone(name) <= 6
