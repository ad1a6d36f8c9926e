"""The production topology as tests see it: what its own script says of it, and somebody who visits through Caddy."""

from __future__ import annotations

import re
import ssl
import subprocess
from email import message_from_bytes, policy
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPSHandler, Request, build_opener

from tests.support.inert import Page

ROOT = Path(__file__).resolve().parents[2]


def stack(*words: str) -> str:
    ran = subprocess.run(
        [ROOT / "deploy/stack.sh", *words], capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return ran.stdout


class Stack:
    """The running stack, and what its own script says of it."""

    def __init__(self) -> None:
        self.told = dict(re.findall(r"(\w+)=(\S+)", stack("env")))
        self.url = self.told["STACK_URL"]
        self.tls = ssl.create_default_context(cafile=self.told["STACK_CA"])

    def inside(self, name: str, path: str) -> HTTPResponse:
        """Ask one process, past the proxy."""
        port = self.told[f"STACK_PORT_{name.upper()}"]
        return build_opener().open(f"http://127.0.0.1:{port}{path}", timeout=20)  # type: ignore[no-any-return]

    def is_up(self, name: str) -> bool:
        try:
            return self.inside(name, "/healthz").status == 200
        except (URLError, OSError):
            return False

    def last_code(self) -> str:
        """The code in the newest mail."""
        newest = max(Path(self.told["STACK_MAIL"]).glob("*.eml"))
        message = message_from_bytes(newest.read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))
        assert body
        found = re.search(r"^\s*(\d{6})\s*$", body.get_content(), re.MULTILINE)
        assert found, body.get_content()
        return found.group(1)


class Visitor:
    """Somebody with a browser: cookies and forms, over TLS that is really checked."""

    def __init__(self, site: Stack) -> None:
        self.site, self.jar = site, CookieJar()
        self.opener = build_opener(HTTPSHandler(context=site.tls), HTTPCookieProcessor(self.jar))
        self.at = ""

    def open(self, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
        data = urlencode(form).encode() if form is not None else None
        request = Request(
            self.site.url + path,
            data=data,
            headers={"Referer": self.site.url + path, "Accept": "text/html"} | headers,
        )
        try:
            with self.opener.open(request, timeout=30) as answer:
                self.at = urlsplit(answer.url).path
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            return refused.code, refused.read().decode("utf-8", "replace")

    def fill(self, path: str, **fields: str) -> dict[str, str]:
        """The form at `path`, filled in."""
        status, page = self.open(path)
        assert status == 200, (path, status)
        token = Page(page).fields
        return {
            name: token[name] for name in ("csrfmiddlewaretoken", "key", "awake") if name in token
        } | fields


def signed_up(site: Stack, name: str, email: str) -> Visitor:
    """Somebody who signed up by a mailed code, through the proxy."""
    visitor = Visitor(site)
    form = visitor.fill("/account/signup/", name=name, email=email, how="code", rules="on")
    status, page = visitor.open("/account/signup/", form)
    assert status == 200, page[:2000]
    code = visitor.fill(visitor.at, code=site.last_code())
    status, _ = visitor.open(visitor.at, code)
    assert (status, visitor.at) == (200, "/")
    return visitor
