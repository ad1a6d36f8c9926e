"""Colours as people choose them and as the page uses them: parsing, contrast, an accent's dark twin.

Pure functions. A `Colour` is OKLCH: lightness 0–1, chroma ≥ 0, hue in degrees. Conversions follow
Björn Ottosson's OKLab (2020); contrast follows WCAG 2.2.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

AA_TEXT = 4.5

_HEX = re.compile(r"#?(?P<short>[0-9a-f]{3})|#?(?P<long>[0-9a-f]{6})", re.IGNORECASE)
_NUMBER = r"\d{0,3}(?:\.\d{1,8})?"
_OKLCH = re.compile(
    rf"oklch\(\s*(?P<l>{_NUMBER})(?P<pct>%?)[\s,]+(?P<c>{_NUMBER})[\s,]+(?P<h>-?{_NUMBER})(?:deg)?\s*\)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Colour:
    lightness: float
    chroma: float
    hue: float

    def css(self) -> str:
        """The colour as a CSS value, made of numbers only: safe to print into a style sheet."""
        return f"oklch({self.lightness:.4f} {self.chroma:.4f} {self.hue:.2f})"

    def rgb(self) -> tuple[int, int, int]:
        """sRGB, 0–255, chroma lowered until the colour can be shown."""
        red, green, blue = _linear(displayable(self))
        return _byte(red), _byte(green), _byte(blue)

    def hex(self) -> str:
        return "#{:02x}{:02x}{:02x}".format(*self.rgb())


# The surfaces an accent stands on, as in static/css/tokens.css.
LIGHT_SURFACES = (Colour(0.988, 0.002, 210), Colour(0.965, 0.004, 210))
DARK_SURFACES = (Colour(0.178, 0.009, 225), Colour(0.208, 0.010, 225))
ON_ACCENT_LIGHT = Colour(0.99, 0.005, 166)
ON_ACCENT_DARK = Colour(0.19, 0.03, 190)


def parse(text: str) -> Colour | None:
    """The colour written as `#1b6a4f`, `#1a5` or `oklch(0.46 0.105 166)`; None when it is neither."""
    text = text.strip()
    if match := _HEX.fullmatch(text):
        digits = match["long"] or "".join(c * 2 for c in match["short"])
        return _from_rgb(*(int(digits[i : i + 2], 16) for i in (0, 2, 4)))
    if match := _OKLCH.fullmatch(text):
        try:
            lightness, chroma, hue = float(match["l"]), float(match["c"]), float(match["h"])
        except ValueError:
            return None
        lightness = lightness / 100 if match["pct"] else lightness
        if not 0 <= lightness <= 1 or not 0 <= chroma <= 0.5:
            return None
        return Colour(lightness, chroma, hue % 360)
    return None


def contrast(one: Colour, other: Colour) -> float:
    """WCAG contrast ratio, 1–21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def weakest(accent: Colour, *, dark: bool) -> float:
    """The lowest contrast an accent has where the page puts it: as text on paper, and under text."""
    surfaces = DARK_SURFACES if dark else LIGHT_SURFACES
    on_accent = ON_ACCENT_DARK if dark else ON_ACCENT_LIGHT
    return min(contrast(accent, other) for other in (*surfaces, on_accent))


def dark_twin(accent: Colour) -> Colour:
    """The same hue, light enough to be read on dark paper."""
    return nearest_readable(Colour(0.82, min(accent.chroma * 9 / 7, 0.15), accent.hue), dark=True)


def nearest_readable(accent: Colour, *, dark: bool) -> Colour:
    """The closest lightness of the same hue that reads well everywhere the page puts it."""
    step = 0.005 if dark else -0.005
    candidate = accent
    while weakest(candidate, dark=dark) < AA_TEXT and 0 < candidate.lightness + step < 1:
        candidate = displayable(Colour(candidate.lightness + step, accent.chroma, accent.hue))
    return candidate


def displayable(colour: Colour) -> Colour:
    """The colour with its chroma lowered as far as an sRGB screen needs."""
    if _in_gamut(colour):
        return colour
    low, high = 0.0, colour.chroma
    for _ in range(24):
        middle = (low + high) / 2
        if _in_gamut(Colour(colour.lightness, middle, colour.hue)):
            low = middle
        else:
            high = middle
    return Colour(colour.lightness, low, colour.hue)


def _in_gamut(colour: Colour) -> bool:
    return all(-1e-4 <= channel <= 1 + 1e-4 for channel in _linear(colour))


def _luminance(colour: Colour) -> float:
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in _linear(displayable(colour)))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: Colour) -> tuple[float, float, float]:
    a = colour.chroma * math.cos(math.radians(colour.hue))
    b = colour.chroma * math.sin(math.radians(colour.hue))
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _from_rgb(red: int, green: int, blue: int) -> Colour:
    r, g, b = (_to_linear(channel / 255) for channel in (red, green, blue))
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b_axis = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Colour(lightness, math.hypot(a, b_axis), math.degrees(math.atan2(b_axis, a)) % 360)


def _to_linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _byte(channel: float) -> int:
    channel = min(1.0, max(0.0, channel))
    return round(255 * (channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055))
