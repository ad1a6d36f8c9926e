"""What stands around every page: true, translated, and free when warm."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.utils import translation
from wagtail.models import Site

from community.editorial.context import Shell, shell
from community.editorial.models import BrandSettings, PlainPage
from forum import actions
from forum.models import BoardMember
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db


def for_viewer(viewer: Any) -> Shell:
    request = RequestFactory().get("/")
    request.user = viewer
    return shell(request)["shell"]


def use(this: Shell) -> list[Any]:
    return [
        str(this.brand), this.tagline, this.tagline_short, this.accent_css, this.mark_url, this.magazine_url,
        this.write_url, this.staff_url, this.is_staff, this.language, this.other_language, this.footer_links,
        this.busy_boards,
    ]  # fmt: skip


@pytest.mark.parametrize("role", [None, "member", "editor", "moderator", "admin"])
def test_the_shell_is_free_when_warm_and_when_unused(
    role: str | None, django_assert_num_queries: Any
) -> None:
    viewer = a_member(role=role) if role else AnonymousUser()
    a_thread(author=a_member(), board=a_board())
    with django_assert_num_queries(0):
        for_viewer(viewer)
    use(for_viewer(viewer))
    with django_assert_num_queries(0):
        use(for_viewer(viewer))


def test_links_and_boards_follow_the_language() -> None:
    a_thread(author=a_member(), board=a_board(title_en="Winter", title_zh="冬季"))
    english = for_viewer(AnonymousUser())
    assert [link["title"] for link in english.footer_links] == [
        "About this community",
        "Privacy",
        "Guidelines",
    ]
    assert (english.busy_boards[0]["title"], english.busy_boards[0]["count"]) == ("Winter", 1)
    assert english.other_language == {"code": "zh-hans", "lang": "zh-CN", "name": "中文"}
    with translation.override("zh-hans"):
        chinese = for_viewer(AnonymousUser())
        assert [link["title"] for link in chinese.footer_links] == ["关于本社区", "隐私说明", "社区守则"]
        assert chinese.busy_boards[0]["title"] == "冬季"
        assert chinese.other_language["code"] == "en" and chinese.tagline_short == "车主社区"


def test_a_board_read_by_enrolment_is_never_named_to_others_of_the_same_role() -> None:
    circle = a_board(title_en="Circle", rights={"read": ["club_member"], "start": ["club_member"]})
    insider, outsider = a_member(), a_member()
    actions.enrol(actor=None, board_id=circle.pk, member=insider, kind=BoardMember.Kind.CLUB_MEMBER)
    a_thread(author=insider, board=circle)
    assert [board["title"] for board in for_viewer(insider).busy_boards] == []
    assert [board["title"] for board in for_viewer(outsider).busy_boards] == []


def test_roles_have_their_own_boards() -> None:
    keys = a_board(title_en="Key circle", rights={"read": ["key_member"], "start": ["key_member"]})
    keeper = a_member(is_key_member=True)
    a_thread(author=keeper, board=keys)
    assert [board["title"] for board in for_viewer(keeper).busy_boards] == ["Key circle"]
    assert for_viewer(a_member()).busy_boards == [] == for_viewer(AnonymousUser()).busy_boards


@pytest.mark.parametrize(
    ("role", "begins"),
    [("member", ""), ("partner", ""), ("editor", "/staff/"), ("moderator", "/staff/"), ("admin", "/staff/")],
)
def test_staff_are_shown_the_way_to_their_work(role: str, begins: str) -> None:
    this = for_viewer(a_member(role=role))
    assert bool(this.staff_url) == bool(begins) == this.is_staff
    assert this.staff_url.startswith(begins)


@pytest.mark.parametrize("address", ["/", "/magazine/", "/about/", "/boards/", "/account/login/"])
def test_a_saved_brand_reaches_every_page(
    client: Client, address: str, django_capture_on_commit_callbacks: Any
) -> None:
    client.get(address)
    with django_capture_on_commit_callbacks(execute=True):
        row = BrandSettings.for_site(Site.objects.get(is_default_site=True))
        row.name = "Nord & Licht <b>"
        row.save()
    page = client.get(address).content.decode()
    assert "Nord &amp; Licht &lt;b&gt;" in page and "Licht <b>" not in page
    assert "Aurora" not in page[: page.index("</title>")]


def test_a_page_taken_out_of_the_footer_leaves_it(django_capture_on_commit_callbacks: Any) -> None:
    assert len(for_viewer(AnonymousUser()).footer_links) == 3
    with django_capture_on_commit_callbacks(execute=True):
        page = PlainPage.objects.get(slug="about")
        page.in_footer = False
        page.save_revision().publish()
    assert len(for_viewer(AnonymousUser()).footer_links) == 2


@pytest.mark.parametrize("slug", ["about", "privacy", "guidelines"])
def test_plain_pages_speak_both_languages(client: Client, slug: str) -> None:
    page = PlainPage.objects.get(slug=slug)
    english = client.get(f"/{slug}/", headers={"accept-language": "en"}).content.decode()
    chinese = (
        client.get(f"/{slug}/", headers={"accept-language": "zh-CN"}).content.decode().replace("<wbr>", "")
    )
    assert page.title in english and page.title_zh in chinese
    assert (
        '<article class="article" lang="en">' in english
        and '<article class="article" lang="zh-CN">' in chinese
    )
    assert len(page.body_en) == len(page.body_zh) >= 6


def test_a_page_in_one_language_is_shown_rather_than_nothing(client: Client) -> None:
    page = PlainPage.objects.get(slug="about")
    page.body_zh, page.title_zh = [], ""
    page.save_revision().publish()
    shown = client.get("/about/", headers={"accept-language": "zh-CN"}).content.decode()
    assert '<article class="article" lang="en">' in shown and "people who own and use" in shown


def test_a_member_reads_plain_pages_too(client: Client) -> None:
    assert signed_in(client, a_member()).get("/guidelines/").status_code == 200


def test_unknown_addresses_are_not_found(client: Client) -> None:
    for address in ("/nothing/", "/magazine/nothing/", "/about/nothing/", "/home/", "/magazine/feed/x/"):
        assert client.get(address).status_code == 404
