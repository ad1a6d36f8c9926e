"""Polls where they stand: changed, watched, put in order by keyboard, made. The ladder is in `test_ladder`."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Stage
from tests.browser.test_live_changes import Hand
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
KINDS = ["poll", "poll_several", "poll_ranked", "poll_scale", "poll_sealed", "thread_poll"]


def test_a_member_changes_a_vote_in_a_thread_and_another_page_sees_the_bars_move(
    visit: Visit, stage: Stage
) -> None:
    watcher = visit("moderator")
    watcher.open(stage.places["poll"])
    share = watcher.page.locator('[data-poll] td[data-of="0"]').nth(3)
    watcher.page.get_by_text("See the result without voting").click()
    watcher.page.get_by_text("As a table").click()
    expect(share).to_have_text("0")
    member = visit("asker", language="en")
    member.open(stage.places["thread_poll"])
    poll = member.page.locator("[data-poll]")
    poll.locator('button[name="choice"][value="4"]').click()
    expect(poll.locator(".my-vote")).to_be_focused()
    expect(share).to_have_text("1", timeout=15_000)
    poll.locator("[data-poll-fetch]").first.click()
    poll.locator('button[name="choice"][value="1"]').click()
    expect(poll.locator("li[data-mine]")).to_contain_text("Under 250 km")


def test_a_vote_stays_in_sight_when_the_words_around_it_change(visit: Visit, stage: Stage) -> None:
    """The frame of an edit is the same for everybody who reads the thread: it knows nobody's vote."""
    path = stage.places["thread_poll"]
    guest = visit()
    guest.open(path)
    poll = guest.page.locator("[data-poll]")
    poll.locator('button[name="choice"][value="3"]').click()
    expect(poll.locator(".my-vote")).to_be_focused()
    opening = guest.page.locator('article[id^="post-"]').first
    post = (opening.get_attribute("id") or "").removeprefix("post-")
    Hand(visit("owner", javascript=False), path).post(
        f"/posts/{post}/edit/",
        title="What a full charge is worth in the cold",
        body="Asked once more, in other words.",
    )
    expect(opening).to_contain_text("in other words", timeout=15_000)
    expect(poll).to_have_count(1)
    expect(poll.locator(".my-vote")).to_contain_text("Your vote")


