"""Which browser on which system, read from what a browser says of itself. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

# The first that matches: most browsers name the others too.
_BROWSERS = (
    (r"MicroMessenger/", "WeChat"),
    (r"\bEdgA?/|EdgiOS/", "Edge"),
    (r"\bOPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"HuaweiBrowser/", "Huawei Browser"),
    (r"UCBrowser/", "UC Browser"),
    (r"QQBrowser/", "QQ Browser"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"CriOS/|Chrome/|Chromium/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"HarmonyOS|OpenHarmony", "HarmonyOS"),
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Macintosh|Mac OS X", "Mac"),
    (r"CrOS", "ChromeOS"),
    (r"Linux|X11", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """`browser` and `system` are proper names, empty when unknown."""

    browser: str
    system: str

    @property
    def known(self) -> bool:
        return bool(self.browser or self.system)


def device(user_agent: str) -> Device:
    """Browser and system named in a User-Agent header."""
    return Device(_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))


def _first(patterns: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in patterns if re.search(pattern, text)), "")
