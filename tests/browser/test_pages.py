"""Every kind of page, as each kind of person: axe clean, nothing too wide, nothing in the console."""

from collections.abc import Callable

import pytest

from tests.browser.pages.forum import SearchPage, WritePage
from tests.browser.people import Stage
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]

PLACES = {
    "home": ("", "/"),
    "home-member": ("owner", "/"),
    "boards": ("", "/boards/"),
    "board": ("", "{board}"),
    "board-member": ("owner", "{board}"),
    "thread": ("", "{thread}"),
    "thread-last": ("owner", "{thread}?page=3"),
    "thread-awkward": ("asker", "{other_board}"),
    "thread-moderator": ("moderator", "{thread_zh}"),
    "latest": ("owner", "/latest/"),
    "unanswered": ("", "/unanswered/"),
    "write": ("owner", "{write}"),
    "search": ("", "/search/?q={word}"),
    "search-nothing": ("", "/search/?q=qqqqzz"),
    "member": ("", "{member}"),
    "people": ("", "/members/"),
    "drafts": ("owner", "/account/drafts/"),
    "scheduled": ("moderator", "/account/scheduled/"),
    "settings": ("owner", "/account/settings/"),
    "sessions": ("owner", "/account/sessions/"),
    "second-factor": ("owner", "/account/2fa/"),
    "sign-in": ("", "/account/login/"),
    "sign-up": ("", "/account/signup/"),
    "feed": ("reader", "/feed/"),
    "notices": ("owner", "/notices/"),
    "noise": ("reader", "/notices/settings/"),
    "sent": ("reader", "/notices/sent/"),
    "push": ("reader", "/notices/push/"),
    "messages": ("owner", "/messages/"),
    "conversation": ("owner", "{conversation}"),
    "data": ("owner", "/account/data/"),
    "data-rows": ("owner", "/account/data/of/forum-post/"),
    "leave": ("owner", "/account/data/leave/"),
    "consents": ("reader", "/account/consents/"),
    "papers": ("admin", "/staff/papers/"),
    "boards-staff": ("admin", "/staff/boards/"),
    "desk": ("moderator", "/desk/?lane=ask"),
    "gallery": ("admin", "/gallery/"),
}
# Looked at less often, so each in one look only, the harder one.
SELDOM = {
    "choose-board": ("owner", "/write/"),
    "key-members": ("moderator", "/staff/key-members/"),
    "desk-thread": ("moderator", "/desk/threads/{thread_id}/"),
    "answer-kept": ("moderator", "/desk/answers/new/"),
    "figures": ("moderator", "/desk/insight/"),
    "operations": ("", "/operations/"),
    "themes": ("", "/topics/"),
    "calendar": ("moderator", "/staff/topics/"),
    "hot": ("", "/hot/"),
    "unread": ("owner", "/unread/"),
    "watched": ("owner", "/watched/"),
    "tags": ("", "/tags/"),
    "magazine": ("", "/magazine/"),
    "reply": ("owner", "/threads/{thread_id}/reply/"),
    "manage": ("moderator", "/threads/{thread_id}/manage/"),
    "split": ("moderator", "/threads/{thread_id}/split/"),
    "details": ("moderator", "/threads/{thread_id}/details/"),
    "name": ("owner", "/account/settings/name/"),
    "picture": ("owner", "/account/settings/picture/"),
    "preferences": ("owner", "/account/settings/preferences/"),
    "ignored": ("owner", "/account/settings/people/"),
    "addresses": ("owner", "/account/email/"),
    "uploads": ("owner", "/account/files/"),
    "message": ("owner", "/messages/new/"),
    "report": ("owner", "{conversation}report/"),
    "door": ("owner", "/messages/settings/"),
    "reset": ("", "/account/password/reset/"),
    "staff": ("admin", "/staff/"),
    "board-form": ("admin", "/staff/boards/new/"),
    "members-staff": ("moderator", "/staff/members/"),
    "claims": ("moderator", "/staff/members/claims/"),
    "tasks": ("admin", "/staff/tasks/"),
    "reports": ("moderator", "/staff/messages/"),
}
LOOKS = {
    "desktop-light-en": {"width": "desktop", "theme": "light", "language": "en"},
    "phone-dark-zh": {"width": "phone", "theme": "dark", "language": "zh"},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("place", PLACES)
def test_pages_are_accessible_and_fit(
    visit: Visit, stage: Stage, accessible: Callable[..., None], place: str, look: str
) -> None:
    who, path = PLACES[place]
    visitor = visit(who, **LOOKS[look])
    visitor.open(path.format(**stage.places))
    assert visitor.page.get_by_role("heading", level=1).count() == 1
    assert visitor.overflow() == 0
    # The gallery shows one component many times: its landmarks cannot all be called differently.
    accessible(visitor, without=("landmark-unique",) if place == "gallery" else ())


def test_a_letter_with_a_tower_of_marks_moves_nothing_aside(visit: Visit, stage: Stage) -> None:
    """It is one letter, as wide as the font makes it: there is no place to break it."""
    tower = "\u0e14" + "\u0e49\u0e47" * 70
    owner = visit("owner", width="phone")
    owner.open(stage.places["write"])
    path = WritePage(owner).publish(title=tower, body=tower * 3).path_now
    for width in ("phone", "desktop"):
        reader = visit(width=width)
        for place in (path, "/latest/", "/"):
            reader.open(place)
            assert reader.overflow() == 0, (width, place)


def seldom(stage: Stage, place: str) -> tuple[str, str]:
    who, path = SELDOM[place]
    return who, path.format(thread_id=stage.places["thread"].split("/")[2], **stage.places)


@pytest.mark.parametrize("place", SELDOM)
def test_pages_that_few_see_are_accessible_and_fit(
    visit: Visit, stage: Stage, accessible: Callable[..., None], place: str
) -> None:
    who, path = seldom(stage, place)
    visitor = visit(who, **LOOKS["phone-dark-zh"])
    visitor.open(path)
    assert visitor.page.get_by_role("heading", level=1).count() == 1
    assert visitor.overflow() == 0
    accessible(visitor)


@pytest.mark.parametrize("place", ["thread-last", "write", "search", "settings", "sign-up", "boards-staff"])
def test_at_four_times_the_size_a_page_fits_and_leaves_room_to_read(
    visit: Visit, stage: Stage, place: str
) -> None:
    who, path = PLACES[place]
    visitor = visit(who)
    visitor.page.set_viewport_size({"width": 320, "height": 256})  # 1280 × 1024 at 400 %
    visitor.open(path.format(**stage.places))
    assert visitor.overflow() == 0
    visitor.page.mouse.wheel(0, 600)
    covered: int = visitor.page.evaluate(COVERED)
    assert covered <= 256 / 3


# Pixels of the window that bars which stay in sight take from what is read.
COVERED = """
() => [...document.querySelectorAll("body *")]
  .filter((each) => ["fixed", "sticky"].includes(getComputedStyle(each).position))
  .map((each) => each.getBoundingClientRect())
  .filter((box) => box.width > 200 && box.height > 0 && box.top < innerHeight && box.bottom > 0)
  .reduce((sum, box) => sum + Math.min(box.bottom, innerHeight) - Math.max(box.top, 0), 0)
"""


def test_found_words_are_seen_in_the_readers_own_colours(visit: Visit, stage: Stage) -> None:
    visitor = visit(language="zh")
    visitor.page.emulate_media(forced_colors="active")
    found = SearchPage(visitor).until_there(stage.places["word"], visitor.page.locator(".result mark")).first
    colours = "each => [getComputedStyle(each).color, getComputedStyle(each).backgroundColor]"
    ink, ground = found.evaluate(colours)
    assert ink != ground
    assert ground != "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("look", LOOKS)
def test_a_lost_reader_finds_a_page_that_helps(
    visit: Visit, accessible: Callable[..., None], look: str
) -> None:
    visitor = visit(**LOOKS[look])
    visitor.open("/no-such-page/", status=404)
    accessible(visitor)


def test_a_private_board_looks_absent(visit: Visit, stage: Stage) -> None:
    visitor = visit("owner")
    visitor.open(stage.places["private_board"], status=404)
    visitor.open("/boards/")
    assert visitor.page.get_by_text("Staff room").count() == 0


@pytest.mark.parametrize("place", ["home", "boards", "board", "thread", "search", "member", "sign-in"])
def test_pages_need_no_javascript(visit: Visit, stage: Stage, place: str) -> None:
    visitor = visit(javascript=False)
    visitor.open(PLACES[place][1].format(**stage.places))
    assert visitor.page.get_by_role("heading", level=1).is_visible()
    assert visitor.page.get_by_role("main").inner_text().strip()
