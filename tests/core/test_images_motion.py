"""Animations: counted without being decoded, made small within limits, and nothing but frames."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from community.core import images
from community.core.images import child, motion


def an_animation(
    frames: int = 6, size: tuple[int, int] = (120, 80), *, kind: str = "GIF", duration: int = 80
) -> bytes:
    """A square that wanders."""
    pictures = []
    for number in range(frames):
        pictures.append(Image.new("RGB", size, "teal"))
        at = number * 3 % (size[0] - 10)
        pictures[-1].paste("red", (at, 10, at + 10, 20 + number % 7))
    out = BytesIO()
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], duration=duration, loop=0)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_frames_are_counted_by_the_header_and_all_are_made(kind: str) -> None:
    data = an_animation(kind=kind)
    assert images.look(data) == (120, 80, 6)
    made = images.move(data)
    assert made is not None and (made.width, made.height) == (120, 80)
    with Image.open(BytesIO(made.data)) as shown:
        assert (shown.format, shown.n_frames, shown.info["loop"]) == ("WEBP", 6, 0)
        shown.seek(5)
        shown.load()
        assert shown.info["duration"] == 80
    assert child._is_webp(made.data, child.MOVING) and not child._is_webp(made.data, child.STILL)


def test_a_still_picture_has_one_frame_and_does_not_move() -> None:
    out = BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "GIF")
    assert images.look(out.getvalue()) == (40, 30, 1)
    assert images.move(out.getvalue()) is None


@pytest.mark.parametrize(
    ("frames", "size", "made"),
    [
        (1, (100, 100), None),
        (2, (100, 100), (100, 100)),
        (60, (960, 540), (480, 270)),
        (100, (640, 480), (320, 240)),
        (300, (200, 200), (200, 200)),
        (301, (10, 10), None),
        (300, (600, 600), (240, 240) if motion.MOST_MADE >= 300 * 240 * 240 else None),
        (40, (2000, 2000), None),
    ],
)
def test_what_is_within_the_limits(frames: int, size: tuple[int, int], made: tuple[int, int] | None) -> None:
    assert motion.size_of(frames, size) == made
    assert images.may_move(frames, *size) is (made is not None)


def test_too_many_frames_are_counted_no_further_and_stand_still() -> None:
    data = an_animation(motion.MOST_FRAMES + 5, (30, 40))
    assert images.look(data).frames == motion.MOST_FRAMES + 1
    assert images.move(data) is None
    assert images.process(data, profile="post").width == 30


@pytest.mark.parametrize("cut", [20, 200, 700])
def test_an_animation_that_is_cut_off_does_not_move_or_ends_early(cut: int) -> None:
    data = an_animation(20)[:-cut]
    assert images.look(data).frames <= 20
    made = images.move(data)
    if made is not None:
        with Image.open(BytesIO(made.data)) as shown:
            assert 1 < shown.n_frames <= 20


def test_frames_that_flash_are_slowed_down() -> None:
    made = images.move(an_animation(duration=10))
    assert made is not None
    with Image.open(BytesIO(made.data)) as shown:
        shown.seek(3)
        shown.load()
        assert shown.info["duration"] == motion.FRAME_MS[0]


def test_more_processor_time_than_is_given_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MOTION_SECONDS", 0.01)
    assert images.move(an_animation(40, (400, 400))) is None


@pytest.mark.parametrize("name", [b"EXIF", b"XMP ", b"ICCP", b"JUNK"])
def test_an_answer_with_anything_beside_frames_is_not_believed(name: bytes) -> None:
    made = images.move(an_animation())
    assert made is not None
    chunk = name + (4).to_bytes(4, "little") + b"abcd"
    length = len(made.data) - 8 + len(chunk)
    assert not child._is_webp(b"RIFF" + length.to_bytes(4, "little") + made.data[8:] + chunk, child.MOVING)
