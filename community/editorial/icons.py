"""The drawn mark as pictures, in the brand's accent: a road that meets the horizon."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

Point = tuple[float, float]

# The mark of the sprite: two verges and the line between them, on a 28 × 28 ground.
_VERGES: tuple[tuple[Point, Point, Point, Point], ...] = (
    ((3, 24), (5, 15), (8, 9), (14, 4)),
    ((25, 24), (23, 15), (20, 9), (14, 4)),
)
_DASHES: tuple[tuple[Point, Point], ...] = (
    ((14, 10), (14, 13)),
    ((14, 17), (14, 19.5)),
    ((14, 23), (14, 24.5)),
)
_PATH = "M3 24C5 15 8 9 14 4M25 24C23 15 20 9 14 4M14 10v3M14 17v2.5M14 23v1.5"
_SCALE = 8  # drawn larger, then reduced: smooth edges

SIZES = (180, 192, 512)
MASKABLE = (192, 512)  # launchers crop these to a circle


def svg(light: str, dark: str) -> str:
    """The mark as SVG in two `#rrggbb` accents, for light and dark tabs."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28">'
        f"<style>path{{stroke:{light}}}@media(prefers-color-scheme:dark){{path{{stroke:{dark}}}}}</style>"
        f'<path d="{_PATH}" fill="none" stroke-width="2.4" stroke-linecap="round"/></svg>'
    )


def png(size: int, accent: str) -> bytes:
    """A square PNG: the mark in white on the accent, with room to be cropped."""
    out = io.BytesIO()
    _draw(size, accent, inset=0.2).save(out, "PNG", optimize=True)
    return out.getvalue()


def ico(accent: str) -> bytes:
    """A favicon of 16, 32 and 48 pixels for what asks for nothing newer."""
    out = io.BytesIO()
    _draw(48, accent, inset=0.08).save(out, "ICO", sizes=[(16, 16), (32, 32), (48, 48)])
    return out.getvalue()


def _draw(size: int, accent: str, *, inset: float) -> Image.Image:
    edge = size * _SCALE if size <= 192 else size * 2
    picture = Image.new("RGB", (edge, edge), accent)
    pen = ImageDraw.Draw(picture)
    unit = edge * (1 - 2 * inset) / 28
    offset = edge * inset
    width = max(1, round(unit * 2.4))

    def at(point: Point) -> Point:
        return offset + point[0] * unit, offset + point[1] * unit

    for start, one, two, end in _VERGES:
        curve = [at(_bezier(step / 48, start, one, two, end)) for step in range(49)]
        _stroke(pen, curve, width)
    for start, end in _DASHES:
        _stroke(pen, [at(start), at(end)], width)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _stroke(pen: ImageDraw.ImageDraw, points: list[Point], width: int) -> None:
    pen.line(points, fill="#ffffff", width=width, joint="curve")
    for x, y in (points[0], points[-1]):
        pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill="#ffffff")


def _bezier(t: float, start: Point, one: Point, two: Point, end: Point) -> Point:
    s = 1 - t
    weights = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
    corners = (start, one, two, end)
    return (
        sum(w * corner[0] for w, corner in zip(weights, corners, strict=True)),
        sum(w * corner[1] for w, corner in zip(weights, corners, strict=True)),
    )
