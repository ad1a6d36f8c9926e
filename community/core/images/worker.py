"""The child that touches untrusted pictures: it gives its rights away, decodes, re-encodes, and ends.

Run as a script by `community.core.images.child`, in an interpreter without Django, settings or environment.
Reads the picture from standard input; writes one answer to standard output (see `answer` and `decline`).
Asked to look, it reads the header and tells the size; asked to make, it makes a picture for each edge; asked to move,
one small animation.
"""

import contextlib
import errno
import os
import resource
import signal
import struct
import sys
import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

try:
    from community.core.images import motion
except ImportError:  # run as a script, without a package around it
    sys.path.append(__file__.rpartition("/")[0])
    import motion  # type: ignore[import-not-found, no-redef]

if TYPE_CHECKING:
    from PIL.Image import Image

MEGABYTE = 1024 * 1024
MEMORY = 256 * MEGABYTE
CPU_SECONDS = 2
WALL_SECONDS = 4
# What fits into MEMORY and CPU_SECONDS, measured. A JPEG is decoded at a reduced scale, so a fifty-megapixel
# camera fits; WebP needs four copies of its canvas.
MAX_PIXELS = {
    "JPEG": 50_000_000,
    "PNG": 16_000_000,
    "WEBP": 13_000_000,
    "GIF": 16_000_000,
    "AVIF": 16_000_000,
    "HEIF": 13_000_000,
}
MAX_SIDE = 20_000
QUALITY = 82

OK, NO = b"OK", b"NO"
COUNT, ENTRY = struct.Struct(">I"), struct.Struct(">3I")
NOT_STARTED = 70
# Of a covered part this many squares across its longer side are left: too few for letters, digits or a face.
COVER_SQUARES = 5
WHOLE = 10_000  # sides of a covered part are told in ten-thousandths of the picture

Box = tuple[int, int, int, int]  # left, top, width, height


class Wanted(NamedTuple):
    """What the caller asks for: longest edges in pixels (or square sides), the largest first; what to cover."""

    edges: tuple[int, ...]
    square: bool = False
    boxes: tuple[Box, ...] = ()

    @property
    def main(self) -> int:
        return self.edges[0]

    def words(self) -> list[str]:
        """As arguments of a command line."""
        boxes = ";".join(",".join(map(str, box)) for box in self.boxes)
        return [",".join(map(str, self.edges)), "square" if self.square else "fit", boxes]

    @classmethod
    def of(cls, edges: str, shape: str, boxes: str) -> "Wanted":
        covered = [tuple(map(int, box.split(","))) for box in boxes.split(";") if box]
        return cls(
            tuple(map(int, edges.split(","))),
            shape == "square",
            tuple((left, top, width, height) for left, top, width, height in covered),
        )


class Declined(Exception):
    """This picture is refused; the argument is the code of a reason in `child.REASONS`."""


