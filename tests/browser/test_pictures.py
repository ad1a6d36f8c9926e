"""Pictures in posts: opened by keyboard over the page, followed as links without the script, covered in parts."""

import os
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.people import Stage
from tests.browser.visitor import Visitor
from tests.builders.files import MAKER, photo
from tests.core.test_images_motion import an_animation

Visit = Callable[..., Visitor]


def files(*names: str) -> list[dict[str, object]]:
    colours = {"Lake": "teal", "Pass": "sienna", "Charger": "slategray"}
    return [
        {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": photo(1200, 800, colour=colours[name])}
        for name in names
    ]


@pytest.fixture(scope="module")
def places(stage: Stage) -> dict[str, str]:
    """Kept across this file's tests, which build on one thread."""
    return {}


def a_thread_with_pictures(visit: Visit, stage: Stage, places: dict[str, str]) -> str:
    """Published without the script, by the plain file field; its address."""
    if "thread" not in places:
        writer = visit("owner", javascript=False)
        page = writer.page
        writer.open(stage.places["write"])
        page.get_by_label("Title").fill("Over the pass with a warm battery")
        page.locator("textarea[name=body]").fill("Three stops on the way.")
        page.locator("input[name=files]").set_input_files(files("Lake", "Pass", "Charger"))  # type: ignore[arg-type]
        page.get_by_role("button", name="Publish").click()
        expect(page.locator(".gallery .picture")).to_have_count(3)
        places["thread"] = page.url.replace(stage.site.address, "")
    return places["thread"]


def shown(page: Page) -> None:
    """Every size is made: what stood in for it has gone, without a reload."""
    page.wait_for_load_state("load")
    image = page.locator(".gallery img").last
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("complete", True)


def keep(visitor: Visitor, name: str) -> None:
    """A picture of the page for whoever wants to look at it (CONVOY_SHOTS names the folder)."""
    if folder := os.environ.get("CONVOY_SHOTS"):
        visitor.photograph(Path(folder) / f"{name}.png")


@pytest.mark.parametrize(
    ("width", "theme", "language"), [("desktop", "light", "en"), ("phone", "dark", "zh")]
)
def test_a_gallery_is_walked_through_by_keyboard(
    visit: Visit,
    stage: Stage,
    places: dict[str, str],
    accessible: Callable[..., None],
    width: str,
    theme: str,
    language: str,
) -> None:
    path = a_thread_with_pictures(visit, stage, places)
    reader = visit(width=width, theme=theme, language=language)
    page = reader.page
    reader.open(path)
    shown(page)
    keep(reader, f"gallery-{width}-{theme}-{language}")
    assert reader.overflow() <= 0
    first = page.locator(".gallery a.picture-open").first
    first.focus()
    page.keyboard.press("Enter")
    box = page.locator("dialog.lightbox")
    expect(box).to_be_visible()
    expect(box.locator("img")).to_have_attribute("alt", "Lake")
    accessible(reader)
    keep(reader, f"lightbox-{width}-{theme}-{language}")
    page.keyboard.press("ArrowRight")
    expect(box.locator("img")).to_have_attribute("alt", "Pass")
    page.keyboard.press("End")
    expect(box.locator("img")).to_have_attribute("alt", "Charger")
    page.keyboard.press("ArrowRight")
    expect(box.locator("img")).to_have_attribute("alt", "Charger")
    for _step in range(2):
        box.get_by_role("button").nth(1).press("Enter")  # "earlier", until there is none and the button goes
    expect(box.locator("img")).to_have_attribute("alt", "Lake")
    page.keyboard.press("End")  # the keys are still heard
    expect(box.locator("img")).to_have_attribute("alt", "Charger")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(page.locator(".gallery a.picture-open").last).to_be_focused()


def test_without_the_script_a_picture_leads_to_its_largest_size(
    visit: Visit, stage: Stage, places: dict[str, str]
) -> None:
    path = a_thread_with_pictures(visit, stage, places)
    reader = visit(javascript=False)
    reader.open(path)
    address = reader.page.locator(".gallery a.picture-open").first.get_attribute("href") or ""
    answer = reader.page.request.get(stage.site.address + address)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert MAKER.encode() in photo() and MAKER.encode() not in answer.body()
    with Image.open(BytesIO(answer.body())) as downloaded:
        assert not downloaded.getexif(), "where it was taken went with it"


def test_a_box_is_drawn_on_a_picture_and_covers_it(
    visit: Visit, stage: Stage, places: dict[str, str], accessible: Callable[..., None]
) -> None:
    path = a_thread_with_pictures(visit, stage, places)
    owner = visit("owner")
    page = owner.page
    owner.open("/account/files/")
    mine = page.locator(".upload", has_text="Charger")
    expect(mine).to_have_count(1)
    keep(owner, "uploads-desktop-light-en")
    accessible(owner)
    mine.get_by_role("link", name="Cover parts").click()
    stage_box = page.locator("[data-cover-stage] img")
    frame = stage_box.bounding_box()
    assert frame
    page.mouse.move(frame["x"] + frame["width"] * 0.2, frame["y"] + frame["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.5, frame["y"] + frame["height"] * 0.6, steps=4)
    page.mouse.up()
    expect(page.locator(".cover-box")).to_have_count(1)
    width = float(page.locator("[name=width0]").input_value())
    assert 28 < width < 32
    page.locator("[name=width0]").fill("40")
    keep(owner, "cover-desktop-light-en")
    accessible(owner)
    before = stage_box.get_attribute("src")
    page.get_by_role("button", name="Cover for good").click()
    expect(page.locator("[data-cover-stage] img")).not_to_have_attribute("src", before or "")
    assert owner.page.request.get(stage.site.address + (before or "")).status == 404
    # The post shows the new files by itself.
    owner.open(path)
    expect(page.locator(f'.gallery a[href="{before}"]')).to_have_count(0)


def test_an_animation_stands_still_until_it_is_played(
    visit: Visit, stage: Stage, accessible: Callable[..., None]
) -> None:
    loop = {"name": "loop.gif", "mimeType": "image/gif", "buffer": an_animation(8, (320, 200))}
    plain = visit("moderator", javascript=False)
    page = plain.page
    plain.open(stage.places["write"])
    page.get_by_label("Title").fill("How the wiper stutters")
    page.locator("textarea[name=body]").fill("Look:")
    page.locator("input[name=files]").set_input_files(loop)  # type: ignore[arg-type]
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_url("**/threads/**")
    moves = page.locator("a.picture-moves")
    for _ in range(60):  # made by the worker
        if moves.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    assert (moves.get_attribute("href") or "").endswith("-10.webp")  # without the script the link leads there
    path = page.url.replace(stage.site.address, "")
    calm = visit("owner")  # whose system asks for calm
    calm.open(path)
    image = calm.page.locator(".motion img")
    expect(image).not_to_have_attribute("src", re.compile(r"-10\.webp$"))
    button = calm.page.get_by_role("button", name="Play")
    button.press("Enter")
    expect(image).to_have_attribute("src", re.compile(r"-10\.webp$"))
    accessible(calm)
    calm.page.get_by_role("button", name="Pause").press("Enter")
    expect(image).not_to_have_attribute("src", re.compile(r"-10\.webp$"))
    other = visit(reduced_motion=False)
    other.open(path)
    other.page.locator(".motion img").scroll_into_view_if_needed()
    expect(other.page.locator(".motion img")).to_have_attribute("src", re.compile(r"-10\.webp$"))
    expect(other.page.get_by_role("button", name="Pause")).to_be_visible()
