"""`make screenshots`: every page that matters at three widths, light and dark, in both languages.

Key pictures go to docs/screenshots/ (small, committed, shown in the README), all of them to
docs/screenshots/all/ (git-ignored). Serves a site of its own; the demo is seeded first.
"""

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.people import Stage, prepare
from tests.browser.site import ROOT, Site, serving
from tests.browser.visitor import ARGUMENTS, WIDTHS, Visitor, chromium

TARGET = ROOT / "docs" / "screenshots"


@dataclass(frozen=True)
class Shot:
    """One page as one person sees it. `key` names the looks (width-theme-language) that are committed."""

    name: str
    path: str
    who: str = ""  # a kind of demo account; empty = guest
    key: tuple[str, ...] = ()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make screenshots", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--key", action="store_true", help="only the committed pictures")
    parser.add_argument(
        "--data", type=Path, help="a folder like var/ with a seeded demo: copied, not seeded anew"
    )
    options = parser.parse_args()
    if not chromium():
        print("Chromium is not installed (apt-get install chromium)", file=sys.stderr)  # noqa: T201
        return 1
    with tempfile.TemporaryDirectory(prefix="convoy-shots-") as folder:
        var = Path(folder) / "var"
        if options.data:
            shutil.copytree(options.data, var, ignore=shutil.ignore_patterns("services", "*.log"))
        problems = _photograph(Site(var), only=options.only, key_only=options.key)
    print("\n".join(problems) or "no problems heard")  # noqa: T201
    return bool(problems)


def _photograph(site: Site, *, only: str, key_only: bool) -> list[str]:
    """Serve the demo and take every picture asked for; what the pages complained about."""
    problems: list[str] = []
    with serving(site), sync_playwright() as playwright:
        stage = prepare(site, "demo")
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for shot in _shots(stage.places):
            if only in shot.name:
                problems += _take(browser, stage, shot, key_only=key_only)
        browser.close()
    return problems


def _take(browser: Browser, stage: Stage, shot: Shot, *, key_only: bool) -> list[str]:
    problems = []
    for width in WIDTHS:
        for theme in ("light", "dark"):
            for language in ("en", "zh"):
                look = f"{width}-{theme}-{language}"
                if key_only and look not in shot.key:
                    continue
                visitor = Visitor(browser, stage.site.address, width=width, theme=theme, language=language)
                if shot.who:
                    stage.enter(visitor, shot.who)
                visitor.open(shot.path, status=404 if shot.name == "lost" else 200)
                visitor.photograph(TARGET / "all" / f"{shot.name}-{look}.webp", full=True)
                if look in shot.key:
                    visitor.photograph(TARGET / f"{shot.name}-{look}.webp")
                if visitor.overflow():
                    problems.append(f"{shot.name} {look}: {visitor.overflow()} px too wide")
                problems += visitor.problems
                visitor.close()
    return problems


def _shots(found: dict[str, str]) -> list[Shot]:
    return [
        Shot("home", "/", key=("desktop-light-en", "phone-dark-zh")),
        Shot("home-member", "/", "owner"),
        Shot("boards", "/boards/"),
        Shot("board", found["board"], key=("desktop-light-zh",)),
        Shot("thread", found["thread"], key=("desktop-light-en",)),
        Shot("thread-zh", found["thread_zh"], key=("phone-light-zh",)),
        Shot("thread-member", found["thread"], "owner"),
        Shot("thread-moderator", found["thread"], "moderator"),
        Shot("write", found["write"], "owner"),
        Shot("search", f"/search/?q={found['word']}", key=("desktop-dark-zh",)),
        Shot("profile", found["member"]),
        Shot("sign-in", "/account/login/"),
        Shot("sign-up", "/account/signup/"),
        Shot("settings", "/account/settings/", "owner"),
        Shot("gallery", "/gallery/", "moderator"),
        Shot("lost", "/no-such-page/"),
    ]


if __name__ == "__main__":
    sys.exit(main())
