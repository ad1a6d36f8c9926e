"""Pictures come out small, upright, without metadata, or not at all."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms
from pillow_heif import register_heif_opener

from community.core import images
from community.core.images import BadImage, worker
from tests import hostile

ORIENTATION, GPS = 0x0112, 0x8825
register_heif_opener()


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def striped(image: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    """The picture with black and white stripes in a part: what a reader could still make out shows as contrast."""
    left, top, right, bottom = box
    for x in range(left, right):
        image.paste("black" if x // 4 % 2 else "white", (x, top, x + 1, bottom))
    return image


def contrast(data: bytes, box: tuple[int, int, int, int]) -> int:
    low, high = read(data).convert("L").crop(box).getextrema()
    return int(high) - int(low)


def corners(width: int = 400, height: int = 200) -> Image.Image:
    """Red at the top left, blue elsewhere: shows which way up a picture is."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height // 2))
    return image


def read(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data), formats=["WEBP"])
    image.load()
    return image


def colour_at(image: Image.Image, x: float, y: float) -> str:
    at = (int(image.width * x), int(image.height * y))
    red, green, blue = image.convert("RGB").getpixel(at)
    return max([(red, "red"), (green, "green"), (blue, "blue")])[1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"])
@pytest.mark.parametrize("profile", ["avatar", "post"])
def test_each_accepted_format_becomes_two_webp_pictures(kind: str, profile: str) -> None:
    made = images.process(saved(corners(2000, 1000), kind), profile=profile)

    main, thumb = read(made.main), read(made.thumb)
    assert [read(one.data).size for one in made.pictures] == [
        (one.width, one.height) for one in made.pictures
    ]
    expected = ((256, 256), (64, 64)) if profile == "avatar" else ((1600, 800), (480, 240))
    assert (main.size, thumb.size) == expected
    assert colour_at(main, 0.2, 0.2) == "red"
    assert colour_at(main, 0.8, 0.8) == "blue"


def test_an_avatar_is_the_middle_of_the_picture() -> None:
    image = Image.new("RGB", (900, 300), "blue")
    image.paste("red", (300, 0, 600, 300))

    main = read(images.process(saved(image), profile="avatar").main)

    assert {colour_at(main, x, y) for x in (0.05, 0.95) for y in (0.05, 0.95)} == {"red"}


@pytest.mark.parametrize(
    ("size", "expected"), [((40, 20), (40, 20)), ((1, 1), (1, 1)), ((4000, 1), (1600, 1))]
)
def test_small_and_thin_pictures_are_never_enlarged(size: tuple[int, int], expected: tuple[int, int]) -> None:
    made = images.process(saved(Image.new("RGB", size, "red"), "PNG"), profile="post")

    assert (made.width, made.height) == expected
    assert images.process(saved(Image.new("RGB", size), "PNG"), profile="avatar").width == min(size)


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_orientation_is_applied_and_where_it_was_taken_is_gone(turn: int, kind: str) -> None:
    upright = corners()
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the transposition that a camera's sensor had applied
    stored = upright.transpose(Image.Transpose(undo[turn])) if turn in undo else upright
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    exif[0x010F] = "A camera maker"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (31.0, 13.0, 49.0)
    given = saved(stored, kind, exif=exif.tobytes())
    assert b"A camera maker" in given or kind == "PNG"

    made = images.process(given, profile="post")

    assert images.look(given)[:2] == (made.width, made.height)
    for data in (made.main, made.thumb):
        image = read(data)
        assert image.width == 2 * image.height
        assert [colour_at(image, x, y) for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8))] == [
            "red",
            "blue",
            "blue",
        ]
        assert not dict(image.getexif())
        assert not {"exif", "xmp", "icc_profile"} & set(image.info)
        assert b"A camera maker" not in data


def test_a_look_tells_the_size_without_decoding() -> None:
    given = saved(Image.new("RGB", (3000, 1000), "red"))

    assert images.look(given)[:2] == (3000, 1000)
    middle = len(given) // 2
    assert images.look(given[:middle] + b"\xff\xd8" * 9 + given[middle:])[:2] == (3000, 1000)
    for code, data in {
        "unreadable": b"<svg>",
        "pixels": saved(Image.new("1", (20_001, 2)), "PNG"),
        "damaged": given[:middle],
    }.items():
        with pytest.raises(BadImage) as caught:
            images.look(data)
        assert caught.value.code == code


def test_a_covered_part_cannot_be_made_out_in_any_size_and_the_rest_is_untouched() -> None:
    plate, other = (200, 200, 400, 260), (600, 200, 800, 260)
    image = striped(striped(Image.new("RGB", (1000, 500), "grey"), plate), other)

    made = images.process(saved(image, "PNG"), profile="post", boxes=[(2000, 4000, 2000, 1200)])

    for one in made.pictures:
        at, scale = read(one.data), one.width / 1000
        inside, beside = (tuple(round(side * scale) for side in box) for box in (plate, other))
        assert contrast(one.data, inside) < 40
        assert contrast(one.data, beside) > 150
        assert at.size == (one.width, one.height)


