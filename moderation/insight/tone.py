"""Whether words praise or criticise, by two short published lists. No database, no request.

The rule: each word of a list counts one, for praise or against it; a negation just before it turns it round; more of
one than of the other decides. It sees no irony, no comparison and nothing that is not on the lists, so it is read in
sums alone, never of one person, and `measured` says how often it agrees with people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from moderation.insight.tone_sample import SAMPLE
from moderation.raises.policy import Share


class Tone(StrEnum):
    POSITIVE = "positive"
    CRITICAL = "critical"
    NEITHER = "neither"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PRAISE = {
    "en": _words(
        """amazing beautiful best brilliant comfortable delighted easy excellent fantastic flawless good great happy
        impressed improved love loved lovely nice perfect pleased proud quick quiet recommend reliable satisfied
        smooth solid super thank thanks thrilled well wonderful worth"""
    ),
    "zh": _words(
        """喜欢 满意 完美 优秀 推荐 开心 高兴 舒服 舒适 安静 省心 可靠 值得 好用 漂亮 惊喜 感谢 谢谢 方便 顺畅 给力 不错
        很好 真好 点赞"""
    ),
}
BLAME = {
    "en": _words(
        """angry annoyed annoying awful bad broke broken cheap complaint crash defect disappointed disappointing
        disappointment expensive fail failed fails failure fault faulty frustrated frustrating horrible ignored late
        leak leaks lied mistake noise noisy poor problem problems refused regret rattle rattles sad scam slow stuck
        terrible trouble unacceptable unhappy unreliable useless waste worse worst wrong"""
    ),
    "zh": _words(
        """失望 差劲 糟糕 垃圾 故障 异响 漏水 投诉 后悔 生气 气愤 无语 太贵 太慢 问题 坏了 抖动 断电 趴窝 推诿 敷衍 忽悠
        骗 难用 难受 不满 不好 不行 维权 退车 缺陷 太差 很差"""
    ),
}
_NOT_EN = frozenset(
    ["not", "no", "never", "without", "hardly", "isn't", "wasn't", "don't", "didn't", "doesn't"]
)
_REACH = 3  # words before, over which a negation reaches
_NOT_ZH = ("没有", "不", "没", "无", "别", "从未")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


def tone_of(text: str) -> Tone:
    """English and Chinese alike, mixed too."""
    told = text.casefold().replace("’", "'")
    balance = _english(told) + _chinese(told)
    if balance > 0:
        return Tone.POSITIVE
    return Tone.CRITICAL if balance < 0 else Tone.NEITHER


def _english(text: str) -> int:
    praise, blame, balance = set(PRAISE["en"]), set(BLAME["en"]), 0
    words = _WORD.findall(text)
    for place, word in enumerate(words):
        weight = (word in praise) - (word in blame)
        if weight and _NOT_EN.intersection(words[max(0, place - _REACH) : place]):
            weight = -weight
        balance += weight
    return balance


@cache
def _chinese_words() -> re.Pattern[str]:
    words = sorted([*PRAISE["zh"], *BLAME["zh"]], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


def _chinese(text: str) -> int:
    praise, balance = set(PRAISE["zh"]), 0
    for found in _chinese_words().finditer(text):
        weight = 1 if found[0] in praise else -1
        if text[: found.start()].endswith(_NOT_ZH):
            weight = -weight
        balance += weight
    return balance


@dataclass(frozen=True, slots=True)
class Measured:
    """How the lists do on sentences that a person marked before: right at all, and where they decide."""

    right: Share
    decided: Share  # right, among those called positive or critical


def measure(sample: Iterable[tuple[str, str]]) -> Measured:
    """`sample`: what a person called it, and the sentence."""
    told = [(meant, str(tone_of(text))) for meant, text in sample]
    said = [(meant, tone) for meant, tone in told if tone != Tone.NEITHER]
    return Measured(
        Share(sum(meant == tone for meant, tone in told), len(told)),
        Share(sum(meant == tone for meant, tone in said), len(said)),
    )


@cache
def measured() -> Measured:
    """On the sample that is published with the lists."""
    return measure(SAMPLE)
