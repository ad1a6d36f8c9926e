"""Pictures on their way into a text: pasted, dropped, chosen, stopped, refused. The server is played, but for once."""

import base64
import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Route, expect

from tests.browser.people import Stage
from tests.browser.visitor import Visitor
from tests.builders.files import MAKER, photo, spoiled

Visit = Callable[..., Visitor]
# A composer that takes files, whatever this site says, and at most three of them.
READY = """new MutationObserver(() => {
  for (const box of document.querySelectorAll("[data-composer]:not(textarea)")) {
    Object.assign(box.dataset, { uploads: "", uploadUrl: "/files/", uploadMost: "3" });
  }
}).observe(document, { childList: true, subtree: true });"""
PASTE = """([name, type]) => {
  const data = new DataTransfer();
  data.items.add(new File(["picture"], name, { type }));
  document.querySelector("textarea[name=body]").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
PASTE_REAL = """base64 => {
  const data = new DataTransfer();
  const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
  data.items.add(new File([bytes], "dash.jpg", { type: "image/jpeg" }));
  document.querySelector("textarea[name=body]").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
DROP = """name => {
  const data = new DataTransfer();
  data.items.add(new File(["%PDF-"], name, { type: "application/pdf" }));
  document.querySelector("[data-composer]:not(textarea)").dispatchEvent(
    new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


class Server:
    """Answers uploads: at once, or when told to."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.keys: list[str] = []
        self.held: list[Route] = []
        self.holds = False
        self.refuses = ""
        visitor.context.add_init_script(READY)
        visitor.page.route("**/files/", self._asked)

    def _asked(self, route: Route) -> None:
        body = (route.request.post_data_buffer or b"").decode("utf-8", "replace")
        key = re.search(r'name="idempotency_key"\r\n\r\n([^\r]+)', body)
        assert key
        assert route.request.headers["x-csrftoken"]
        self.keys.append(key[1])
        if self.holds:
            self.held.append(route)
        else:
            self._answer(route, body)

    def _answer(self, route: Route, body: str) -> None:
        if self.refuses:
            route.fulfill(
                status=422, content_type="application/json", body=json.dumps({"error": self.refuses})
            )
            return
        kind = "document" if ".pdf" in body else "picture"
        name = re.search(r'filename="([^"]+)"', body)
        assert name
        told: dict[str, Any] = {
            "id": len(self.keys),
            "markdown_url": f"/files/{len(self.keys)}.webp",
            "url": PIXEL,
        }
        told |= {"width": 4, "height": 3, "name": name[1], "kind": kind}
        route.fulfill(status=201, content_type="application/json", body=json.dumps(told))

    def release(self) -> None:
        self.holds = False
        for route in self.held:
            self._answer(route, (route.request.post_data_buffer or b"").decode("utf-8", "replace"))
        self.held.clear()


@pytest.fixture
def writer(visit: Visit, stage: Stage) -> Visitor:
    visitor = visit("owner")
    visitor.server = Server(visitor)  # type: ignore[attr-defined]
    visitor.open(stage.places["write"])
    visitor.page.locator("textarea[name=body]").fill("")  # the draft of an earlier test
    return visitor


def server_of(visitor: Visitor) -> Server:
    found: Server = visitor.server  # type: ignore[attr-defined]
    return found


def test_a_pasted_picture_takes_its_place_and_its_words(
    writer: Visitor, accessible: Callable[..., None]
) -> None:
    page, server = writer.page, server_of(writer)
    server.holds = True
    box = page.locator("textarea[name=body]")
    box.fill("Look at this:")
    page.evaluate(PASTE, ["dash.jpg", "image/jpeg"])
    expect(box).to_have_value("Look at this:\n![dash.jpg is on its way](upload:1)\n")
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("button", name="Stop dash.jpg")).to_be_visible()
    accessible(writer)
    page.get_by_label("What is to be seen?").fill("38 km left [at night]")
    box.press_sequentially(" and so on")
    server.release()
    expect(box).to_have_value("Look at this:\n![38 km left at night](/files/1.webp)\n and so on")
    page.get_by_label("What is to be seen?").fill("A dashboard")
    page.get_by_label("What is to be seen?").press("Tab")
    expect(box).to_have_value(re.compile(r"!\[A dashboard\]\(/files/1\.webp\)"))
    accessible(writer)
    page.get_by_role("button", name="Take dash.jpg out of the text").click()
    expect(box).to_have_value("Look at this:\n and so on")
    expect(page.locator(".composer-file")).to_have_count(0)