def confine(memory: int = MEMORY, cpu: int = CPU_SECONDS, wall: int = WALL_SECONDS) -> None:
    """Give away, for good: memory, processor time, writing files, starting processes, dumping core."""
    # The parent kills on time; the alarm is for a parent that is itself killed meanwhile.
    signal.alarm(wall)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def close_doors() -> None:
    """From here on no file and no socket can be opened: only the three streams stay."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def load_pillow(kind: str, *, to_look: bool = False) -> None:
    """Import all that decoding this kind may need (afterwards nothing can be opened) and set its own caps."""
    import copy  # noqa: F401  the GIF reader asks for it late

    from PIL import (  # noqa: F401
        Image,
        ImagePalette,
        JpegImagePlugin,
        TiffImagePlugin,  # reads EXIF
    )

    if kind == "PNG":
        from PIL import PngImagePlugin  # noqa: F401
    elif kind == "GIF":
        from PIL import GifImagePlugin  # noqa: F401
    elif kind == "HEIF":
        from PIL import AvifImagePlugin
        from pillow_heif import options, register_heif_opener

        # AVIF is Pillow's own. No thumbnails in place of the picture, nothing beside it, no threads.
        options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
        options.DECODE_THREADS = 1
        register_heif_opener()
        AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    if kind == "WEBP" or not to_look:
        from PIL import WebPImagePlugin  # noqa: F401
    if not to_look:
        from PIL import ImageCms, ImageColor, ImageFilter  # noqa: F401

    # Every plugin that is wanted is here; Pillow shall not go looking for others once files are out of reach.
    Image._initialized = 2
    # No second picture inside a JPEG, no threads that each want a stack.
    Image.register_open("JPEG", JpegImagePlugin.JpegImageFile, lambda prefix: prefix[:3] == b"\xff\xd8\xff")
    Image.MAX_IMAGE_PIXELS = max(MAX_PIXELS.values())


def kind_of(head: bytes) -> str:
    """By its first bytes, which of the readers a file is for ("HEIF": AVIF too); empty for none of them."""
    if head[4:8] == b"ftyp":
        return "HEIF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    starts = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"GIF87a": "GIF", b"GIF89a": "GIF"}
    return next((kind for start, kind in starts.items() if head.startswith(start)), "")


def opened(source: Any) -> "Image":
    """The picture behind a seekable binary stream, header read and size accepted, nothing decoded."""
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(source, formats=tuple(form for form in MAX_PIXELS if form in Image.OPEN))
    except UnidentifiedImageError as error:
        raise Declined("unreadable") from error
    width, height = image.size
    if width * height > MAX_PIXELS[image.format or ""] or max(width, height) > MAX_SIDE:
        raise Declined("pixels")
    if min(width, height) < 1:
        raise Declined("damaged")
    return image


def fitted(size: tuple[int, int], edge: int) -> tuple[int, int]:
    """`size` scaled down so that its longest side is `edge`; never up, never below one pixel."""
    longest = max(size)
    if longest <= edge:
        return size
    return max(1, round(size[0] * edge / longest)), max(1, round(size[1] * edge / longest))


def orientation(image: "Image") -> int:
    """The EXIF orientation, 1 to 8; whatever cannot be read is upright."""
    with contextlib.suppress(Exception):
        # A HEIF is turned by its own decoder, and the EXIF inside may say it once more.
        value = 1 if image.format == "HEIF" else image.getexif().get(0x0112, 1)
        if isinstance(value, int) and 1 <= value <= 8:
            return value
    return 1


def plain_mode(image: "Image") -> "Image":
    """The picture in a mode that can be resized and coloured: L, RGB, RGBA or CMYK."""
    if image.mode.startswith("I") or image.mode == "F":
        # Sixteen bits a sample: keep the upper eight.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def in_srgb(image: "Image", profile: bytes | None) -> "Image":
    """The picture in sRGB by its colour profile; one that does not fit or is broken is ignored."""
    from PIL import ImageCms

    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode=wanted,
            )
            if converted is not None:
                return converted
    return image if image.mode == wanted else image.convert(wanted)


def small(image: "Image", wanted: Wanted) -> "Image":
    """Decode and shrink to the main size: a centred square, or fitted to the long edge."""
    from PIL.Image import Resampling

    width, height = image.size
    if wanted.square:
        image.draft(image.mode, (wanted.main * 2, wanted.main * 2))
        image = plain_mode(image)
        side = min(image.size)
        left, top = (image.width - side) / 2, (image.height - side) / 2
        target = min(side, wanted.main)
        box = (left, top, left + side, top + side)
        return image.resize((target, target), Resampling.LANCZOS, box=box, reducing_gap=3.0)
    target_size = fitted((width, height), wanted.main)
    image.draft(image.mode, target_size)
    image = plain_mode(image)
    if image.size == target_size:
        return image
    return image.resize(target_size, Resampling.LANCZOS, reducing_gap=3.0)


def upright(image: "Image", turn: int) -> "Image":
    """The picture turned as its EXIF orientation says."""
    from PIL.Image import Transpose

    steps = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(steps[turn]) if turn in steps else image


def encoded(image: "Image") -> bytes:
    """WebP, and nothing but the pixels."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    image.info.clear()
    out = BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()


