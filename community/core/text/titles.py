"""Titles: one clean line, and in Chinese broken between phrases instead of inside words."""

import re
import unicodedata
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from community.core.access import Invalid
from community.core.text.characters import clean_source, is_blank, is_cjk_letter, trim_marks

MAX_TITLE = 160

# Show nothing and make two titles look alike. Joiners stay where scripts or emoji need them (below).
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2060-\u2064]"
)
_JOINERS = re.compile("[\u200c\u200d]+")


def normalise_title(title: str, *, field: str = "title") -> str:
    """A title as it is stored: NFC, one line, single spaces, nothing invisible.

    Raises Invalid (`field`) when nothing is left or more than MAX_TITLE characters are.
    """
    if len(title) > 20 * MAX_TITLE:
        raise _too_long(len(title), field)
    text = unicodedata.normalize("NFC", clean_source(title))
    text = _JOINERS.sub(_needed_joiner, _INVISIBLE.sub("", text))
    text = trim_marks(" ".join(text.split()))
    if is_blank(text):
        raise Invalid(_("A title needs at least one visible character."), field=field, code="empty")
    if len(text) > MAX_TITLE:
        raise _too_long(len(text), field)
    return text


def _too_long(length: int, field: str) -> Invalid:
    return Invalid(
        _("This title is %(length)s characters long; the limit is %(limit)s. Details fit better in the text.")
        % {"length": f"{length:,}", "limit": MAX_TITLE},
        field=field,
        code="too_long",
    )


def _needed_joiner(found: re.Match[str]) -> str:
    """One joiner between letters of a joining script or parts of an emoji; none elsewhere."""
    text = found.string
    sides = text[found.start() - 1 : found.start()] + text[found.end() : found.end() + 1]
    joins = len(sides) == 2 and all(ord(side) > 0x2FF and not is_cjk_letter(side) for side in sides)
    return found.group()[0] if joins else ""


# Words that end a phrase, and words that begin one: where a reader of Chinese takes breath.
_ENDS = "的了吗呢吧啊么嘛着过们"
_BEGINS = (
    "为什么|为啥|怎么样|怎么|怎样|如何|是不是|有没有|能不能|会不会|可不可以|要不要|该不该|值不值得|哪些|哪个|哪里|"
    "什么|多少|是否|因为|所以|如果|虽然|但是|不过|而且|还是|或者|以及|关于|对于|求助|请问|请教|分享|建议|推荐|"
    "只剩|只有|只能|正常|没有|不能|不会|不是|一起|可以|需要|应该|已经|大家|今天|昨天|第一次|"
    "和|与|及|或|在|把|被|从|向|给|跟|比|但|却|才|就|都|也|还|再|又|最|很|太|更"
)
_WHOLE_WORDS = """
为什么 什么 怎么 这么 那么 多么 比亚迪 性价比 目的 的确 的士 了解 了如 过程 过年 过来
过去 过夜 过户 过保 超过 经过 通过 不过 着急 着火 着陆 比如 比较 对比 占比 同比
还有 还是 再见 与其 参与 和谐 温和 总和 在线 存在 现在 从来 给力 给油 就是 也是
都是 最近 最后 太阳 更新 更换 更改 变更 也许 跟车 被动 才能 人才 以及 普及 方向
倾向 转向 首都 成都 吧台 过滤 把手 车把 向导 很多
"""
_BREAK_BEFORE = re.compile(f"(?:{_BEGINS})")
_KEPT = re.compile("|".join(_WHOLE_WORDS.split()))
_MARKS_AFTER = "｜，。！？；：、…—）】》」』〉”’,;:!?)]"
_MARKS_BEFORE = "（【《「『〈“‘([#"
MIN_PHRASE = 2


@lru_cache(maxsize=2_048)  # lists show the same titles again and again
def phrases(title: str) -> SafeString:
    """HTML of a title with `<wbr>` where a Chinese line may break well.

    For elements styled `word-break: keep-all; overflow-wrap: anywhere`. Latin titles come back as they are.
    """
    return mark_safe("<wbr>".join(escape(part) for part in split_phrases(title)))  # noqa: S308  parts escaped


def split_phrases(title: str) -> list[str]:
    """The title in pieces that should stay on one line; joined they are the title again."""
    if not any(is_cjk_letter(char) for char in title):
        return [title] if title else []
    inside = {index for kept in _KEPT.finditer(title) for index in range(kept.start() + 1, kept.end())}
    begins = {found.start() for found in _BREAK_BEFORE.finditer(title)}
    parts: list[str] = []
    start = 0
    for at in range(1, len(title)):
        if at in inside or not _may_break(title, at, begins):
            continue
        if _weight(title[start:at]) < MIN_PHRASE or _weight(title[at:]) < MIN_PHRASE:
            continue
        parts.append(title[start:at])
        start = at
    return [*parts, title[start:]]


def _may_break(title: str, at: int, begins: set[int]) -> bool:
    before, after = title[at - 1], title[at]
    if after in _MARKS_AFTER or before in _MARKS_BEFORE or after == " " or before == " ":
        return False  # a space breaks by itself
    if before in _MARKS_AFTER or after in _MARKS_BEFORE:
        return is_cjk_letter(before) or is_cjk_letter(after) or ord(before) > 0x2FFF
    if at in begins:
        return True
    if is_cjk_letter(before) and is_cjk_letter(after):
        return before in _ENDS and after not in _ENDS
    if is_cjk_letter(before) or is_cjk_letter(after):
        # Beside a Latin word of some length, not before its particle; 4S店 and 3年 stay whole.
        word = _latin_run(title, at if is_cjk_letter(before) else at - 1)
        return len(word) > 2 and not word.isdigit() and after not in _ENDS
    return False


def _latin_run(title: str, at: int) -> str:
    start = end = at
    while start > 0 and title[start - 1].isalnum() and not is_cjk_letter(title[start - 1]):
        start -= 1
    while end < len(title) and title[end].isalnum() and not is_cjk_letter(title[end]):
        end += 1
    return title[start:end]


def _weight(part: str) -> int:
    return sum(char.isalnum() for char in part)
