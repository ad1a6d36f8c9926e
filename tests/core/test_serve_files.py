"""Style sheets and uploads, answered before Django is asked."""

import asyncio
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
import pytest

from community.core.statics import SiteFilesASGI, SiteFilesWSGI

CSS = "body { color: green }\n" * 60


async def beyond(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"beyond"})


def beyond_wsgi(environ: Any, start_response: Any) -> list[bytes]:
    start_response("404 Not Found", [])
    return [b"beyond"]


Ask = Callable[..., tuple[int, dict[str, str], bytes]]


@pytest.fixture
def folders(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    settings.EMBEDDED_WORKER = True
    from django.contrib.staticfiles import finders

    finders.get_finder.cache_clear()
    (tmp_path / "static" / "css").mkdir(parents=True)
    (tmp_path / "static" / "css" / "page.css").write_text(CSS)
    (tmp_path / "static" / "css" / "tiny.css").write_text("a{}")
    (tmp_path / "media" / "avatars").mkdir(parents=True)
    (tmp_path / "media" / "avatars" / "a.webp").write_bytes(b"RIFF0000WEBP")
    (tmp_path / "media" / "page.html").write_text("<script>alert(1)</script>")
    (tmp_path / "media" / "drawing.svg").write_text("<svg onload='alert(1)'/>")
    (tmp_path / "secret.txt").write_text("secret")
    yield tmp_path
    finders.get_finder.cache_clear()


def asgi(site: Any) -> Ask:
    def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "headers": told,
            "query_string": query.encode(),
        }
        asyncio.run(site(scope, None, send))
        answered = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], answered, b"".join(message.get("body", b"") for message in sent[1:])

    return ask


def wsgi(site: Any) -> Ask:
    def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        told: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            told["status"] = int(status.split(maxsplit=1)[0])
            told["headers"] = {name.lower(): value for name, value in headers}

        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "QUERY_STRING": query,
            "PATH_INFO": path.encode().decode("latin-1"),
        }
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        body = b"".join(site(environ, start))
        return told["status"], told["headers"], body

    return ask


@pytest.fixture(params=["asgi", "wsgi"])
def ask(request: pytest.FixtureRequest, folders: Path) -> Ask:
    return asgi(SiteFilesASGI(beyond)) if request.param == "asgi" else wsgi(SiteFilesWSGI(beyond_wsgi))


def test_a_style_sheet_is_served_from_where_it_lies(ask: Ask) -> None:
    status, headers, body = ask("/static/css/page.css")
    assert (status, body.decode()) == (200, CSS)
    assert headers["content-type"].startswith("text/css")
    assert headers["cache-control"] == "max-age=0, public", "no hash in the name: ask again"
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


def test_a_content_mark_in_the_address_lets_it_be_kept(ask: Ask) -> None:
    assert "immutable" in ask("/static/css/page.css?v=7095e99f")[1]["cache-control"]
    assert "immutable" in ask("/static/css/page.css?v=7095e99f", accept_encoding="gzip")[1]["cache-control"]
    assert ask("/static/css/page.css?w=1")[1]["cache-control"] == "max-age=0, public"


def test_it_travels_compressed(ask: Ask, folders: Path) -> None:
    _, headers, body = ask("/static/css/page.css", accept_encoding="gzip")
    assert (headers["content-encoding"], gzip.decompress(body).decode()) == ("gzip", CSS)
    _, headers, body = ask("/static/css/page.css", accept_encoding="gzip, br")
    assert (headers["content-encoding"], brotli.decompress(body).decode()) == ("br", CSS)
    assert "accept-encoding" in headers["vary"].lower()
    _, headers, _ = ask("/static/css/tiny.css", accept_encoding="gzip, br")
    assert "content-encoding" not in headers
    assert len(list((folders / "var" / "compressed").iterdir())) == 2


def test_a_file_the_visitor_has_is_not_sent_again(ask: Ask) -> None:
    _, headers, _ = ask("/static/css/page.css")
    status, _, body = ask("/static/css/page.css", if_none_match=headers["etag"])
    assert (status, body) == (304, b"")
    assert ask("/static/css/page.css", "HEAD")[2] == b""
    assert ask("/static/css/page.css", "POST")[0] == 405


def test_what_is_not_a_file_goes_on_to_the_site(ask: Ask) -> None:
    for path in (
        "/",
        "/static/css/none.css",
        "/static/",
        "/threads/1/",
        "/media/none.webp",
        "/media/",
        "/media/avatars",
    ):
        assert ask(path)[::2] == (404, b"beyond"), path


