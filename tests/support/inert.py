"""A page as a browser takes it apart: what runs in it, what it shows, what its forms hold."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from django.test import Client

_RUNS = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "srcset",
    "xlink:href",
    "ping",
    "background",
}
_NEVER = {
    "iframe",
    "object",
    "embed",
    "applet",
    "base",
    "frame",
    "frameset",
    "math",
    "noscript",
    "portal",
    "template",
}
_VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "use",
    "path",
}
_BAD_SCHEME = re.compile(
    r"[\x00-\x20]*(?:javascript|vbscript|data|file|livescript|mocha)[\x00-\x20]*:", re.IGNORECASE
)
_OWN_SCRIPT = re.compile(r"/static/")


class Page(HTMLParser):
    """`faults`: what no page of ours may hold. `fields`: what its forms hold, by name. The rest: what it shows."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.fields: dict[str, str] = {}
        self.headings: list[str] = []
        self.row_titles: list[str] = []
        self.errors: list[str] = []
        self.shown: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._field = ""
        self._script = ""
        self.feed(html)
        self.close()

    # -- what runs

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _NEVER:
            self.faults.append(f"<{tag}>")
        if tag == "script":
            self._script = given.get("type", "")
            ours = _OWN_SCRIPT.match(given.get("src", "")) or self._script == "application/json"
            if not ours:
                self.faults.append(f"<script {given}>")
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.faults.append("a page that leads away")
        for name, value in given.items():
            if name.startswith("on") or name in ("style", "srcdoc", "formmethod"):
                self.faults.append(f"<{tag} {name}={value[:60]!r}>")
            # Browsers drop these before they look for the scheme.
            if name in _RUNS and _BAD_SCHEME.match(re.sub("[\t\n\r]", "", value)):
                self.faults.append(f"<{tag} {name}={value[:60]!r}>")
            if name in ("src", "srcset") and not value.startswith("/"):
                self.faults.append(f"<{tag} {name}={value[:60]!r}> comes from elsewhere")
            if name in ("action", "formaction") and not value.startswith(("/", "?")) and value:
                self.faults.append(f"<{tag} {name}={value[:60]!r}> sends elsewhere")
        if tag == "textarea":
            self._field = given.get("name", "")
            self.fields[self._field] = ""
        if tag == "input" and "name" in given:
            self.fields[given["name"]] = given.get("value", "")
        if tag not in _VOID:
            self._open.append((tag, given.get("class", "")))
        if tag == "h1":
            self.headings.append("")
        if tag in ("h2", "h3", "h4") and self._is_title():
            self.row_titles.append("")
        if (
            "error" in given.get("class", "").split()
            or given.get("role") == "alert"
            or (tag == "li" and self._is_among_problems())
        ):
            self.errors.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID and self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # As a browser does: a line break right after the tag is none of the words.
            self.fields[self._field] = self.fields[self._field].removeprefix("\n")
            self._field = ""
        if tag == "script":
            self._script = ""
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                break

    # -- what is shown

    def _is_title(self) -> bool:
        return any("row-title" in css.split() for _tag, css in self._open)

    def _is_among_problems(self) -> bool:
        return any("problems" in css.split() for _tag, css in self._open)

    def handle_data(self, data: str) -> None:
        if self._field:
            self.fields[self._field] += data
            return
        if self._script:
            return
        self.shown.append(data)
        tags = [tag for tag, _css in self._open]
        if "h1" in tags:
            self.headings[-1] += data
        if self._is_title() and "a" in tags:
            self.row_titles[-1] += data
        is_error = any("error" in css.split() or "notice-bad" in css.split() for _tag, css in self._open)
        if self.errors and (is_error or ("li" in tags and self._is_among_problems())):
            self.errors[-1] += data

    @property
    def text(self) -> str:
        return squeezed(" ".join(self.shown))


def squeezed(text: str) -> str:
    """A text without its blanks: where a line breaks is the page's business."""
    return "".join(text.split())


def send(client: Client, address: str, data: dict[str, Any], *, kept: dict[str, str]) -> str:
    """Post a form. The address it leads to, or "" when it was refused with a reason and everything kept."""
    response = client.post(address, data)
    if response.status_code in (301, 302):
        return str(response["Location"])
    assert response.status_code in (200, 422), f"{response.status_code} for {kept!r}"
    page = Page(response.content.decode())
    assert page.faults == [], kept
    assert any(error.strip() for error in page.errors), f"refused without a reason: {kept!r}"
    for name, value in kept.items():
        assert squeezed(page.fields[name]) == squeezed(value), f"{name} was lost"
    return ""
