"""Files on their way in: kept in memory while small, then in a file without a name, which ends with its process."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers

logger = logging.getLogger(__name__)

if TYPE_CHECKING:
    _File = UploadedFile[bytes]
else:
    _File = UploadedFile


class NamelessFile(_File):
    """A file that nobody but this process can see. `is_lost`: the disk could not take it, and it is empty."""

    is_lost = False


class NamelessFileHandler(FileUploadHandler):
    """Takes what the memory's handler leaves. kill -9 leaves nothing behind to be swept.

    A full disk costs the file, never the words that came with it in the same form.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.is_lost = False
        self.file: IO[bytes] | None = None
        with self._losing():
            self.file = TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115  closed with the request
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.file is not None and not self.is_lost:
            with self._losing():
                self.file.write(raw_data)

    def file_complete(self, file_size: int) -> NamelessFile:
        with self._losing():
            if self.file is not None:
                self.file.seek(0)
        kept = self.file if not self.is_lost else None
        told = NamelessFile(kept or BytesIO(), self.file_name, self.content_type, file_size if kept else 0)
        told.is_lost = self.is_lost
        return told

    def upload_interrupted(self) -> None:
        self._drop()

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            logger.exception("an upload could not be taken from its form")
            self.is_lost = True
            self._drop()

    def _drop(self) -> None:
        if self.file is not None:
            with contextlib.suppress(OSError):  # what is still in the buffer finds no room either
                self.file.close()
            self.file = None
