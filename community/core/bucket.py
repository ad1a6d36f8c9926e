"""Uploads in an object store (S3 and what speaks like it), for sites on more than one machine. Needs the extras.

The bucket stays private: files go out through the site, under the same addresses and with the same headers as from a
folder. An object is there whole or not at all, so nothing has to be renamed into place.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage

# Somebody waits: a store that does not answer costs a few seconds, not minutes.
PATIENCE = {"connect_timeout": 3, "read_timeout": 10, "retries": {"max_attempts": 2}}


@contextmanager
def _as_disk(name: str) -> Iterator[None]:
    """The store's troubles as a disk would tell them, so that nobody has to know which of the two it is."""
    try:
        yield
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise FileNotFoundError(errno.ENOENT, "no such object", name) from error
        raise OSError(errno.EIO, f"the object store refused: {error}", name) from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(errno.EIO, f"the object store is out of reach: {error}", name) from error


class BucketStorage(S3Storage):  # type: ignore[misc]
    """One bucket, named by CONVOY_S3_…; see settings/production.py."""

    def __init__(self, **told: Any) -> None:
        style = "path" if told.get("endpoint_url") else "auto"
        config = Config(signature_version="s3v4", s3={"addressing_style": style}, **PATIENCE)
        super().__init__(**told, file_overwrite=True, client_config=config, use_ssl=True)

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        with _as_disk(name):
            opened: File[bytes] = super()._open(name, mode)
            return opened

    def _save(self, name: str, content: File[bytes]) -> str:
        with _as_disk(name):
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with _as_disk(name):
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _as_disk(name):
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _as_disk(path):
            folders, files = super().listdir(path)
            return folders, files

    def get_modified_time(self, name: str) -> datetime:
        with _as_disk(name):
            written: datetime = super().get_modified_time(name)
            return written

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """The same address as from a folder."""
        return f"{settings.MEDIA_URL}{filepath_to_uri(name)}"
