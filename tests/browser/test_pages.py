"""Every kind of page, as each kind of person: axe clean, nothing too wide, nothing in the console."""

from collections.abc import Callable

import pytest

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
    "notices": ("reader", "/notices/"),
    "noise": ("reader", "/notices/settings/"),
    "sent": ("reader", "/notices/sent/"),
    "push": ("reader", "/notices/push/"),
    "messages": ("owner", "/messages/"),
    "data": ("owner", "/account/data/"),
    "data-rows": ("owner", "/account/data/of/forum-post/"),
    "leave": ("owner", "/account/data/leave/"),
    "consents": ("reader", "/account/consents/"),
    "papers": ("admin", "/staff/papers/"),
    "boards-staff": ("admin", "/staff/boards/"),
    "gallery": ("admin", "/gallery/"),
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
