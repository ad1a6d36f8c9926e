"""Animations within limits: counted by their headers, made small, of WebP. Runs in the worker's child."""

import contextlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

# Of an animation: so many frames, so many pixels in all of them as they come and as they are made, so many bytes.
MOST_FRAMES = 300
MOST_READ, MOST_MADE = 120_000_000, 16_000_000
EDGES = (480, 320, 240)  # the first that fits
MOST_BYTES, QUALITY = 4 * 1024 * 1024, 60
CPU_SECONDS, WALL_SECONDS = 6, 9
FRAME_MS = (20, 10_000)  # a frame stands no shorter and no longer


def frames_of(image: "Image", source: Any) -> int:
    """How many pictures a GIF or WebP shows one after the other, counted no further than they could be shown."""
    if image.format == "WEBP":
        return int(getattr(image, "n_frames", 1))
    if image.format != "GIF":
        return 1
    source.seek(0)
    data, count = source.read(), 0
    at = 13 + _colours(data[10])
    with contextlib.suppress(IndexError):  # cut off: what came before counts
        while count <= MOST_FRAMES and data[at] in b"!,":
            is_frame = data[at] == ord(",")
            count += is_frame
            at += 11 + _colours(data[at + 9]) if is_frame else 2
            while data[at]:
                at += data[at] + 1
            at += 1
    source.seek(0)
    return max(1, count)


def _colours(flags: int) -> int:
    """Bytes of the colour table that these flags of a GIF announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def size_of(frames: int, size: tuple[int, int]) -> tuple[int, int] | None:
    """How large an animation of so many frames is made; None when it is too much, and stands still."""
    if not 1 < frames <= MOST_FRAMES or frames * size[0] * size[1] > MOST_READ:
        return None
    fits = (_fitted(size, edge) for edge in EDGES)
    return next((made for made in fits if frames * made[0] * made[1] <= MOST_MADE), None)


def _fitted(size: tuple[int, int], edge: int) -> tuple[int, int]:
    scale = min(1.0, edge / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def made(image: "Image", frames: int) -> tuple[int, int, bytes] | None:
    """The animation as WebP without end: width, height and bytes. None for one that is too much."""
    from PIL.Image import Resampling

    size = size_of(frames, image.size)
    if size is None:
        return None
    pictures, times = [], []
    for number in range(frames):
        image.seek(number)
        pictures.append(image.convert("RGBA").resize(size, Resampling.BOX, reducing_gap=2.0))
        pictures[-1].info.clear()
        times.append(max(FRAME_MS[0], min(int(image.info.get("duration") or 100), FRAME_MS[1])))
    out = BytesIO()
    bare = {"exif": b"", "icc_profile": b"", "xmp": b""}
    first, *rest = pictures
    first.save(
        out,
        "WEBP",
        save_all=True,
        append_images=rest,
        duration=times,
        loop=0,
        quality=QUALITY,
        method=1,
        **bare,
    )
    return (*size, out.getvalue()) if out.tell() <= MOST_BYTES else None