def test_files_of_other_rooms_are_found_too(ask: Ask) -> None:
    assert ask("/static/admin/css/base.css")[0] == 200


def test_an_uploaded_picture_is_shown_and_kept(ask: Ask, folders: Path) -> None:
    status, headers, body = ask("/media/avatars/a.webp")
    assert (status, body) == (200, b"RIFF0000WEBP")
    assert "immutable" in headers["cache-control"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert "content-disposition" not in headers
    (folders / "media" / "avatars" / "later.webp").write_bytes(b"later")
    assert ask("/media/avatars/later.webp")[2] == b"later"


def test_a_members_picture_is_served_where_it_lies_and_asked_of_the_site_while_it_does_not(
    ask: Ask, folders: Path
) -> None:
    name = f"files/ab/{'ab' + 'c' * 30}-{'d' * 8}-960.webp"
    assert ask(f"/{name}")[2] == b"beyond"
    for hidden in (name, f".incoming/ab/{'ab' + 'c' * 30}"):
        (folders / "media" / hidden).parent.mkdir(parents=True)
        (folders / "media" / hidden).write_bytes(b"RIFF0000WEBP")
    status, headers, body = ask(f"/{name}")
    assert (status, body, headers["content-type"]) == (200, b"RIFF0000WEBP", "image/webp")
    assert "immutable" in headers["cache-control"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert ask(f"/media/.incoming/ab/{'ab' + 'c' * 30}")[2] == b"beyond"


@pytest.mark.parametrize("name", ["page.html", "drawing.svg"])
def test_an_upload_that_could_act_is_a_download(ask: Ask, name: str) -> None:
    _, headers, _ = ask(f"/media/{name}")
    assert headers["content-disposition"] == "attachment"
    assert "sandbox" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["/media/../secret.txt", "/media/avatars/../../secret.txt", "/media//etc/passwd", "/media/\x00",
     "/static/../secret.txt", "/media/..\\secret.txt", "/media/link.txt"],
)  # fmt: skip
def test_no_path_leads_out_of_the_folders(ask: Ask, folders: Path, path: str) -> None:
    (folders / "media" / "link.txt").symlink_to(folders / "secret.txt")
    assert ask(path)[2] == b"beyond"


def test_uploads_are_not_served_where_the_proxy_does_it(folders: Path, settings: Any) -> None:
    settings.SERVE_MEDIA = False
    assert asgi(SiteFilesASGI(beyond))("/media/avatars/a.webp")[0] == 404
    settings.SERVE_MEDIA = True
    settings.EMBEDDED_WORKER = False
    assert asgi(SiteFilesASGI(beyond))("/media/avatars/a.webp")[0] == 200


def test_while_developing_a_changed_file_is_seen_at_once(folders: Path, settings: Any) -> None:
    settings.DEBUG = True
    ask = asgi(SiteFilesASGI(beyond))
    (folders / "static" / "css" / "page.css").write_text("p{}")
    assert ask("/static/css/page.css")[2] == b"p{}"
    (folders / "static" / "css" / "new.css").write_text("n{}")
    assert ask("/static/css/new.css")[2] == b"n{}"


def test_collected_files_with_a_hash_are_kept_for_ever(
    folders: Path, settings: Any, monkeypatch: Any
) -> None:
    from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

    from community.core import statics

    settings.STATIC_ROOT = folders / "collected"
    (folders / "collected").mkdir()
    (folders / "collected" / "page.0123456789ab.css").write_text(CSS)
    (folders / "collected" / "page.0123456789ab.css.gz").write_bytes(gzip.compress(CSS.encode()))
    (folders / "collected" / "page.css").write_text(CSS)
    monkeypatch.setattr(statics, "staticfiles_storage", ManifestStaticFilesStorage(folders / "collected"))
    ask = wsgi(SiteFilesWSGI(beyond_wsgi))
    assert "immutable" in ask("/static/page.0123456789ab.css")[1]["cache-control"]
    assert ask("/static/page.css")[1]["cache-control"] == "max-age=60, public"
    assert ask("/static/page.0123456789ab.css", accept_encoding="gzip")[1]["content-encoding"] == "gzip"
    assert ask("/static/css/page.css")[0] == 404, "only what was collected"


def test_sockets_and_life_pass_through(folders: Path) -> None:
    heard: list[str] = []

    async def site(scope: Any, receive: Any, send: Any) -> None:
        heard.append(scope["type"])

    asyncio.run(SiteFilesASGI(site)({"type": "websocket", "path": "/static/css/page.css"}, None, None))
    assert heard == ["websocket"]