def covered(image: "Image", boxes: tuple[Box, ...]) -> "Image":
    """The picture with these parts beyond reading: a few soft squares each."""
    from PIL.Image import Resampling

    for left, top, width, height in boxes:
        area = (
            max(0, left * image.width // WHOLE),
            max(0, top * image.height // WHOLE),
            min(image.width, -(-(left + width) * image.width // WHOLE)),
            min(image.height, -(-(top + height) * image.height // WHOLE)),
        )
        if area[0] >= area[2] or area[1] >= area[3]:
            continue
        part = image.crop(area)
        # The mean of each square first: nothing finer than a square is left for the smoothing to keep.
        coarse = part.resize(fitted(part.size, COVER_SQUARES), Resampling.BOX)
        image.paste(coarse.resize(part.size, Resampling.BILINEAR), area)
    return image


def reworked(source: Any, wanted: Wanted) -> list["Image"]:
    """A picture for each edge, the main one first: decoded, shrunk, upright, in sRGB."""
    from PIL import Image

    with warnings.catch_warnings():
        # Odd metadata is only warned about, and is dropped anyway; too many pixels are warned about as well.
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = opened(source)
        turn, profile = orientation(image), image.info.get("icc_profile")
        main = in_srgb(upright(small(image, wanted), turn), profile)
        if wanted.boxes:
            main = covered(main, wanted.boxes)
        made = [main]
        for edge in wanted.edges[1:]:
            # Each from the one before: the steps are small, and a third of the work.
            size = fitted(main.size, edge)
            made.append(made[-1].resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))
    return made


def moving(source: Any) -> tuple[int, int, bytes]:
    """The whole animation, small, as WebP without end: width, height and bytes."""
    image = opened(source)
    made = motion.made(image, motion.frames_of(image, source)) if orientation(image) == 1 else None
    if made is None:
        raise Declined("still")
    return made


def looked_at(source: Any) -> tuple[int, int, bytes]:
    """Width and height of the picture as it will stand, by its header alone, and how many frames it has."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = opened(source)
        width, height = image.size
        frames = str(motion.frames_of(image, source)).encode()
        # A PNG that does not begin with its EXIF is read to the end for it, which is not a look.
        is_plain = image.format == "PNG" and "exif" not in image.info
        is_turned = not is_plain and orientation(image) >= 5
        return (height, width, frames) if is_turned else (width, height, frames)


def answer(entries: list[tuple[int, int, bytes]]) -> None:
    """`OK`, how many pictures, width, height and length of each as 32-bit numbers, then the pictures."""
    stream = sys.stdout.buffer
    stream.write(OK + COUNT.pack(len(entries)))
    for width, height, data in entries:
        stream.write(ENTRY.pack(width, height, len(data)))
    for _width, _height, data in entries:
        stream.write(data)
    stream.flush()


def decline(code: str) -> None:
    """`NO` and the code of the reason."""
    sys.stdout.buffer.write(NO + code.encode("ascii"))
    sys.stdout.buffer.flush()


def run(verb: str, wanted: Wanted | None) -> None:
    """Look, move, or make what is wanted."""
    from PIL import Image

    try:
        if verb == "look":
            answer([looked_at(sys.stdin.buffer)])
        elif verb == "move":
            answer([moving(sys.stdin.buffer)])
        elif wanted:
            answer([(*made.size, encoded(made)) for made in reworked(sys.stdin.buffer, wanted)])
    except Declined as refusal:
        decline(str(refusal))
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        decline("pixels")
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            os._exit(NOT_STARTED)  # a late import: our fault, not the picture's
        # Whatever a decoder throws at broken input, to the person it is one thing: a damaged picture.
        decline("damaged")


if __name__ == "__main__":
    verb = sys.argv[2]
    if verb == "move":
        confine(cpu=motion.CPU_SECONDS, wall=motion.WALL_SECONDS)
    else:
        confine()
    try:
        kind = kind_of(sys.stdin.buffer.read(16))
        sys.stdin.buffer.seek(0)
        sys.path.append(sys.argv[1])
        asked = Wanted.of(*sys.argv[3:6]) if verb == "make" else None
        load_pillow(kind, to_look=verb == "look")
    except Exception:
        os._exit(NOT_STARTED)
    close_doors()
    if kind:
        run(verb, asked)
    else:
        decline("unreadable")
