"""Pages on which one writes are light for whoever has nothing of the site yet, and look the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from community.core.templatetags.convoy import bundle
from tests.builders.forum import a_board, a_field, a_reply, a_thread
from tests.builders.members import a_member, signed_in

ROOT = Path(settings.BASE_DIR)
ROOMS = ("community", "forum", "polls", "activity", "moderation")
PAGES = ("forum/compose.html", "forum/reply.html", "forum/edit.html", "forum/_preview.html")
OTHERWISE = {"field-error"}  # said only of a survey's questions
PLACES = re.compile(r"{%.*?%}|{{.*?}}")


def styled(name: str) -> set[str]:
    """Classes that a built sheet says something about."""
    return set(re.findall(r"\.([a-z][\w-]*)", (ROOT / "static/dist" / name).read_text()))


def classes(text: str) -> set[str]:
    return {name for words in re.findall(r'class="([^"]*)"', text) for name in PLACES.sub(" ", words).split()}


def under(*parts: str) -> list[Path]:
    return [path for room in ROOMS for part in parts for path in (ROOT / room).rglob(part)]


def in_templates() -> set[str]:
    """Classes in these pages' templates, whatever of them is drawn."""
    tags: dict[str, str] = {}
    for path in under("templatetags/*.py"):
        for template, name in re.findall(
            r'inclusion_tag\(\s*"([^"]+)"[^)]*\)\s*\ndef (\w+)', path.read_text()
        ):
            tags[name] = template
    sources = {
        path.as_posix().rpartition("/templates/")[2]: path.read_text()
        for path in under("templates/**/*.html")
    }
    found: set[str] = set()
    seen: set[str] = set()
    waiting = list(PAGES)
    while waiting:
        if (name := waiting.pop()) in seen or name not in sources:
            continue
        seen.add(name)
        text = sources[name]
        found |= classes(text)
        waiting += re.findall(r'(?:include|extends|kept|still) "([^"]+)"', text)
        waiting += [f"components/{part}.html" for part in re.findall(r"<c-([\w-]+)", text)]
        waiting += [tags[word] for word in re.findall(r"{%\s*(\w+)", text) if word in tags]
    assert {"components/topbar.html", "components/composer.html", "search/_near.html"} <= seen
    return found


def in_scripts() -> set[str]:
    """Classes that the script of these pages draws with."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = ["write.js"]
    while waiting:
        if (name := waiting.pop()) not in seen:
            seen.add(name)
            text = (ROOT / "static/js" / name).read_text()
            waiting += re.findall(r'from "\./([\w-]+\.js)"', text)
            for words in re.findall(r'class: ["`]([^"`]+)["`]|classList\.\w+\("([^"]+)"', text):
                found.update(" ".join(words).split())
    assert "composer-file" in found and "palette.js" in seen
    return found


@pytest.mark.django_db
def test_the_light_sheet_says_all_that_the_whole_says_about_these_pages():
    member, board = a_member(), a_board()
    thread = a_thread(author=member, board=board)
    for kind in ("text", "choice", "number"):
        a_field(board, kind)
    post = a_reply(author=member, thread=thread)
    client, used = signed_in(Client(), member), in_templates() | in_scripts()
    new = f"/boards/{board.slug}/new/"
    words = {"title": "A title that says enough", "body": "**Bold** ||spoiler||\n\n> quoted", "lane": "ask"}
    for answer in (
        client.get(f"/threads/{thread.pk}/reply/"),
        client.get(f"/posts/{post.pk}/edit/"),
        client.post(new, words | {"preview": "1"}),
        Client().get(new),
    ):
        page = answer.content.decode()
        assert answer.status_code == 200 and "/dist/write.css" in page and "/dist/write.js" in page
        used |= classes(page)
    assert used & styled("app.css") - styled("write.css") == OTHERWISE


@pytest.mark.django_db
def test_whoever_has_the_whole_is_sent_nothing_else():
    client = signed_in(Client(), a_member())
    address = f"/boards/{a_board().slug}/new/"
    client.cookies["whole"] = bundle("app.js").rpartition("=")[2]
    page = client.get(address).content.decode()
    assert "/dist/app.css" in page and "/dist/app.js" in page and "/dist/write." not in page
    client.cookies["whole"] = "an older one"
    assert "/dist/write.js" in client.get(address).content.decode()
