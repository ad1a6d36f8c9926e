"""A result as a picture of its own: 1200 by 630, drawn here, with letters of both languages.

Letters come from fonts of the machine (`QUIZ_CARD_FONTS`, else the usual places): from the first one that has them all,
else each stretch from the first that has it. What none of them has, as a coloured picture in a name, is left out: a card
says less, and shows no empty boxes.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache as kept
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from community.core.text import clean_source
from community.members.house import brand_name
from polls.quizzes.models import Card

WIDTH, HEIGHT = 1200, 630
INK, SOFT, PAPER, ROAD = (28, 32, 30), (92, 99, 94), (250, 249, 246), (21, 105, 86)
RIDGES = ((222, 229, 225), (198, 211, 205), (160, 180, 171))
DAY = 24 * 3600
_VARIANTS = re.compile("[\ufe00-\ufe0f]")
_PLACES = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
)
_SIMPLIFIED = 2  # the third face of the Noto collections: simplified Chinese

Font = ImageFont.FreeTypeFont


def kept_card(card: Card, *, name: str) -> bytes:
    """The picture as PNG; drawn once a day at most."""
    told = [card.pk, card.lang, card.attempt.quiz.title, name, brand_name(), *said_of(card)]
    key = f"quiz.card:{told!r}"
    found = kept.get(_digest(key))
    if isinstance(found, bytes):
        return found
    drawn = draw_card(card, name=name)
    kept.set(_digest(key), drawn, DAY)
    return drawn


def draw_card(card: Card, *, name: str) -> bytes:
    """The picture as PNG, in the language that is active."""
    attempt, quiz = card.attempt, card.attempt.quiz
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    _draw_land(draw)
    said, below = said_of(card)
    y = _write(draw, quiz.title, (80, 300), 34, SOFT, most=2)
    y = _write(draw, said, (80, y + 8), 76, INK, most=2)
    _write(draw, below, (80, y + 4), 30, SOFT, most=1)
    if quiz.is_knowledge:
        _draw_road(draw, attempt.right_count, attempt.asked)
    brand = _face(_plain(brand_name()), 26)
    draw_x = WIDTH - 80 - round(brand.length(brand.text))
    brand.draw(draw, (draw_x, 572), brand.text, SOFT)
    _write(draw, name, (80, 572), 26, INK, most=1, to=draw_x - 40)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def said_of(card: Card) -> tuple[str, str]:
    """What came of it in a few words, and what is told below; in the language that is active."""
    attempt = card.attempt
    if attempt.quiz.is_knowledge:
        said = _("%(right)d of %(asked)d right") % {"right": attempt.right_count, "asked": attempt.asked}
        return said, _("Passed.") if attempt.is_passed else ""
    if attempt.outcome is None:
        return _("Nothing in particular"), ""
    return attempt.outcome.title, attempt.outcome.text


def has_letters_of(text: str) -> bool:
    """Whether this machine has fonts for all of the text."""
    return _face(text, 20).text == text


def _draw_land(draw: ImageDraw.ImageDraw) -> None:
    lines = (
        ((0, 220), (170, 120), (330, 170), (520, 60), (700, 140), (900, 70), (1060, 130), (1200, 100)),
        ((0, 240), (220, 190), (430, 220), (640, 170), (860, 215), (1040, 180), (1200, 220)),
        ((0, 252), (300, 238), (600, 248), (900, 236), (1200, 250)),
    )
    for ridge, colour in zip(lines, RIDGES, strict=True):
        draw.polygon([*ridge, (1200, 268), (0, 268)], fill=colour)
    draw.rectangle((0, 266, 1200, 271), fill=INK)


def _draw_road(draw: ImageDraw.ImageDraw, right: int, asked: int) -> None:
    """A stone for each question, those that were right filled first: how many, not which."""
    left, width, y = 80, 1040, 540
    draw.line((left, y, left + width, y), fill=ROAD, width=5)
    for place in range(asked):
        x = left + width * (place + 0.5) / asked
        draw.ellipse(
            (x - 11, y - 11, x + 11, y + 11), fill=ROAD if place < right else PAPER, outline=ROAD, width=4
        )


@dataclass(frozen=True, slots=True)
class _Face:
    """A text as this machine can draw it, and the font of each of its letters."""

    text: str
    fonts: dict[str, Font]

    def length(self, text: str) -> float:
        return sum(font.getlength(part) for font, part in self._parts(text))

    def draw(
        self, draw: ImageDraw.ImageDraw, at: tuple[float, int], text: str, colour: tuple[int, int, int]
    ) -> None:
        x, y = at
        for font, part in self._parts(text):
            draw.text((x, y + self._ascent(text) - font.getmetrics()[0]), part, fill=colour, font=font)
            x += font.getlength(part)

    def _ascent(self, text: str) -> int:
        """From the top to the line on which letters of different fonts stand together."""
        return max((font.getmetrics()[0] for font, _part in self._parts(text)), default=0)

    def _parts(self, text: str) -> list[tuple[Font, str]]:
        parts: list[tuple[Font, str]] = []
        for letter in text:
            font = self.fonts.get(letter) or (
                parts[-1][0] if parts else next(iter(self.fonts.values()), None)
            )
            if font is None:
                continue
            if parts and parts[-1][0] is font:
                parts[-1] = (font, parts[-1][1] + letter)
            else:
                parts.append((font, letter))
        return parts


def _face(text: str, size: int) -> _Face:
    """The text without what no font here has."""
    letters = {letter for letter in text if not letter.isspace()}
    whole = next((path for path in _paths() if all(_has(path, letter) for letter in letters)), None)
    paths = [whole] if whole else list(_paths())
    fonts: dict[str, Font] = {}
    for letter in sorted(letters, key=text.index):
        path = next((path for path in paths if _has(path, letter)), None)
        font = _opened(path, size) if path else None
        if font is not None:
            fonts[letter] = font
    if not fonts:
        return _Face("" if letters else text, fonts)
    kept_letters = "".join(letter for letter in text if letter.isspace() or letter in fonts)
    return _Face(kept_letters, fonts)


def _plain(text: str) -> str:
    """One line, without signs that only choose how the letter before them looks."""
    return " ".join(_VARIANTS.sub("", clean_source(text)).split())


def _write(
    draw: ImageDraw.ImageDraw,
    text: str,
    at: tuple[int, int],
    size: int,
    colour: tuple[int, int, int],
    *,
    most: int,
    to: int = WIDTH - 80,
) -> int:
    """Write in at most so many lines, no further right than `to`; where the next line would begin."""
    face = _face(_plain(text), size)
    x, y = at
    for line in _lines(_plain(face.text), face, to - x, most):
        face.draw(draw, (x, y), line, colour)
        y += round(size * 1.3)
    return y


def _lines(text: str, face: _Face, width: int, most: int) -> list[str]:
    """The text broken where words end, or between Chinese characters; the last line ends in … where more was said."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and face.length(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        while face.length(piece.rstrip()) > width:  # a word longer than a line
            fits = next(n for n in range(len(piece), 0, -1) if n == 1 or face.length(piece[:n]) <= width)
            lines.append(piece[:fits])
            piece = piece[fits:]
        line += piece
    lines.append(line.rstrip())
    told = [line for line in lines if line][:most]
    if len([line for line in lines if line]) > most:
        last = told[-1]
        while last and face.length(f"{last}…") > width:
            last = last[:-1]
        told[-1] = f"{last.rstrip()}…"
    return told


def _pieces(text: str) -> Iterator[str]:
    piece = ""
    for letter in text:
        if ord(letter) > 0x2E7F and piece and letter not in "，。！？：；、）》」":
            yield piece
            piece = ""
        piece += letter
        if letter == " ":
            yield piece
            piece = ""
    if piece:
        yield piece


@cache
def _paths() -> tuple[str, ...]:
    wanted = getattr(settings, "QUIZ_CARD_FONTS", None) or _PLACES
    return tuple(path for path in map(str, wanted) if Path(path).is_file())


@lru_cache(maxsize=64)
def _opened(path: str, size: int) -> Font | None:
    try:
        return ImageFont.truetype(path, size, index=_SIMPLIFIED if "CJK" in path else 0)
    except OSError:
        return None


@lru_cache(maxsize=20_000)
def _has(path: str, letter: str) -> bool:
    """Whether the font draws this letter, and not the box it draws for what it does not know."""
    font = _opened(path, 20)
    if font is None:
        return False
    return bytes(font.getmask(letter)) != bytes(font.getmask("\U0010fffe")) or letter == "\U0010fffe"


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
