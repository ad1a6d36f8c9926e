"""Whatever is done to a thread shows on every open page of it, in place: the same as loading it anew would show."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.pages.forum import WritePage
from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
SOON = 12.0  # seconds until an open page must be like a fresh one
# What a page shows of its posts, the accepted answer and the log, with moments left out (they go on).
STANDS = """(root) => {
  const column = root.querySelector("[data-live]").parentElement;
  const shown = [...column.children].filter((node) => node.matches(".solved, .anchor, article, .log-line"));
  const numbers = [...document.querySelectorAll("[data-live]")[0].parentElement.querySelectorAll(":scope > .anchor")];
  const last = Math.max(...numbers.map((mark) => Number(mark.id.slice(1))));
  let number = 0;
  const parts = [];
  for (const node of shown) {
    if (node.matches(".anchor")) number = Number(node.id.slice(1));
    if (number > last && !node.matches(".log-line")) continue;
    const copy = node.cloneNode(true);
    for (const time of copy.querySelectorAll("time")) { time.textContent = ""; time.removeAttribute("title"); }
    copy.classList.remove("arrived");
    copy.removeAttribute("tabindex");
    if (!copy.classList.length) copy.removeAttribute("class");
    parts.push(copy.outerHTML.replace(/\\s+/g, " "));
  }
  const head = root.querySelector(".thread-head");
  parts.push(head.querySelector("h1").textContent, head.querySelector(".crumbs").textContent.trim());
  for (const node of head.querySelectorAll(".lane, .tag, .locked")) parts.push(node.textContent.trim());
  parts.push(`may write: ${Boolean(root.querySelector("form#reply, #reply a[href*='/reply/']:not([href*='login'])"))}`);
  return parts;
}"""
BOTH = f"""async () => {{
  const stands = {STANDS};
  const answer = await fetch(location.href, {{ headers: {{ Accept: "text/html" }} }});
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  return [stands(document), stands(fresh)];
}}"""


class Hand:
    """Somebody who does things by plain forms, elsewhere."""

    def __init__(self, visitor: Visitor, path: str) -> None:
        self.visitor = visitor
        visitor.open(path)

    def post(self, path: str, **fields: str) -> None:
        cookies = {cookie["name"]: cookie["value"] for cookie in self.visitor.context.cookies()}
        answer = self.visitor.context.request.post(
            path,
            form={"csrfmiddlewaretoken": cookies["csrftoken"], **fields},
            headers={"Origin": self.visitor.address, "Referer": f"{self.visitor.address}{path}"},
        )
        assert answer.ok, f"{path}: {answer.status}"
        assert "errorlist" not in answer.text() and 'role="alert"' not in answer.text(), path


class Scene:
    """A thread of eight posts by two people, and the hands that change it."""

    def __init__(self, visit: Visit, stage: Stage, title: str) -> None:
        self.visit, self.stage = visit, stage
        self.owner = Hand(visit("owner", javascript=False), stage.places["write"])
        page = WritePage(self.owner.visitor)
        self.path = page.publish(title=title, body="How far, and how cold was it?").path_now
        self.pk = int(self.path.split("/")[2])
        self.asker = Hand(visit("asker", javascript=False), self.path)
        for number in range(2, 9):
            hand = (self.owner, self.asker)[number % 2]
            hand.post(f"/threads/{self.pk}/reply/", body=f"Reading {number}.\n\n" + "Far enough.\n\n" * 6)
        self.staff = Hand(visit("moderator", javascript=False), self.path)
        html = self.staff.visitor.context.request.get(self.path).text()
        self.posts = [int(pk) for pk in re.findall(r'id="post-(\d+)"', html)]
        assert len(self.posts) == 8

    def another(self, title: str) -> str:
        """The number of a second thread, of one post."""
        self.owner.visitor.open(self.stage.places["write"])
        return WritePage(self.owner.visitor).publish(title=title, body="The same.").path_now.split("/")[2]

    def reader(self, kind: str) -> Visitor:
        """At the fifth post, with the keyboard on its link, and listening."""
        reader = self.visit(kind)
        reader.page.set_viewport_size({"width": 1000, "height": 500})
        reader.open(self.path)
        expect(reader.page.locator("[data-live] > a")).to_be_hidden()
        reader.page.evaluate(f"() => document.getElementById('post-{self.posts[4]}').scrollIntoView()")
        reader.page.mouse.wheel(0, 40)
        reader.page.locator(f"#post-{self.posts[4]} a").first.focus()
        return reader


def place(scene: Scene, reader: Visitor) -> list[Any]:
    """Where the fifth post stands before the reader's eyes, and what the keyboard is on."""
    script = """(id) => [
      Math.round(document.getElementById(id).getBoundingClientRect().top),
      document.activeElement.getAttribute("href"),
    ]"""
    found: list[Any] = reader.page.evaluate(script, f"post-{scene.posts[4]}")
    return found


def like_a_fresh_page(reader: Visitor) -> None:
    """Wait until the open page shows what loading it would show."""
    deadline = time.monotonic() + SOON
    while True:
        shown, fresh = reader.page.evaluate(BOTH)
        if shown == fresh:
            return
        if time.monotonic() > deadline:
            differing = [(one, other) for one, other in zip(shown, fresh, strict=False) if one != other]
            raise AssertionError(f"{len(shown)} parts, {len(fresh)} when loaded anew: {differing[:2]}")
        reader.page.wait_for_timeout(200)


