"""What people mistype, and what they meant: the same answers on every engine."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser

from community.search import queries
from community.search.asking import parse
from community.search.meant import meant
from community.search.sight import Sight

# In the community of `corpus`. An empty answer: nothing better is offered.
MEANT = {
    "caravna": "caravan",
    "Carvan": "caravan",
    "windscren": "windscreen",
    "qindscreen": "windscreen",
    "vinegear": "vinegar",
    "precondisoin": "precondition",
    "thrity minutes": "thirty minutes",
    "heat pupm": "heat pump",
    "streaks -vingar wipres": "streaks -vingar wipers",
    "发动机保氧": "发动机保养",
    "发动机抖懂": "",
    "充电装": "充电桩",
    "青海胡自驾": "青海湖自驾",
    "青海胡": "青海湖",
    "冬天續行": "冬天续航",
    "mobilnet": "",
    "zeppelin": "",
    "续航 zeppelin": "续航",
    "zeppelin caravan": "caravan",
    "量子力学": "",
    "caravan": "",
    "冬天续航": "",
    '"caravna"': "",
    "-caravna": "",
    "": "",
}


def answer(text: str, viewer: Any = None, **params: str) -> str:
    viewer = viewer or AnonymousUser()
    asked, sight = parse({"q": text, **params}), Sight(viewer)
    results = queries.search(viewer, asked, 1, sight)
    return meant(asked, sight, total=results.total, loose=results.loose)


def wrong() -> list[str]:
    """Each that was not answered as it must be."""
    told = []
    for text, better in MEANT.items():
        found = answer(text)
        if found != better:
            told.append(f"{text}: {found!r} instead of {better!r}")
    return told