def test_an_order_is_made_by_keyboard_alone(visit: Visit, stage: Stage) -> None:
    member = visit("asker", language="en")
    member.open(stage.places["poll_ranked"])
    page = member.page
    rows = page.locator("[data-ranker] > li")
    page.locator("[data-ranker] > li", has_text="Chaka").focus()
    page.keyboard.press("1")
    expect(rows.first).to_contain_text("Chaka")
    expect(rows.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(rows.first).to_contain_text("Chaka")  # the only one yet
    for name in ("Heimahe", "Gangcha", "Xining"):
        page.locator("[data-ranker] > li", has_text=name).locator('[data-act="out"]').press("Enter")
    page.locator("[data-ranker] > li", has_text="Chaka").focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_contain_text("Chaka")
    page.locator("[data-ranker] > li", has_text="Gangcha").locator('[data-act="out"]').press("Enter")
    page.get_by_role("button", name=re.compile("Send my order|提交我的排序")).press("Enter")
    expect(page.locator(".my-vote")).to_contain_text("Heimahe › Chaka › Xining")


def test_who_ranked_nothing_sends_no_order(visit: Visit, stage: Stage) -> None:
    """Nobody's order is the one in which the choices happen to stand."""
    member = visit("moderator", width="phone", language="en")
    member.open(stage.places["poll_ranked"])
    page = member.page
    expect(page.locator("[data-ranker] .rank").first).to_have_text("–")
    with member.expecting("422"):
        page.get_by_role("button", name=re.compile("Send my order|提交我的排序")).tap()
        expect(page.locator("[data-poll-focus]")).to_have_text(re.compile("Nothing was chosen|还没有选择"))
    expect(page.locator(".my-vote")).to_have_count(0)


def test_the_list_of_polls_is_whole_on_a_phone(visit: Visit, stage: Stage) -> None:
    """A long name of a thread beside a poll makes no row wider than the list: that would cut its words off."""
    visitor = visit(width="phone")
    visitor.open("/polls/")
    rows = visitor.page.locator(".poll-list")
    rows.locator(".tag").first.evaluate("(tag) => { tag.textContent = 'A very long name '.repeat(9); }")
    wide = """(list) => [...list.querySelectorAll("*")].filter(
      (one) => one.getBoundingClientRect().right > list.getBoundingClientRect().right + 1).length"""
    assert rows.evaluate(wide) == 0


@pytest.mark.parametrize("place", KINDS)
@pytest.mark.parametrize("who", ["", "owner"])
def test_every_kind_of_poll_is_for_everybody(
    visit: Visit, stage: Stage, accessible, place: str, who: str
) -> None:
    visitor = visit(who, width="phone")
    visitor.open(stage.places[place])
    accessible(visitor)
    assert visitor.overflow() <= 0


def test_the_form_shows_the_poll_while_it_is_made(visit: Visit, stage: Stage, accessible) -> None:
    editor = visit("editor")
    editor.open("/polls/new/?template=which")
    preview = editor.page.locator("#poll-preview")
    expect(preview).to_contain_text("Neither of them")
    editor.page.get_by_label("Choice 3").fill("Both of them")
    expect(preview).to_contain_text("Both of them")
    accessible(editor)
    editor.page.get_by_role("button", name="Publish").click()
    expect(editor.page.get_by_role("heading", level=1)).to_contain_text("Which one would you take?")


@pytest.mark.parametrize(
    ("javascript", "said", "unsaid"), [(True, "Press +", "Give 1"), (False, "Give 1", "Press +")]
)
def test_how_to_rank_is_told_once_and_by_the_controls_at_hand(
    visit: Visit, stage: Stage, javascript: bool, said: str, unsaid: str
) -> None:
    member = visit("moderator", language="en", javascript=javascript)
    member.open(stage.places["poll_ranked"])
    form = member.page.locator(".ballot-form")
    expect(form.get_by_text(said)).to_be_visible()
    expect(form.get_by_text(unsaid)).to_be_hidden()
    expect(member.page.get_by_text("Leave out what you do not care for")).to_have_count(1)


NEWS = """(room) => {
  for (const text of ["You have come in.", "A message is on its way to prove your address.", "Your vote is kept."]) {
    const line = document.createElement("p");
    line.className = "toast";
    line.textContent = text;
    room.append(line);
  }
}"""


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_news_covers_no_heading(visit: Visit, stage: Stage, width: str) -> None:
    guest = visit(width=width)
    guest.open(stage.places["poll"])
    page = guest.page
    page.locator("[data-toasts]").evaluate(NEWS)
    expect(page.locator(".toast")).to_have_count(3)
    heading = page.get_by_role("heading", level=1).bounding_box()
    news = page.locator("[data-toasts]").bounding_box()
    bar = page.locator(".bottombar").bounding_box()
    window = page.viewport_size
    assert heading and news and window
    assert news["y"] > heading["y"] + heading["height"]
    assert news["y"] + news["height"] <= (bar["y"] if bar else window["height"])


PICTURES = """(fieldset) => {
  const room = document.createElement("div");
  room.className = "pics";
  for (const [width, height] of [[1200, 500], [500, 1200], [0, 0]]) {
    const tile = document.createElement("button");
    tile.className = "pic";
    if (width) {
      const picture = new Image(width, height);
      picture.className = "pic-img";
      tile.append(picture);
    }
    const name = document.createElement("b");
    name.textContent = "One";
    tile.append(name);
    room.append(tile);
  }
  fieldset.replaceChildren(room);
  return [...room.querySelectorAll("b")].map((name) => Math.round(
    name.getBoundingClientRect().top - name.parentElement.getBoundingClientRect().top));
}"""


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_pictures_of_any_format_and_none_take_the_same_room(visit: Visit, stage: Stage, width: str) -> None:
    guest = visit(width=width)
    guest.open(stage.places["poll"])
    above = guest.page.locator(".ballot-form fieldset").evaluate(PICTURES)
    assert len(set(above)) == 1 and above[0] > 60
    assert guest.overflow() == 0


SAID = "h1, h2, .standfirst, .poll-about, .kicker a, .my-vote strong, .stretch b, .roads li > span, th[scope=row]"
PLACES = {  # who, where, and the words that people typed
    "own page": ("owner", "{poll_several}", SAID),
    "result": ("owner", "/polls/{number}/result/", SAID),
    "ballot": ("", "{poll}", SAID),
    "home": ("", "/", ".ballot :is(" + SAID + ")"),
    "thread": ("owner", "{thread_poll}", "h1, .poll :is(" + SAID + ")"),
    "manage": ("admin", "/polls/{number}/manage/", ".crumbs a"),
    "quiz": ("", "{quiz}", "h1, .standfirst"),
    "statistics": ("admin", "{quiz}statistics/", "h1, .sec h2, th[scope=row]"),
    "survey": ("", "{survey}", "h1, .standfirst"),
}
PUT = """(all) => all.forEach((one) => { one.textContent = "W".repeat(150); one.dataset.long = ""; })"""
CUT = """(main) => [...main.querySelectorAll("[data-long]")].filter((one) => {
  const words = document.createRange();
  words.selectNodeContents(one);
  const box = one.closest(".table-box"); // scrolls by itself
  return !box && words.getBoundingClientRect().right > main.getBoundingClientRect().right + 1;
}).map((one) => `${one.tagName} in ${one.parentElement.className}`)"""


@pytest.mark.parametrize("width", ["phone", "desktop"])
@pytest.mark.parametrize("place", PLACES)
def test_one_long_word_breaks_where_it_would_be_cut_off(
    visit: Visit, stage: Stage, width: str, place: str
) -> None:
    """What lies beyond the page's column cannot be scrolled to."""
    who, where, typed = PLACES[place]
    language = "zh" if place == "home" else "en"  # guests share copies of it; others want fresh ones
    visitor = visit(who, width=width, language=language)
    number = stage.places["poll_several"].split("/")[2]
    visitor.open(where.format(number=number, **stage.places))
    main = visitor.page.locator("main")
    main.evaluate("(main) => { for (const one of main.querySelectorAll('details')) one.open = true; }")
    main.locator(".ballot-head h1").evaluate_all(
        "(all) => all.forEach((one) => one.insertAdjacentHTML('afterend', '<p class=standfirst>Note</p>'))"
    )
    said = main.locator(typed)
    assert said.count()
    said.evaluate_all(PUT)
    assert main.evaluate(CUT) == []
    assert visitor.overflow() <= 0