def test_a_picture_that_is_there_waits_for_the_input_method(writer: Visitor) -> None:
    page, server = writer.page, server_of(writer)
    server.holds = True
    box = page.locator("textarea[name=body]")
    page.evaluate(PASTE, ["night.jpg", "image/jpeg"])
    box.press_sequentially("看")
    keys = writer.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": "ye", "selectionStart": 2, "selectionEnd": 2})
    server.release()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(box).to_have_value("![night.jpg is on its way](upload:1)\n看ye")
    keys.send("Input.insertText", {"text": "夜"})
    expect(box).to_have_value("![](/files/1.webp)\n看夜")


def test_a_dropped_document_becomes_a_link_and_a_fourth_file_is_told_of(writer: Visitor) -> None:
    page = writer.page
    box = page.locator("textarea[name=body]")
    page.evaluate(DROP, "manual.pdf")
    expect(box).to_have_value("[manual.pdf](/files/1.webp)\n")
    files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": b"x"} for n in range(3)]
    page.locator("input[type=file]:not([name])").set_input_files(files)
    expect(page.get_by_text("One text takes at most 3 files.")).to_be_visible()
    expect(page.locator(".composer-file")).to_have_count(3)


def test_a_stopped_file_leaves_nothing_and_a_refused_one_says_why_and_tries_again(writer: Visitor) -> None:
    page, server = writer.page, server_of(writer)
    box = page.locator("textarea[name=body]")
    server.holds = True
    page.evaluate(PASTE, ["a.jpg", "image/jpeg"])
    page.get_by_role("button", name="Stop a.jpg").click()
    expect(box).to_have_value("")
    server.held.clear()
    server.holds, server.refuses = False, "This picture is too large."
    with writer.expecting("422"):
        page.evaluate(PASTE, ["b.jpg", "image/jpeg"])
        expect(page.locator(".composer-file-h", has_text="This picture is too large.")).to_be_visible()
    server.refuses = ""
    page.get_by_role("button", name="Try b.jpg again").click()
    expect(box).to_have_value(re.compile(r"^!\[\]\(/files/\d\.webp\)\n$"))
    assert server.keys[-1] == server.keys[-2]  # the same file, not another one


def test_what_was_refused_leaves_no_place_in_what_is_published(writer: Visitor) -> None:
    page, server = writer.page, server_of(writer)
    server.refuses = "This picture is too large."
    page.locator("[name=title]").fill("A thread without its picture")
    page.locator("textarea[name=body]").fill("Only words.\n")
    with writer.expecting("422"):
        page.evaluate(PASTE, ["d.jpg", "image/jpeg"])
        expect(page.locator(".composer-file-h", has_text="This picture is too large.")).to_be_visible()
    page.locator(".publish .btn-primary").click()
    page.wait_for_url(re.compile(r"/threads/\d+/"))
    said = page.locator(".prose", has_text="Only words.").first
    expect(said).to_have_text("Only words.")


def test_a_text_waits_for_its_pictures_and_then_goes_by_itself(writer: Visitor) -> None:
    page, server = writer.page, server_of(writer)
    server.holds = True
    page.locator("[name=title]").fill("A thread with a picture on its way")
    page.evaluate(PASTE, ["c.jpg", "image/jpeg"])
    page.locator(".publish .btn-primary").click()
    expect(page.get_by_text("1 file is on its way. Your text goes as soon as it is there.")).to_be_visible()
    server.release()
    page.wait_for_url(re.compile(r"/threads/\d+/"))


