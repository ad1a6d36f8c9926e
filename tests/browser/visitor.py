"""Somebody with a browser: a window of one size, one theme, one language, and an ear for what goes wrong."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Response

from tests.browser import axe

CHROMIUM = (Path("/usr/bin/chromium"), Path("/usr/bin/chromium-browser"), Path("/usr/bin/google-chrome"))
# No window system, and nothing that calls home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
]
WIDTHS = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1440, 900)}
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}


def chromium() -> Path | None:
    """The Chromium installed here, if any."""
    return next((path for path in CHROMIUM if path.exists()), None)


class Visitor:
    """One browser context on one site. `problems` is what the console and the network complained about."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        *,
        width: str = "desktop",
        theme: str = "light",
        language: str = "en",
        javascript: bool = True,
        reduced_motion: bool = True,
    ) -> None:
        self.address, self.width, self.theme, self.language = address, width, theme, language
        columns, rows = WIDTHS[width]
        self.context = browser.new_context(
            base_url=address,
            viewport={"width": columns, "height": rows},
            color_scheme="dark" if theme == "dark" else "light",
            locale=LANGUAGES[language],
            timezone_id="Asia/Shanghai" if language == "zh" else "Europe/London",
            java_script_enabled=javascript,
            reduced_motion="reduce" if reduced_motion else "no-preference",
            has_touch=width == "phone",
            is_mobile=width == "phone",
        )
        self.context.set_default_timeout(10_000)
        self.problems: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._problem(f"script error: {error}"))
        self.page.on("response", self._response)
        self.page.on(
            "requestfailed", lambda request: self._problem(f"failed: {request.url} {request.failure}")
        )

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._problem(f"console {message.type}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._problem(f"{response.status}: {response.url}")
        if not response.url.startswith((self.address, "data:", "blob:")):
            self._problem(f"foreign origin: {response.url}")

    def _problem(self, text: str) -> None:
        aborted = "net::ERR_ABORTED" in text  # the reader went on before it was there
        if not aborted and not any(pattern.search(text) for pattern in self._expected):
            self.problems.append(f"{text} (on {self.page.url})")

    @contextmanager
    def expecting(self, pattern: str) -> Iterator[None]:
        """Inside, problems that match are part of the test: an error page looked at on purpose."""
        compiled = re.compile(pattern)
        self._expected.append(compiled)
        try:
            yield
        finally:
            self._expected.remove(compiled)

    def open(self, path: str, *, status: int = 200) -> Response:
        """Go to a path of the site; fails unless it answers with `status`."""
        with self.expecting(rf"{status}\b" if status >= 400 else r"(?!)"):
            response = self.page.goto(path)
        assert response is not None
        assert response.status == status, f"{path}: {response.status}"
        return response

    def violations(self, *, without: tuple[str, ...] = ()) -> list[str]:
        """What axe holds against the page, one line each; rules in `without` do not count.

        Looked at in a window as tall as the page: bars that stay in sight cover nothing then.
        """
        before = self.page.viewport_size
        tall: int = self.page.evaluate("() => document.documentElement.scrollHeight")
        if before:
            self.page.set_viewport_size(
                {"width": before["width"], "height": max(before["height"], tall + 200)}
            )
        found = axe.violations(self.page, without=without)
        if before:
            self.page.set_viewport_size(before)
        return found

    def overflow(self) -> int:
        """Pixels the page is wider than its window: more than 0 means a sideways scroll bar."""
        wide: int = self.page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wide

    def photograph(self, target: Path, *, full: bool = False, longest: int = 4000) -> None:
        """The page as WebP, cut at `longest` pixels."""
        raw = self.page.screenshot(full_page=full, animations="disabled", caret="hide")
        with Image.open(BytesIO(raw)) as image:
            target.parent.mkdir(parents=True, exist_ok=True)
            cut = image.convert("RGB").crop((0, 0, image.width, min(image.height, longest)))
            cut.save(target, "WEBP", quality=78, method=6)

    def close(self) -> None:
        self.context.close()
