"""Starts the worker for one picture, watches it, and believes nothing it says without looking."""

import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from community.core.images import motion, worker

logger = logging.getLogger(__name__)

WORKER = Path(worker.__file__)
WALL_SECONDS, MOTION_SECONDS = 3.0, motion.WALL_SECONDS - 1.0
WAIT_FOR_PLACE_SECONDS = 5.0
MAX_ANSWER = 8 * worker.MEGABYTE
MOST_PICTURES = 4
# Each child may take a processor and 256 MB: a crowd of uploads queues here instead of drowning the site.
_places = threading.BoundedSemaphore(max(1, min(4, os.cpu_count() or 1)))


class Failed(Exception):
    """No picture came back; the argument is a code of `BadImage`."""


@dataclass(frozen=True, slots=True)
class Made:
    """One WebP picture without metadata, upright and in sRGB, with its size in pixels."""

    data: bytes
    width: int
    height: int


def look(data: bytes) -> tuple[int, int, int]:
    """Width, height and number of frames of a picture by its header, read in a fresh limited process; raises Failed."""
    with _place():
        entries = _entries(_ask(data, ["look"]))
    width, height, frames = entries[0]
    is_possible = min(width, height) >= 1 and max(width, height) <= worker.MAX_SIDE
    if len(entries) != 1 or not is_possible or not (frames.isdigit() and len(frames) < 9):
        raise Failed("damaged")
    return width, height, max(1, int(frames))


def move(data: bytes) -> Made:
    """An animation decoded and made small in a fresh limited process; raises Failed ("still") for one too large."""
    with _place():
        entries = _entries(_ask(data, ["move"], wall=MOTION_SECONDS))
    (width, height, made), *rest = entries
    is_possible = min(width, height) >= 1 and max(width, height) <= motion.EDGES[0]
    if rest or not is_possible or len(made) > motion.MOST_BYTES or not _is_webp(made, MOVING):
        raise Failed("damaged")
    return Made(made, width, height)


def work(data: bytes, wanted: worker.Wanted) -> tuple[Made, ...]:
    """Have `data` decoded and re-encoded in a fresh limited process. Safe from any thread; raises Failed."""
    with _place():
        return _checked(_ask(data, ["make", *wanted.words()]), wanted)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=WAIT_FOR_PLACE_SECONDS):
        raise Failed("busy")
    try:
        yield
    finally:
        _places.release()


@cache
def _packages() -> str:
    spec = find_spec("PIL")
    if spec is None or spec.origin is None:
        raise ImportError("Pillow is not installed")
    return str(Path(spec.origin).parents[1])


def _ask(data: bytes, arguments: list[str], *, wall: float = WALL_SECONDS) -> bytes:
    try:
        with TemporaryFile() as picture:
            picture.write(data)
            picture.seek(0)
            said, ended = _run(picture, arguments, wall)
    except (OSError, ImportError) as error:
        logger.exception("the image worker could not be started")
        raise Failed("unavailable") from error
    if said:
        return said
    if ended == worker.NOT_STARTED:
        logger.error("the image worker could not load all of Pillow")
        raise Failed("unavailable")
    # Out of processor time (SIGXCPU), or crashed on the picture: the kernel ended it, the site goes on.
    raise Failed("slow" if ended == -signal.SIGXCPU else "damaged")


def _run(picture: IO[bytes], arguments: list[str], wall: float) -> tuple[bytes, int]:
    """What the child said, nothing unless it ended well, and how it ended."""
    with subprocess.Popen(  # noqa: S603  our own interpreter and script, no shell
        [sys.executable, "-I", "-S", "-B", str(WORKER), _packages(), *arguments],
        stdin=picture,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"MALLOC_ARENA_MAX": "1"},
        cwd="/",
        start_new_session=True,
    ) as child:
        try:
            said = _listen(child, wall)
        finally:
            child.kill()
    return said, child.returncode


def _listen(child: subprocess.Popen[bytes], wall: float) -> bytes:
    """All that the child says, up to the cap and the wall time. The child has ended, or is to be killed."""
    if child.stdout is None:
        return b""
    deadline = time.monotonic() + wall
    poll = select.poll()
    poll.register(child.stdout, select.POLLIN)
    said = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise Failed("slow")
        chunk = os.read(child.stdout.fileno(), 65_536)
        if not chunk:
            break
        said += chunk
        if len(said) > MAX_ANSWER:
            raise Failed("damaged")
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise Failed("slow") from None
    return bytes(said) if child.returncode == 0 else b""


def _entries(said: bytes) -> list[tuple[int, int, bytes]]:
    """Width, height and bytes of each picture in an answer that is as long as it says."""
    if said.startswith(worker.NO):
        raise Failed(said[len(worker.NO) :].decode("ascii", "replace"))
    at = len(worker.OK) + worker.COUNT.size
    if not said.startswith(worker.OK) or len(said) < at:
        raise Failed("damaged")
    (count,) = worker.COUNT.unpack_from(said, len(worker.OK))
    start = at + count * worker.ENTRY.size
    if not 1 <= count <= MOST_PICTURES or len(said) < start:
        raise Failed("damaged")
    entries = []
    for width, height, length in worker.ENTRY.iter_unpack(said[at:start]):
        entries.append((width, height, said[start : start + length]))
        start += length
    if start != len(said):
        raise Failed("damaged")
    return entries


def _checked(said: bytes, wanted: worker.Wanted) -> tuple[Made, ...]:
    """The pictures, after making sure that they are plain WebP files of possible sizes."""
    entries = _entries(said)
    if len(entries) != len(wanted.edges):
        raise Failed("damaged")
    for (width, height, data), edge in zip(entries, wanted.edges, strict=True):
        if not (min(width, height) >= 1 and max(width, height) <= edge and _is_webp(data, STILL)):
            raise Failed("damaged")
    return tuple(Made(data, width, height) for width, height, data in entries)


STILL = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})
MOVING = frozenset({b"VP8X", b"ANIM", b"ANMF"})
FRAME_HEAD = 16  # bytes in a frame before the chunks of its pixels


def _is_webp(data: bytes, allowed: frozenset[bytes]) -> bool:
    """Whether this is one RIFF container of these chunks, exactly as long as it says, and nothing beside."""
    if len(data) < 20 or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return False
    return int.from_bytes(data[4:8], "little") + 8 == len(data) and _are_chunks(data, 12, len(data), allowed)


def _are_chunks(data: bytes, at: int, end: int, allowed: frozenset[bytes]) -> bool:
    while at + 8 <= end:
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        inside = at + 8 + FRAME_HEAD
        if name not in allowed:
            return False
        if name == b"ANMF" and not _are_chunks(data, inside, min(at + 8 + length, end), STILL):
            return False
        at += 8 + length + length % 2
    return at == end