def test_a_text_whose_last_picture_was_stopped_goes_no_more_by_itself(writer: Visitor) -> None:
    page, server = writer.page, server_of(writer)
    server.holds = True
    page.locator("[name=title]").fill("A thread whose picture was stopped")
    page.evaluate(PASTE, ["e.jpg", "image/jpeg"])
    page.locator(".publish .btn-primary").click()
    expect(page.get_by_text("1 file is on its way. Your text goes as soon as it is there.")).to_be_visible()
    page.get_by_role("button", name="Stop e.jpg").click()
    expect(page.get_by_text("Stopped. Your text was not sent: it waits for you.")).to_be_visible()
    server.held.clear()
    server.holds = False
    page.locator("textarea[name=body]").fill("Half a sen")
    page.evaluate(PASTE, ["f.jpg", "image/jpeg"])
    expect(page.get_by_text("f.jpg stands in your text.")).to_be_visible()
    expect(page.locator("textarea[name=body]")).to_have_value(re.compile(r"^Half a sen"))
    assert page.url.endswith("/new/")
    expect(page.locator(".publish .btn-primary")).to_be_visible()


def test_a_file_that_was_refused_before_holds_up_no_text(writer: Visitor) -> None:
    page, server = writer.page, server_of(writer)
    server.refuses = "This picture is too large."
    page.locator("[name=title]").fill("A thread with one of two pictures")
    with writer.expecting("422"):
        page.evaluate(PASTE, ["g.jpg", "image/jpeg"])
        expect(page.locator(".composer-file-h", has_text="This picture is too large.")).to_be_visible()
    server.refuses, server.holds = "", True
    page.evaluate(PASTE, ["h.jpg", "image/jpeg"])
    page.locator(".publish .btn-primary").click()
    expect(page.get_by_text("1 file is on its way. Your text goes as soon as it is there.")).to_be_visible()
    server.release()
    page.wait_for_url(re.compile(r"/threads/\d+/"))


def test_a_picture_that_nothing_can_be_made_of_is_taken_out_of_the_text_with_a_word(
    visit: Visit, stage: Stage
) -> None:
    visitor = visit("owner")
    visitor.open(stage.places["write"])
    page = visitor.page
    box = page.locator("textarea[name=body]")
    box.fill("Here it is:\n")
    with visitor.expecting("410"):
        page.evaluate(PASTE_REAL, base64.b64encode(spoiled()).decode())
        row = page.locator(".composer-file", has_text="could not be read")
        expect(row).to_be_visible(timeout=15_000)
    expect(box).to_have_value("Here it is:\n")
    expect(row.get_by_role("button", name="Try dash.jpg again")).to_be_hidden()
    row.get_by_role("button").last.click()
    expect(page.locator(".composer-file")).to_have_count(0)
    expect(box).to_have_value("Here it is:\n")


@pytest.mark.parametrize(("way", "width"), [("chosen", "phone"), ("pasted", "desktop")])
def test_a_photo_goes_into_a_thread_without_the_place_where_it_was_taken(
    visit: Visit, stage: Stage, tmp_path: Path, way: str, width: str
) -> None:
    picture = tmp_path / "dash.jpg"
    picture.write_bytes(photo(640, 480))
    visitor = visit("owner", width=width)
    visitor.open(stage.places["write"])
    page = visitor.page
    page.locator("[name=title]").fill("A dashboard in the cold")
    page.locator("textarea[name=body]").fill("Here it is:\n")
    if way == "chosen":
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Picture or file").click()
        chooser.value.set_files(picture)
    else:
        page.evaluate(PASTE_REAL, base64.b64encode(picture.read_bytes()).decode())
    box = page.locator("textarea[name=body]")
    expect(box).to_have_value(re.compile(r"^Here it is:\n!\[\]\(/\S+\)\n$"))
    seen = "() => document.querySelector('.composer-thumb img').naturalWidth > 32"  # no field of its shape any more
    page.wait_for_function(seen)
    page.get_by_label("What is to be seen?").fill("A green dashboard")
    page.get_by_label("What is to be seen?").press("Tab")
    page.locator(".publish .btn-primary").click()
    page.wait_for_url(re.compile(r"/threads/\d+/"))
    shown = page.get_by_role("img", name="A green dashboard")
    expect(shown).to_be_visible()
    page.wait_for_function("() => document.querySelector('[alt=\"A green dashboard\"]').naturalWidth > 64")
    addresses = shown.evaluate("each => [each.currentSrc, each.closest('a').href]")
    for address in addresses:
        data = visitor.context.request.get(address).body()
        assert MAKER.encode() in picture.read_bytes() and MAKER.encode() not in data
        with Image.open(BytesIO(data)) as downloaded:
            assert not downloaded.getexif() and "exif" not in downloaded.info
