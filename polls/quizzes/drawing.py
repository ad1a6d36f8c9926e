"""A result as a picture of its own: 1200 by 630, drawn here, with letters of both languages.

Letters come from fonts of the machine (`QUIZ_CARD_FONTS`, else the usual places). Where none is found that has the
letters of a text, the text is left out: a card says less, and shows no empty boxes.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache as kept
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from community.core.text import clean_source
from polls.quizzes.models import Card

WIDTH, HEIGHT = 1200, 630
INK, SOFT, PAPER, ROAD = (28, 32, 30), (92, 99, 94), (250, 249, 246), (21, 105, 86)
RIDGES = ((222, 229, 225), (198, 211, 205), (160, 180, 171))
DAY = 24 * 3600
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
    key = f"quiz.card:{card.pk}:{card.attempt.quiz.title}:{name}:{card.lang}"
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
    if quiz.is_knowledge:
        said = _("%(right)d of %(asked)d right") % {"right": attempt.right_count, "asked": attempt.asked}
        below = _("Passed.") if attempt.is_passed else ""
    else:
        said = attempt.outcome.title if attempt.outcome else _("Nothing in particular")
        below = attempt.outcome.text if attempt.outcome else ""
    y = _write(draw, quiz.title, (80, 300), 34, SOFT, most=2)
    y = _write(draw, said, (80, y + 8), 76, INK, most=2)
    _write(draw, below, (80, y + 4), 30, SOFT, most=1)
    if quiz.is_knowledge:
        _draw_road(draw, attempt.right_count, attempt.asked)
    _write(draw, name, (80, 572), 26, INK, most=1)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def has_letters_of(text: str) -> bool:
    """Whether this machine has a font for the text."""
    return not text.strip() or _font(text, 20) is not None


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


def _write(
    draw: ImageDraw.ImageDraw,
    text: str,
    at: tuple[int, int],
    size: int,
    colour: tuple[int, int, int],
    *,
    most: int,
) -> int:
    """Write in at most so many lines; where the next line would begin."""
    text = " ".join(clean_source(text).split())
    font = _font(text, size) if text else None
    x, y = at
    if font is None:
        return y
    for line in _lines(text, font, WIDTH - 2 * x, most):
        draw.text((x, y), line, fill=colour, font=font)
        y += round(size * 1.3)
    return y


def _lines(text: str, font: Font, width: int, most: int) -> list[str]:
    """The text broken where words end, or between Chinese characters; the last line ends in … where more was said."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and font.getlength(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    lines.append(line.rstrip())
    told = lines[:most]
    for place, line in enumerate(told):
        cut = len(lines) > most and place == most - 1
        while line and font.getlength(line + ("…" if cut else "")) > width:
            line, cut = line[:-1], True
        told[place] = line + ("…" if cut else "")
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


def _font(text: str, size: int) -> Font | None:
    """The first font that has every letter of the text."""
    for path in _paths():
        font = _opened(path, size)
        if font is not None and all(_has(path, letter) for letter in set(text) if not letter.isspace()):
            return font
    return None


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
