"""Every address × who asks → what they get. An address that is missing here fails the run.

Marks, one per column: 2 page · R redirect · L sign in first · F second factor first ·
3 refused with a reason · 4 absent · 5 wrong method · 6 unfit request.
Private addresses are asked again on a board for its circle only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from forum import actions, rights
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, an_imported_member, signed_in

pytestmark = pytest.mark.django_db

COLUMNS = ("guest", "member", "suspended", "moderator", "editor", "admin")
# Others' work behind one door each: the door is tested, the rooms by their makers.
DOORS = {"cms/": "L44422", "djadmin/": "L44442"}

LEAVING = {"account_logout"}


# GET, on an open board.
GET_PUBLIC = {
    "staff": "L44222",
    "staff_tasks": "L44442",
    "/_util/login/": "LLLLLL",
    "/account/signup/passkey/": "RRRRRR",
    "/account/social/connections/": "RRRRRR",
    "/account/social/login/cancelled/": "RRRRRR",
    "/account/social/login/error/": "RRRRRR",
    "/account/social/signup/": "RRRRRR",
    "/cms/login/": "L444LL",
    "/djadmin/login/": "L4444L",
    "account_change_password": "LRRRRR",
    "account_complete_password_reset": "RRRRRR",
    "account_confirm_login_code": "LRRRRR",
    "account_confirm_password_reset_code": "LLLLLL",
    "account_email": "L22222",
    "account_email_verification_sent": "LRRRRR",
    "account_inactive": "222222",
    "account_login": "2RRRRR",
    "account_logout": "R22222",
    "account_password_reset_completed": "222222",
    "account_reauthenticate": "L33FFF",
    "account_request_login_code": "2RRRRR",
    "account_reset_password": "222222",
    "account_set_password": "L22222",
    "account_signup": "2RRRRR",
    "account_signup_by_passkey": "RRRRRR",
    "editorial:brand_css": "222222",
    "editorial:cms_css": "222222",
    "editorial:favicon": "222222",
    "editorial:home": "222222",
    "editorial:icon_png": "222222",
    "editorial:icon_svg": "222222",
    "editorial:magazine_feed": "222222",
    "editorial:manifest": "222222",
    "editorial:robots": "222222",
    "editorial:sitemap": "222222",
    "editorial:sitemap_section": "444444",
    "forum:all_read": "555555",
    "forum:board": "222222",
    "forum:board_feed": "222222",
    "forum:board_read": "555555",
    "forum:board_watch": "555555",
    "forum:boards": "222222",
    "forum:hot": "222222",
    "forum:latest": "222222",
    "forum:latest_feed": "222222",
    "forum:new_thread": "L23222",
    "forum:post": "RRRRRR",
    "forum:post_accept": "555555",
    "forum:post_edit": "L33232",
    "forum:post_hide": "L33232",
    "forum:post_history": "222222",
    "forum:post_purge": "L33232",
    "forum:post_react": "555555",
    "forum:post_remove": "L33232",
    "forum:post_restore": "555555",
    "forum:post_revert": "555555",
    "forum:preview": "555555",
    "forum:reply": "L23222",
    "forum:staff_board": "L44442",
    "forum:staff_board_new": "L44442",
    "forum:staff_boards": "L44442",
    "forum:staff_group_new": "L44442",
    "forum:staff_people": "L44442",
    "forum:staff_rights": "L44442",
    "forum:tag": "222222",
    "forum:tags": "222222",
    "forum:thread": "222222",
    "forum:thread_act": "555555",
    "forum:thread_details": "L33232",
    "forum:thread_feed": "222222",
    "forum:thread_manage": "L33232",
    "forum:thread_short": "RRRRRR",
    "forum:thread_split": "L33232",
    "forum:thread_unread": "LRRRRR",
    "forum:thread_watch": "555555",
    "forum:unaccept": "555555",
    "forum:unanswered": "222222",
    "forum:unread": "L22222",
    "forum:watched": "L22222",
    "forum:write": "LRRRRR",
    "gallery": "222222",
    "healthz": "222222",
    "members:claim": "L44444",
    "members:decide_claim": "L44555",
    "members:directory": "222222",
    "members:end_session": "555555",
    "members:my_preferences": "L22222",
    "members:passkey_later": "555555",
    "members:people": "L22222",
    "members:picture": "L22222",
    "members:preferences": "555555",
    "members:profile": "222222",
    "members:relation": "555555",
    "members:rename": "L22222",
    "members:set_role": "L44555",
    "members:set_standing": "L44555",
    "members:settings": "L22222",
    "members:sign_up_again": "555555",
    "members:staff": "L44242",
    "members:staff_claims": "L44242",
    "members:staff_member": "L44242",
    "members:staff_rename": "L44555",
    "members:withdraw_claim": "555555",
    "mfa_activate_totp": "L22FFF",
    "mfa_add_webauthn": "L22222",
    "mfa_authenticate": "LRRRRR",
    "mfa_deactivate_totp": "L44222",
    "mfa_download_recovery_codes": "L44222",
    "mfa_edit_webauthn": "L44444",
    "mfa_generate_recovery_codes": "L22222",
    "mfa_index": "L22222",
    "mfa_list_webauthn": "L22222",
    "mfa_login_webauthn": "LRRRRR",
    "mfa_reauthenticate": "L33222",
    "mfa_reauthenticate_webauthn": "L33FFF",
    "mfa_remove_webauthn": "L44444",
    "mfa_signup_webauthn": "RRRRRR",
    "mfa_view_recovery_codes": "L44222",
    "openid_connect_callback": "444444",
    "openid_connect_login": "444444",
    "readyz": "222222",
    "search:search": "222222",
    "search:suggest": "222222",
    "set_language": "555555",
    "socialaccount_connections": "L22222",
    "socialaccount_login_cancelled": "222222",
    "socialaccount_login_error": "333333",
    "socialaccount_signup": "LLLLLL",
    "usersessions_list": "L22222",
    "wagtail_serve": "222222",
    "wagtailcore_authenticate_with_password": "444444",
    "wagtailcore_login": "LLLLLL",
}


# GET, on a board for its circle: whoever is outside finds nothing, not even a refusal.
GET_CIRCLE = {
    "forum:board": "444242",
    "forum:board_feed": "444444",
    "forum:board_read": "555555",
    "forum:board_watch": "555555",
    "forum:new_thread": "L44242",
    "forum:post": "444R4R",
    "forum:post_accept": "555555",
    "forum:post_edit": "L44242",
    "forum:post_hide": "L44242",
    "forum:post_history": "444242",
    "forum:post_purge": "L44242",
    "forum:post_react": "555555",
    "forum:post_remove": "L44242",
    "forum:post_restore": "555555",
    "forum:post_revert": "555555",
    "forum:reply": "L44242",
    "forum:staff_board": "L44442",
    "forum:staff_people": "L44442",
    "forum:staff_rights": "L44442",
    "forum:tag": "444242",
    "forum:thread": "444242",
    "forum:thread_act": "555555",
    "forum:thread_details": "L44242",
    "forum:thread_feed": "444444",
    "forum:thread_manage": "L44242",
    "forum:thread_short": "444R4R",
    "forum:thread_split": "L44242",
    "forum:thread_unread": "L44R4R",
    "forum:thread_watch": "555555",
    "forum:unaccept": "555555",
}


# POST without a body, on an open board: who gets as far as the form or the act.
POST_PUBLIC = {
    "forum:all_read": "LRRRRR",
    "forum:board": "555555",
    "forum:board_feed": "222222",
    "forum:board_read": "LRRRRR",
    "forum:board_watch": "LRRRRR",
    "forum:boards": "555555",
    "forum:hot": "555555",
    "forum:latest": "555555",
    "forum:latest_feed": "222222",
    "forum:new_thread": "L66666",
    "forum:post": "555555",
    "forum:post_accept": "LRRRRR",
    "forum:post_edit": "L33636",
    "forum:post_hide": "L33636",
    "forum:post_history": "555555",
    "forum:post_purge": "L33636",
    "forum:post_react": "LRRRRR",
    "forum:post_remove": "L33636",
    "forum:post_restore": "LRRRRR",
    "forum:post_revert": "LRRRRR",
    "forum:preview": "L66666",
    "forum:reply": "L66666",
    "forum:staff_board": "L44446",
    "forum:staff_board_new": "L44446",
    "forum:staff_boards": "L44555",
    "forum:staff_group_new": "L44446",
    "forum:staff_people": "L44446",
    "forum:staff_rights": "L44442",
    "forum:tag": "555555",
    "forum:tags": "555555",
    "forum:thread": "555555",
    "forum:thread_act": "L33636",
    "forum:thread_details": "L33636",
    "forum:thread_feed": "222222",
    "forum:thread_manage": "555555",
    "forum:thread_short": "555555",
    "forum:thread_split": "L33636",
    "forum:thread_unread": "555555",
    "forum:thread_watch": "LRRRRR",
    "forum:unaccept": "LRRRRR",
    "forum:unanswered": "555555",
    "forum:unread": "555555",
    "forum:watched": "555555",
    "forum:write": "555555",
    "members:claim": "L44444",
    "members:decide_claim": "L44444",
    "members:directory": "555555",
    "members:end_session": "LRRRRR",
    "members:my_preferences": "L22222",
    "members:passkey_later": "RRRRRR",
    "members:people": "L22222",
    "members:picture": "L22222",
    "members:preferences": "RRRRRR",
    "members:profile": "555555",
    "members:relation": "L44444",
    "members:rename": "L22222",
    "members:set_role": "L44646",
    "members:set_standing": "L44646",
    "members:settings": "L22222",
    "members:sign_up_again": "RRRRRR",
    "members:staff": "L44555",
    "members:staff_claims": "L44555",
    "members:staff_member": "L44555",
    "members:staff_rename": "L44646",
    "members:withdraw_claim": "LRRRRR",
}


# POST on a board for its circle, where it differs.
POST_CIRCLE = {
    "forum:board_feed": "444444",
    "forum:board_read": "L44R4R",
    "forum:board_watch": "L44R4R",
    "forum:new_thread": "L44646",
    "forum:post_accept": "L44R4R",
    "forum:post_edit": "L44646",
    "forum:post_hide": "L44646",
    "forum:post_purge": "L44646",
    "forum:post_react": "L44R4R",
    "forum:post_remove": "L44646",
    "forum:post_restore": "L44R4R",
    "forum:reply": "L44646",
    "forum:thread_act": "L44646",
    "forum:thread_details": "L44646",
    "forum:thread_feed": "444444",
    "forum:thread_split": "L44646",
    "forum:thread_watch": "L44R4R",
    "forum:unaccept": "L44R4R",
}


def addresses(resolver: Any = None, prefix: str = "", namespace: str = "") -> Iterator[str]:
    """Names of every route, with their namespace."""
    for pattern in (resolver or get_resolver()).url_patterns:
        where = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if where in DOORS:
                continue
            space = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, where, space)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}" if pattern.name else f"/{where}"


class World:
    """One of everything an address can name."""

    def __init__(self, *, private: bool) -> None:
        self.insider, self.author = a_member(), a_member()
        self.board = a_board(rights=rights.CIRCLE if private else None)
        if private:
            for member in (self.insider, self.author):
                actions.enrol(actor=None, board_id=self.board.pk, member=member, kind="club_member")
        self.thread = a_thread(author=self.author, board=self.board, tags=["cold"])
        self.post = a_reply(author=self.author, thread=self.thread)
        a_reply(author=self.author, thread=self.thread)  # so that the edit leaves a version
        actions.edit_post(actor=self.author, post_id=self.post.pk, body="Other words")

    def values(self, name: str) -> dict[str, Any]:
        """What fills the address of this name."""
        known: dict[str, Any] = {
            "slug": self.board.slug,
            "thread_id": self.thread.pk,
            "post_id": self.post.pk,
            "revision": 1,
            "board_id": self.board.pk,
            "verb": "lock",
            "name": self.author.name,
            "pk": self.author.pk,
            "version": "0",
            "size": 192,
            "section": "threads",
            "provider_id": "none",
            "page_view_restriction_id": 1,
            "page_id": 1,
            "path": "avatars/none.webp",
            "site": "beer",
            "number": 1,
        }
        if name == "forum:thread":
            known["slug"] = self.thread.slug
        if name == "forum:tag":
            known["slug"] = "cold"
        return known

    def address(self, name: str) -> str:
        if name.startswith("/"):
            return name
        if name == "wagtail_serve":
            return "/magazine/"
        known = self.values(name)
        wanted = {parameter for _template, parameters in _possible(name) for parameter in parameters}
        return reverse(name, kwargs={parameter: known[parameter] for parameter in wanted})


def _possible(name: str) -> list[tuple[str, list[str]]]:
    resolver = get_resolver()
    *spaces, last = name.split(":")
    for space in spaces:
        _prefix, resolver = resolver.namespace_dict[space]
    found = resolver.reverse_dict.getlist(last)[0][0]
    return [(template, list(parameters)) for template, parameters in found]


def clients() -> dict[str, Client]:
    made = {"guest": Client(), "member": signed_in(Client(), a_member())}
    made["suspended"] = signed_in(Client(), a_member(standing="suspended"))
    for role in ("moderator", "editor", "admin"):
        made[role] = signed_in(Client(), a_member(role=role), strongly=True)
    return made


def mark(response: Any) -> str:
    if response.status_code in (301, 302):
        to = response["Location"]
        if "/account/login" in to:
            return "L"
        return "F" if "2fa" in to or "reauthenticate" in to else "R"
    return {200: "2", 403: "3", 404: "4", 405: "5", 401: "3", 422: "6", 400: "6", 503: "2"}.get(
        response.status_code, "?"
    )


def asked(world: World, names: Iterable[str], method: str) -> dict[str, str]:
    people = clients()
    table = {}
    for name in names:
        address = world.address(name)
        marks = []
        for who in COLUMNS:
            client = people[who]
            if name in LEAVING:  # it would end the session that the next address needs
                client = Client()
                client.cookies = people[who].cookies.copy()
            marks.append(mark(getattr(client, method)(address)))
        table[name] = "".join(marks)
    return table


def test_every_address_is_in_the_table():
    known = set(addresses())
    assert known - set(GET_PUBLIC) == set(), "new addresses need a row: who may ask, what they get"
    assert set(GET_PUBLIC) - known == set(), "these rows name addresses that are gone"
    writing = {name for name in known if name.startswith(("forum:", "members:"))}
    assert writing - set(POST_PUBLIC) == set()


def test_get_on_an_open_board():
    assert asked(World(private=False), GET_PUBLIC, "get") == GET_PUBLIC


def test_get_on_a_private_board():
    assert asked(World(private=True), GET_CIRCLE, "get") == GET_CIRCLE


def test_post_on_an_open_board():
    assert asked(World(private=False), POST_PUBLIC, "post") == POST_PUBLIC


def test_post_on_a_private_board():
    assert asked(World(private=True), POST_CIRCLE, "post") == POST_CIRCLE


@pytest.mark.parametrize("door", DOORS)
def test_the_admins_open_to_their_staff_with_a_second_factor_only(door):
    people = clients()
    weak = {
        f"{role} without a second factor": signed_in(Client(), a_member(role=role))
        for role in ("editor", "admin")
    }
    seen = {who: mark(client.get(f"/{door}")) for who, client in (people | weak).items()}
    assert [seen[who] for who in COLUMNS] == list(DOORS[door])
    assert {seen[who] for who in weak} <= {"F", "4"}


@pytest.mark.parametrize("login", ["/cms/login/", "/djadmin/login/", "/_util/login/"])
def test_no_side_door_takes_a_password(login):
    admin = a_member(role="admin", password="a-road-through-the-birches")
    client = Client()
    client.post(
        login, {"username": admin.email, "login": admin.email, "password": "a-road-through-the-birches"}
    )
    assert "_auth_user_id" not in client.session
    assert mark(client.get("/cms/")) == "L"


def test_an_imported_author_can_be_claimed_by_members_alone():
    old = an_imported_member()
    people = clients()
    address = reverse("members:claim", args=[old.name])
    assert {who: mark(people[who].get(address)) for who in ("guest", "member")} == {
        "guest": "L",
        "member": "2",
    }
