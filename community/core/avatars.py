"""Pictures of people: uploaded and re-encoded, or generated from the name.

An uploaded one is known by its key, the storage name of its main picture: `avatars/<32 characters>.webp`.
Nobody can guess it, and a new upload has a new one, so browsers may keep what they have for ever.
"""

import re

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from community.core import chance, images
from community.core.display import initials, tone

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_KEY = re.compile(r"avatars/[a-z2-7]{32}\.webp")


def store_avatar(data: bytes) -> str:
    """Re-encode an uploaded picture, keep it with its thumbnail, and return its key. Raises BadImage.

    Files do not roll back: call it before the transaction, and `delete_avatar` the key if that fails.
    """
    made = images.process(data, profile="avatar")
    key = _free_key()
    try:
        default_storage.save(_thumb(key), ContentFile(made.thumb))
        default_storage.save(key, ContentFile(made.main))
    except BaseException:
        delete_avatar(key)
        raise
    return key


def avatar_urls(key: str) -> tuple[str, str]:
    """Addresses of the main picture (256 pixels) and its thumbnail (64); empty without a key of ours."""
    if not _KEY.fullmatch(key):
        return "", ""
    return default_storage.url(key), default_storage.url(_thumb(key))


def delete_avatar(key: str) -> None:
    """Remove both pictures. Safe to repeat; a key that is not ours removes nothing."""
    if _KEY.fullmatch(key):
        default_storage.delete(key)
        default_storage.delete(_thumb(key))


def _free_key() -> str:
    while True:
        key = f"avatars/{''.join(chance.pick(_ALPHABET) for _ in range(32))}.webp"
        if not default_storage.exists(key):  # only a seeded draw can meet itself again
            return key


def _thumb(key: str) -> str:
    return f"{key.removesuffix('.webp')}-s.webp"


__all__ = ["avatar_urls", "delete_avatar", "initials", "store_avatar", "tone"]
