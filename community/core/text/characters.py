"""What single characters mean to us: which to drop, which are Chinese, which show nothing."""

import re
import unicodedata

# Han, kana, hangul and bopomofo letters: scripts written without spaces between words.
CJK_LETTERS = (
    "\u3005-\u3007\u3040-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# Their punctuation and the full-width forms.
CJK_MARKS = "\u2e80-\u2fdf\u3000-\u3004\u3008-\u303f\u3200-\u33ff\ufe30-\ufe4f\uff00-\uffef"

UNREADABLE = "\ufffd"  # what stands where something could not be read

cjk_letter = re.compile(f"[{CJK_LETTERS}]")
cjk_any = re.compile(f"[{CJK_LETTERS}{CJK_MARKS}]")

# C0 but tab and newline, DEL, C1, explicit bidi controls (they reorder what stands around them and
# isolates left open leak out of their post), interlinear annotations, noncharacters, the byte-order mark.
_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufeff\ufffe\uffff]"
)
_NEWLINES = re.compile("\r\n|[\r\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")  # alone: they cannot be stored as UTF-8

# Take up a place and show nothing: hangul fillers, braille blank, Khmer inherent vowels, Mongolian separator.
BLANK_LETTERS = "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0"
_NOTHING_TO_SEE = re.compile(f"[{BLANK_LETTERS}\\s\u034f\u00ad]")

MAX_MARKS = 6  # more accents on one letter than any script writes
_ACCENT = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MARK_PILES = re.compile(f"({_ACCENT}{{{MAX_MARKS}}}){_ACCENT}+")


def clean_source(source: str) -> str:
    """The text as it may be stored: one kind of newline, no controls, overrides or broken characters."""
    text = _NEWLINES.sub("\n", source)
    text = _DROPPED.sub("", text)
    return _SURROGATES.sub(UNREADABLE, text)


def trim_marks(text: str) -> str:
    """Piles of combining marks cut to a height that stays within its own line."""
    return _MARK_PILES.sub(r"\1", text)


def is_blank(text: str) -> bool:
    """True when nothing in the text leaves a mark on the page."""
    return not any(
        unicodedata.category(char)[0] not in "CZ" and not unicodedata.combining(char)
        for char in set(_NOTHING_TO_SEE.sub("", text))
    )


def seen_length(text: str) -> int:
    """How many characters of a text are more than padding; 0 for one that leaves no mark on the page."""
    return 0 if is_blank(text) else sum(unicodedata.category(char)[0] != "C" for char in text)


def is_cjk(char: str) -> bool:
    """A letter or mark of Chinese, Japanese or Korean typesetting."""
    return char > "\u2e7f" and cjk_any.match(char) is not None


def is_cjk_letter(char: str) -> bool:
    """A letter of a script that puts no spaces between words."""
    return char > "\u2fff" and cjk_letter.match(char) is not None


def mostly_chinese(text: str) -> bool:
    """True when Chinese characters carry the text (each says about as much as three Latin letters)."""
    han = len(cjk_letter.findall(text))
    return han > 0 and han * 3 >= len(re.findall("[A-Za-z]", text))
