"""Small landscapes drawn by code, for avatars and for the magazine: flat layers, one sun, one road.

The same name and seed give the same picture.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable

from PIL import Image, ImageDraw

from community.core import chance

Colour = tuple[int, int, int]
Pen = ImageDraw.ImageDraw

_FINER = 2  # drawn larger, then scaled down: smooth edges
# Sky above, sky below, far, near, mark: morning, noon, dusk, night.
_PALETTES: dict[str, tuple[Colour, Colour, Colour, Colour, Colour]] = {
    "morning": ((236, 240, 238), (250, 229, 208), (164, 186, 182), (54, 92, 82), (226, 122, 72)),
    "noon": ((214, 230, 236), (242, 246, 244), (170, 196, 192), (28, 104, 78), (245, 186, 84)),
    "dusk": ((84, 92, 128), (232, 164, 132), (96, 96, 124), (38, 44, 62), (252, 222, 170)),
    "night": ((18, 26, 44), (38, 58, 78), (34, 50, 66), (12, 18, 28), (126, 226, 170)),
    "sand": ((240, 232, 214), (250, 240, 220), (222, 178, 122), (158, 98, 60), (206, 84, 54)),
    "frost": ((206, 220, 232), (238, 243, 247), (188, 206, 220), (98, 126, 148), (248, 250, 252)),
}


class Sheet:
    """A picture being drawn, in units of its own width and height (0 to 1)."""

    def __init__(self, width: int, height: int, palette: str) -> None:
        self.size = (width * _FINER, height * _FINER)
        self.above, self.below, self.far, self.near, self.mark = _PALETTES[palette]
        self.image = Image.new("RGB", self.size, self.above)
        self.pen: Pen = ImageDraw.Draw(self.image)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return x * self.size[0], y * self.size[1]

    @property
    def unit(self) -> float:
        return min(self.size) / 100

    def sky(self, horizon: float = 0.75) -> None:
        self.pen.rectangle((*self.at(0, horizon), *self.at(1, 1)), fill=self.below)
        steps = 60
        for step in range(steps):
            tone = mix(self.above, self.below, step / steps)
            top, bottom = step / steps * horizon, (step + 1) / steps * horizon + 0.01
            self.pen.rectangle((*self.at(0, top), *self.at(1, bottom)), fill=tone)

    def sun(self, x: float, y: float, radius: float, colour: Colour | None = None) -> None:
        (cx, cy), r = self.at(x, y), radius * min(self.size)
        self.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=colour or self.mark)

    def hills(
        self, base: float, height: float, colour: Colour, *, rough: float = 1.0
    ) -> Callable[[float], float]:
        """A range of hills from side to side; returns its outline (x to y)."""
        waves = [(chance.jitter() * 6.3, 1.3 * 1.9**n, height / 1.75**n * rough**n) for n in range(6)]

        def outline(x: float) -> float:
            return base - sum(abs(math.sin(phase + x * pitch)) * share for phase, pitch, share in waves) / 2

        points = [self.at(n / 160, outline(n / 160)) for n in range(161)]
        self.pen.polygon([*points, self.at(1, 1), self.at(0, 1)], fill=colour)
        return outline

    def road(self, horizon: float, *, drift: float = 0.0) -> None:
        """A road that comes towards us from a point on the horizon."""
        self.pen.polygon(
            [self.at(0.5 + drift, horizon), self.at(0.30, 1), self.at(0.74, 1)],
            fill=mix(self.near, (0, 0, 0), 0.35),
        )
        for n in range(5):
            near, far = 1 - n * n * 0.035 - 0.01, 1 - n * n * 0.035 - 0.05 / (n + 1) - 0.012
            y1, y2 = horizon + (1 - horizon) * near**3, horizon + (1 - horizon) * far**3
            x1, x2 = (0.5 + drift + (0.52 - 0.5 - drift) * (y - horizon) / (1 - horizon) for y in (y1, y2))
            self.pen.line(
                [self.at(x1, y1), self.at(x2, y2)], fill=self.below, width=max(2, round(self.unit * near))
            )

    def line(self, points: list[tuple[float, float]], width: float, colour: Colour) -> None:
        self.pen.line(
            [self.at(x, y) for x, y in points],
            fill=colour,
            width=max(1, round(width * self.unit)),
            joint="curve",
        )

    def done(self) -> bytes:
        """The finished picture as PNG."""
        small = self.image.resize((self.size[0] // _FINER, self.size[1] // _FINER), Image.Resampling.LANCZOS)
        kept = io.BytesIO()
        small.save(kept, "PNG")
        return kept.getvalue()


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with a share (0 to 1) of `other` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def draw(name: str, seed: str, *, width: int = 256, height: int = 256) -> bytes:
    """The drawing called `name` as PNG. KeyError for a name nobody can draw."""
    palette, paint = DRAWINGS[name]
    with chance.seeded(f"{name}:{seed}"):
        sheet = Sheet(width, height, palette)
        sheet.sky()
        paint(sheet)
        return sheet.done()


def _ridge(sheet: Sheet) -> None:
    sheet.sun(0.25 + chance.jitter() * 0.5, 0.34, 0.09)
    sheet.hills(0.72, 0.34, mix(sheet.far, sheet.below, 0.35))
    sheet.hills(0.84, 0.26, sheet.far)
    sheet.hills(1.0, 0.22, sheet.near, rough=0.8)


def _pass(sheet: Sheet) -> None:
    _ridge(sheet)
    sheet.road(0.82, drift=chance.jitter() * 0.2 - 0.1)


def _dawn(sheet: Sheet) -> None:
    sheet.sun(0.5, 0.62, 0.2)
    sheet.hills(0.78, 0.12, sheet.far)
    sheet.hills(0.92, 0.1, sheet.near, rough=0.6)
    sheet.road(0.8)


def _lake(sheet: Sheet) -> None:
    sheet.sun(0.3 + chance.jitter() * 0.4, 0.3, 0.07)
    sheet.hills(0.6, 0.26, mix(sheet.far, sheet.below, 0.3))
    sheet.hills(0.64, 0.14, sheet.far)
    sheet.pen.rectangle((*sheet.at(0, 0.6), *sheet.at(1, 1)), fill=mix(sheet.far, (150, 196, 206), 0.55))
    for n in range(9):
        y, reach = 0.65 + n * 0.04, 0.1 + chance.jitter() * 0.5
        x = chance.jitter() * (1 - reach)
        sheet.line([(x, y), (x + reach, y)], 0.7, mix(sheet.below, sheet.far, 0.3))


def _wave(sheet: Sheet) -> None:
    sheet.sun(0.68, 0.28, 0.08)
    for n in range(4):
        crest = [(x / 60, 0.52 + n * 0.13 + 0.03 * math.sin(x / 60 * 9 + n * 2)) for x in range(61)]
        tone = mix(sheet.far, sheet.near, n / 3)
        sheet.pen.polygon([*(sheet.at(x, y) for x, y in crest), sheet.at(1, 1), sheet.at(0, 1)], fill=tone)


def _harbour(sheet: Sheet) -> None:
    _wave(sheet)
    sheet.line([(0.3, 0.62), (0.3, 0.2)], 1.6, sheet.near)
    sheet.pen.polygon(
        [sheet.at(0.32, 0.22), sheet.at(0.32, 0.56), sheet.at(0.58, 0.56)], fill=(250, 250, 246)
    )
    sheet.pen.polygon(
        [sheet.at(0.14, 0.6), sheet.at(0.62, 0.6), sheet.at(0.54, 0.7), sheet.at(0.22, 0.7)], fill=sheet.mark
    )


def _desert(sheet: Sheet) -> None:
    sheet.sun(0.7, 0.3, 0.11)
    sheet.hills(0.78, 0.2, sheet.far, rough=0.5)
    sheet.hills(0.95, 0.22, sheet.near, rough=0.45)
    sheet.road(0.74, drift=-0.08)


def _snow(sheet: Sheet) -> None:
    sheet.hills(0.74, 0.32, mix(sheet.far, sheet.near, 0.25))
    sheet.hills(0.92, 0.16, (246, 249, 251), rough=0.6)
    _trees(sheet, 5, 0.86)
    for _flake in range(46):
        sheet.sun(chance.jitter(), chance.jitter() * 0.9, 0.006 + chance.jitter() * 0.008, (255, 255, 255))


def _pines(sheet: Sheet) -> None:
    sheet.sun(0.72, 0.26, 0.08)
    sheet.hills(0.82, 0.24, sheet.far)
    _trees(sheet, 11, 0.97)


def _trees(sheet: Sheet, count: int, ground: float) -> None:
    for n in range(count):
        x, tall = (n + 0.3 + chance.jitter() * 0.5) / count, 0.16 + chance.jitter() * 0.22
        for part in range(3):
            top, wide = ground - tall + part * tall * 0.24, 0.024 + part * 0.02
            foot = min(ground, top + tall * 0.5)
            sheet.pen.polygon(
                [sheet.at(x, top), sheet.at(x - wide, foot), sheet.at(x + wide, foot)], fill=sheet.near
            )


def _aurora(sheet: Sheet) -> None:
    for band in range(3):
        phase, base = chance.jitter() * 6, 0.24 + band * 0.13
        rays = round(90 * sheet.size[0] / sheet.size[1])
        for n in range(rays):
            x = n / rays
            y = base + 0.07 * math.sin(phase + x * 5)
            glow = mix(sheet.above, sheet.mark, 0.25 + 0.5 * abs(math.sin(phase + x * 11)))
            sheet.line([(x, y), (x + 0.01, y - 0.16 + 0.05 * math.sin(x * 23))], 0.9, glow)
    sheet.hills(0.86, 0.2, sheet.far)
    sheet.hills(1.0, 0.14, sheet.near, rough=0.7)


def _moor(sheet: Sheet) -> None:
    for n in range(4):
        sheet.hills(0.66 + n * 0.12, 0.1, mix(sheet.far, sheet.near, n / 3), rough=0.5)
    sheet.sun(0.3, 0.3, 0.06)


def _grid(sheet: Sheet) -> None:
    for n in range(1, 8):
        for points in ([(n / 8, 0.1), (n / 8, 0.9)], [(0.1, n / 8), (0.9, n / 8)]):
            sheet.line(points, 0.4, mix(sheet.far, sheet.below, 0.4))
    level, points = 0.7, []
    for n in range(15):
        level = min(0.85, max(0.15, level - 0.04 + (chance.jitter() - 0.5) * 0.2))
        points.append((0.12 + n * 0.054, level))
    sheet.line(points, 2.2, sheet.near)
    for x, y in points[::3]:
        sheet.sun(x, y, 0.025)


def _pylon(sheet: Sheet) -> None:
    sheet.sun(0.72, 0.3, 0.09)
    sheet.hills(0.9, 0.16, sheet.far)
    for x, tall in ((0.34, 0.66), (0.78, 0.4)):
        top, ground = 0.92 - tall, 0.94
        for side in (-1, 1):
            sheet.line([(x, top), (x + side * tall * 0.16, ground)], 1.3, sheet.near)
        for arm in (0.14, 0.3, 0.48):
            y, reach = top + tall * arm, tall * 0.22
            sheet.line([(x - reach, y), (x + reach, y)], 1.1, sheet.near)
    for n in range(3):
        start, end = 0.355 + n * 0.105, 0.575 + n * 0.064
        sheet.line([(0.34, start), (0.56, max(start, end) + 0.06), (0.78, end)], 0.5, sheet.near)


def _lamp(sheet: Sheet) -> None:
    sheet.hills(0.95, 0.1, sheet.far, rough=0.5)
    sheet.line([(0.4, 0.95), (0.4, 0.28), (0.46, 0.2), (0.6, 0.2)], 2.6, sheet.near)
    sheet.pen.polygon(
        [sheet.at(0.56, 0.22), sheet.at(0.7, 0.22), sheet.at(0.9, 0.95), sheet.at(0.44, 0.95)],
        fill=mix(sheet.below, sheet.mark, 0.3),
    )
    sheet.sun(0.63, 0.22, 0.05)
    sheet.line([(0.4, 0.6), (0.5, 0.66), (0.52, 0.8), (0.62, 0.86)], 1.5, sheet.near)


def _ledger(sheet: Sheet) -> None:
    sheet.pen.rectangle((*sheet.at(0.18, 0.14), *sheet.at(0.82, 0.88)), fill=(252, 251, 246))
    for n in range(9):
        y = 0.26 + n * 0.065
        sheet.line([(0.24, y), (0.24 + 0.2 + chance.jitter() * 0.16, y)], 0.9, sheet.far)
        sheet.line([(0.66 + chance.jitter() * 0.05, y), (0.76, y)], 1.1, sheet.near)
    sheet.line([(0.64, 0.83), (0.76, 0.83)], 1.8, sheet.mark)


def _caravan(sheet: Sheet) -> None:
    sheet.sun(0.76, 0.26, 0.08)
    sheet.hills(0.8, 0.24, sheet.far)
    sheet.hills(0.96, 0.06, sheet.near, rough=0.4)
    box = (*sheet.at(0.2, 0.5), *sheet.at(0.7, 0.8))
    sheet.pen.rounded_rectangle(box, radius=10 * sheet.unit, fill=(251, 250, 245))
    sheet.pen.rounded_rectangle(
        (*sheet.at(0.3, 0.57), *sheet.at(0.46, 0.66)), radius=2 * sheet.unit, fill=sheet.far
    )
    sheet.line([(0.2, 0.72), (0.7, 0.72)], 1.6, sheet.mark)
    sheet.line([(0.7, 0.8), (0.86, 0.84)], 1.6, sheet.near)
    sheet.sun(0.43, 0.82, 0.06, sheet.near)


def _workshop(sheet: Sheet) -> None:
    sheet.pen.polygon(
        [
            sheet.at(0.12, 0.9),
            sheet.at(0.12, 0.44),
            sheet.at(0.5, 0.22),
            sheet.at(0.88, 0.44),
            sheet.at(0.88, 0.9),
        ],
        fill=sheet.near,
    )
    for n in range(5):
        y = 0.52 + n * 0.08
        sheet.line([(0.26, y), (0.74, y)], 2.2, mix(sheet.near, sheet.below, 0.45))
    sheet.sun(0.5, 0.36, 0.04)


DRAWINGS: dict[str, tuple[str, Callable[[Sheet], None]]] = {
    "aurora": ("night", _aurora),
    "caravan": ("noon", _caravan),
    "dawn": ("morning", _dawn),
    "desert": ("sand", _desert),
    "grid": ("noon", _grid),
    "harbour": ("noon", _harbour),
    "lake": ("noon", _lake),
    "lamp": ("dusk", _lamp),
    "ledger": ("morning", _ledger),
    "moor": ("dusk", _moor),
    "pass": ("frost", _pass),
    "pines": ("morning", _pines),
    "pylon": ("dusk", _pylon),
    "ridge": ("morning", _ridge),
    "snow": ("frost", _snow),
    "wave": ("noon", _wave),
    "workshop": ("sand", _workshop),
}
