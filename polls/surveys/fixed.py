"""Questions whose words are the same everywhere, in both languages.

They stand here and not in the catalogues: a translator's better idea would make another question of them, and what was
asked a year ago could not be compared any more.
"""

from __future__ import annotations

NPS, CSAT = "nps", "csat"
STEPS = {NPS: (0, 10), CSAT: (1, 5)}
_WORDS = {
    NPS: {
        "en": "How likely are you to recommend {subject} to a friend or colleague?",
        "zh": "你有多大可能把{subject}推荐给朋友或同事？",
    },
    CSAT: {
        "en": "Overall, how satisfied are you with {subject}?",
        "zh": "总的来说，你对{subject}满意吗？",
    },
}
_ENDS = {
    NPS: {"en": ("not at all likely", "extremely likely"), "zh": ("完全不可能", "非常可能")},
    CSAT: {"en": ("very dissatisfied", "very satisfied"), "zh": ("非常不满意", "非常满意")},
}


def is_fixed(kind: str) -> bool:
    return kind in STEPS


def words(kind: str, subject: str, lang: str) -> str:
    """The question about this subject. `lang`: that of the survey; English for any other than Chinese."""
    told = _WORDS[kind]["zh" if lang.startswith("zh") else "en"]
    return told.replace("{subject}", subject)


def ends(kind: str, lang: str) -> tuple[str, str]:
    """What the lowest and the highest step mean."""
    return _ENDS[kind]["zh" if lang.startswith("zh") else "en"]