@pytest.mark.parametrize(
    "box", [(0, 0, 10_000, 10_000), (9_999, 9_999, 1, 1), (-50, -50, 20, 20), (9_000, 0, 9_000, 9)]
)
def test_a_box_of_any_size_and_place_is_no_error(box: tuple[int, int, int, int]) -> None:
    assert images.process(saved(corners()), profile="post", boxes=[box]).width == 400


def test_broken_exif_means_upright_not_refused() -> None:
    made = images.process(saved(corners(), exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff"), profile="post")

    assert (made.width, made.height) == (400, 200)


def test_text_and_comments_hidden_in_a_picture_are_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    polyglot = saved(corners(), "PNG", pnginfo=notes) + b"<html><script>alert(1)</script>"

    made = images.process(polyglot, profile="post")

    assert b"script" not in made.main + made.thumb


def test_a_colour_profile_is_turned_into_srgb() -> None:
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    unfit = images.process(saved(corners(), icc_profile=swapped.tobytes()), profile="post")
    broken = images.process(saved(corners(), icc_profile=b"not a profile"), profile="post")
    plain = images.process(saved(corners()), profile="post")

    assert unfit.main == broken.main == plain.main


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_png_mode_keeps_its_look(mode: str) -> None:
    white = Image.new("RGB", (64, 64), "white")
    bright = Image.new("I;16", (64, 64), 60_000) if mode == "I;16" else white.convert(mode)

    main = read(images.process(saved(bright, "PNG"), profile="avatar").main)

    assert main.mode == "RGB"
    assert main.getpixel((32, 32))[0] > 220


def test_transparency_stays() -> None:
    clear = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    clear.paste((0, 0, 255, 255), (0, 0, 64, 32))

    main = read(images.process(saved(clear, "PNG"), profile="post").main)

    assert main.getchannel("A").getpixel((32, 60)) == 0
    assert main.getchannel("A").getpixel((32, 4)) == 255


def test_the_first_frame_of_an_animation_is_taken() -> None:
    frames = [Image.new("RGB", (64, 64), name) for name in ("red", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        given = saved(frames[0], kind, save_all=True, append_images=frames[1:])
        assert colour_at(read(images.process(given, profile="post").main), 0.5, 0.5) == "red", kind


def test_cmyk_becomes_rgb() -> None:
    main = read(images.process(saved(Image.new("CMYK", (64, 64), (0, 255, 255, 0))), profile="post").main)

    assert colour_at(main, 0.5, 0.5) == "red"


def refusal(data: bytes) -> BadImage:
    with pytest.raises(BadImage) as caught:
        images.process(data, profile="post")
    return caught.value


def test_what_is_no_picture_is_refused() -> None:
    for data in (b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4", b"\xff\xd8\xff"):
        assert refusal(data).code == "unreadable", data
    assert "JPEG, PNG" in refusal(b"hello").reason


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM", "TGA", "JPEG2000"])
def test_formats_nobody_needs_are_refused(kind: str) -> None:
    assert refusal(saved(corners(32, 32), kind)).code == "unreadable"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_truncated_picture_is_refused(kind: str) -> None:
    whole = saved(Image.effect_noise((500, 500), 80).convert("RGB"), kind)

    assert refusal(whole[: len(whole) // 2]).code in {"damaged", "unreadable"}


def test_a_file_that_is_too_big_is_refused_without_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images.child, "work", lambda *a, **k: pytest.fail("a child was started"))

    assert refusal(b"\xff" * (images.MAX_BYTES + 1)).code == "too_big"


def test_a_decompression_bomb_is_refused() -> None:
    bomb = saved(Image.new("1", (19_000, 19_000)), "PNG")
    assert len(bomb) < 100_000

    assert refusal(bomb).code == "pixels"


@pytest.mark.parametrize("kind", [kind for kind in worker.MAX_PIXELS if kind != "AVIF"])
def test_the_pixel_limit_of_each_format(kind: str) -> None:
    limit = worker.MAX_PIXELS[kind]
    side = int(limit**0.5)
    too_many = saved(Image.new("L", (side + 10, side + 10)), kind)

    assert refusal(too_many).code == "pixels"


def test_a_picture_of_an_ordinary_telephone_is_taken() -> None:
    made = images.process(saved(Image.new("RGB", (4032, 3024), "red"), quality=60), profile="post")

    assert (made.width, made.height) == (1600, 1200)


def test_a_reason_is_translated() -> None:
    from django.utils import translation

    caught = refusal(b"hello")
    with translation.override("zh-hans"):
        translated = caught.reason
    assert isinstance(translated, str)
    assert translated


@pytest.mark.parametrize("file", hostile.images())
def test_hostile_pictures_are_refused_or_re_encoded(file: Path) -> None:
    try:
        made = images.process(file.read_bytes(), profile="post")
    except BadImage as refused:
        assert refused.code in {"unreadable", "damaged", "pixels", "slow"}
    else:
        assert read(made.main).size == (made.width, made.height)