def verbs(scene: Scene) -> dict[str, Callable[[], None]]:
    """Everything that may be done to a thread, in an order in which each can be."""
    posts, pk, staff = scene.posts, scene.pk, scene.staff
    act = f"/threads/{pk}/manage/"
    return {
        "an edit above": lambda: scene.owner.post(
            f"/posts/{posts[1]}/edit/", body="Other words.\n\n" + "Much longer than before.\n\n" * 9
        ),
        "an edit in sight": lambda: scene.owner.post(
            f"/posts/{posts[5]}/edit/", body="Other words, **in sight**."
        ),
        "a reaction": lambda: staff.post(f"/posts/{posts[4]}/react/", kind="useful"),
        "a reaction taken back": lambda: staff.post(f"/posts/{posts[4]}/react/", kind="none"),
        "an answer": lambda: scene.owner.post(f"/posts/{posts[4]}/accept/"),
        "an edit of the answer": lambda: staff.post(
            f"/posts/{posts[4]}/edit/", body="The answer, put better.", reason="Clearer"
        ),
        "the answer withdrawn": lambda: scene.owner.post(f"/threads/{pk}/unaccept/"),
        "a post hidden": lambda: staff.post(f"/posts/{posts[2]}/hide/", reason="Rude"),
        "and restored": lambda: staff.post(f"/posts/{posts[2]}/restore/"),
        "a post removed": lambda: scene.asker.post(f"/posts/{posts[6]}/remove/", reason="Mine"),
        "a post erased": lambda: staff.post(f"/posts/{posts[6]}/purge/", reason="Personal"),
        "a lock": lambda: staff.post(f"{act}lock/", **{"lock-reason": "Settled"}),
        "the lock taken off": lambda: staff.post(f"{act}unlock/"),
        "another title": lambda: scene.owner.post(
            f"/threads/{pk}/details/", title="How far did it go in the end?", lane="tell", tags="cold, range"
        ),
        "a split above": lambda: staff.post(
            f"/threads/{pk}/split/",
            posts=str(posts[3]),
            title="A matter of its own",
            lane="chat",
            reason="Else",
        ),
        "a merge": lambda: staff.post(
            f"/threads/{scene.another('The same question')}/manage/merge/",
            **{"merge-target": str(pk), "merge-reason": "The same"},
        ),
        "a move": lambda: staff.post(f"{act}move/", **{"move-board": other_board(scene)}),
    }


def other_board(scene: Scene) -> str:
    page = scene.staff.visitor.context.request.get(f"/threads/{scene.pk}/manage/").text()
    name = r'<select[^>]*name="move-board".*?</select>'
    found = re.search(name, page, re.S)
    assert found is not None
    value = re.search(r'value="(\d+)"', found.group())
    assert value is not None
    return value.group(1)


@pytest.mark.parametrize("kind", ["", "asker"])
def test_each_change_shows_in_place_and_moves_nobody(visit: Visit, stage: Stage, kind: str) -> None:
    scene = Scene(visit, stage, f"How far does it go, {kind or 'guest'}?")
    reader = scene.reader(kind)
    like_a_fresh_page(reader)
    stood = place(scene, reader)
    for name, act in verbs(scene).items():
        act()
        like_a_fresh_page(reader)
        assert place(scene, reader) == stood, name


def test_a_page_that_was_away_is_like_a_fresh_one_afterwards(visit: Visit, stage: Stage) -> None:
    scene = Scene(visit, stage, "What happened while I was in the tunnel?")
    reader = scene.reader("asker")
    stood = place(scene, reader)
    reader.page.evaluate("() => window.dispatchEvent(new Event('pagehide'))")
    for act in verbs(scene).values():
        act()
    reader.page.evaluate("() => window.dispatchEvent(new Event('online'))")
    like_a_fresh_page(reader)
    assert place(scene, reader) == stood


def test_focus_in_a_post_that_goes_stays_where_it_was(visit: Visit, stage: Stage) -> None:
    scene = Scene(visit, stage, "Whose words are these?")
    reader = scene.reader("owner")  # its author would go on seeing the words
    scene.staff.post(f"/posts/{scene.posts[4]}/hide/", reason="Rude")
    gone = reader.page.locator(f"article.tombstone#post-{scene.posts[4]}")
    expect(gone).to_be_focused(timeout=SOON * 1000)
    expect(gone).to_be_in_viewport()


def failing_once(reader: Visitor, path: str) -> list[str]:
    """The first request of the open page for `path` is answered with 502; the addresses asked for, as they come."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=502, body="")
        else:
            route.continue_()

    reader.page.route(re.compile(rf"{re.escape(path)}(\?|$)"), answer)
    return asked


def test_a_menu_stays_open_when_its_post_changes_and_what_failed_once_is_fetched_again(
    visit: Visit, stage: Stage
) -> None:
    scene = Scene(visit, stage, "Who changes what?")
    reader = scene.reader("owner")
    steps, pages = (failing_once(reader, path) for path in (f"/threads/{scene.pk}/since/", scene.path))
    mine = reader.page.locator(f"#post-{scene.posts[3]}")
    mine.locator("details.menu > summary").last.click()
    accepted = reader.page.locator(f"#post-{scene.posts[4]}.post-accepted")
    with reader.expecting("502"):
        scene.owner.post(f"/posts/{scene.posts[4]}/accept/")
        scene.owner.post(f"/posts/{scene.posts[3]}/edit/", body="Other words under an open menu.")
        expect(mine).to_contain_text("under an open menu", timeout=SOON * 1000)
        expect(accepted).to_be_attached(timeout=SOON * 1000)
    expect(mine.locator("details.menu[open]")).to_have_count(1)
    # The one that is asked again first may bring what the other was to bring: that one is asked again all the same.
    deadline = time.monotonic() + SOON
    while min(len(steps), len(pages)) < 2 and time.monotonic() < deadline:
        reader.page.wait_for_timeout(200)
    assert len(steps) > 1 and len(pages) > 1
