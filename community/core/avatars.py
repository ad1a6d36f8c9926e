"""Pictures of people: uploaded and re-encoded, or generated from the name; and the view that serves media.

An uploaded one is known by its key, the storage name of its main picture: `avatars/<32 characters>.webp`.
Nobody can guess it, and a new upload has a new one, so browsers may keep what they have for ever.
"""

import re

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from community.core import chance, images
from community.core.access import absent
from community.core.display import initials, tone

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_KEY = re.compile(r"avatars/[a-z2-7]{32}\.webp")
# One folder below a known prefix at most, no segment that begins with a dot: nothing here can climb.
_MEDIA = re.compile(r"(?P<prefix>[a-z]+)(/[\w-][\w.-]{0,200}){1,2}\.webp")
_PREFIXES = ("avatars", "posts", "images")
_MAX_MEDIA = 10 * 1024 * 1024


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


@require_safe
def serve_media(request: HttpRequest, path: str) -> HttpResponse:
    """A re-encoded picture from the media folder; anything else is absent. For the embedded site.

    In production the proxy or the object store serves these with the same headers.
    """
    match = _MEDIA.fullmatch(path)
    if not match or match["prefix"] not in getattr(settings, "MEDIA_PREFIXES", _PREFIXES):
        raise absent()
    try:
        with default_storage.open(path) as file:
            data = file.read(_MAX_MEDIA + 1)
    except OSError:
        raise absent() from None
    if len(data) > _MAX_MEDIA or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise absent()
    return HttpResponse(
        data,
        content_type="image/webp",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "public, max-age=31536000, immutable",
        },
    )


__all__ = ["avatar_urls", "delete_avatar", "initials", "serve_media", "store_avatar", "tone"]
