"""What `manage.py doctor` looks at: uploads can be stored, read back and deleted."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from community.core import chance
from community.core.doctor_findings import Finding
from community.files import store


def uploads() -> Finding:
    """A file goes in, comes out the same, and leaves."""
    name, words = f"{store.INCOMING}/check/{store.new_key()}", chance.token(32).encode()
    where = type(default_storage._wrapped).__name__ if hasattr(default_storage, "_wrapped") else "storage"
    try:
        name = default_storage.save(name, ContentFile(words))
        came_back = store.read(name) == words
        default_storage.delete(name)
    except Exception as error:
        first = (str(error).strip().splitlines() or [""])[0]
        mend = "Is the disk full, and CONVOY_MEDIA writable? With CONVOY_S3_…: the bucket's name, keys and rights."
        return Finding("uploads", "FAIL", f"{type(error).__name__}: {first}", mend)
    if not came_back:
        return Finding("uploads", "FAIL", "a file came back changed", "Look after the storage first.")
    return Finding("uploads", "OK", f"stored and read back ({where})", "")
