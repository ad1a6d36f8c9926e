"""How long a text takes to read. Pure."""

import math
import re

WORDS_A_MINUTE = 230
CHARACTERS_A_MINUTE = 420  # Chinese, in characters

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile(r"\w+(?:[’'-]\w+)*")


def minutes(text: str) -> int:
    """Whole minutes, at least one. Chinese is counted in characters, everything else in words."""
    characters = len(_HAN.findall(text))
    words = len(_WORD.findall(_HAN.sub(" ", text)))
    return max(1, math.ceil(words / WORDS_A_MINUTE + characters / CHARACTERS_A_MINUTE))
