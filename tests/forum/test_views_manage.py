"""What moderators do to a thread, and authors to its title: each verb done, refused, and told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver

from community.core import clock
from community.core.access import Invalid
from forum import actions
from forum.models import Post, Thread
from forum.rendering import TAKEN_SLUGS
from forum.rights import CIRCLE
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db


def said(response) -> str:
    return response.content.decode()


@pytest.fixture
def thread() -> Thread:
    thread = a_thread(author=a_member(), title="Range in winter", board=a_board())
    a_reply(author=a_member(), thread=thread, body="Two thirds.")
    a_reply(author=a_member(), thread=thread, body="Mine whistles.")
    thread.refresh_from_db()
    return thread


@pytest.fixture
def staff() -> Client:
    return signed_in(Client(), a_member(role="moderator"))


def do(client: Client, thread: Thread, verb: str, **data: object):
    fields = {f"{verb}-{name}": value for name, value in data.items()}
    return client.post(f"/threads/{thread.pk}/manage/{verb}/", fields)


def fresh(thread: Thread) -> Thread:
    return Thread.objects.get(pk=thread.pk)


# -- title, lane and tags


def test_the_author_changes_title_lane_and_tags_at_once(thread):
    client = signed_in(Client(), thread.author)
    page = Page(said(client.get(f"/threads/{thread.pk}/details/")))
    assert page.fields["title"] == "Range in winter"
    data = {"title": "Range in summer", "lane": "tell", "tags": "summer, range", "reason": ""}
    response = client.post(f"/threads/{thread.pk}/details/", data)
    changed = fresh(thread)
    assert response["Location"] == changed.get_absolute_url()
    assert (changed.title, changed.lane) == ("Range in summer", "tell")
    assert [name for _slug, name in changed.tag_list] == ["summer", "range"]


def test_an_old_page_writes_only_what_was_changed_on_it_and_the_reason_stands_in_the_log(thread):
    client, staff = signed_in(Client(), thread.author), a_member(role="moderator")
    page = f"/threads/{thread.pk}/details/"
    shown = Page(said(client.get(page))).fields["shown"]
    actions.rename_thread(actor=staff, thread_id=thread.pk, title="Range below zero")
    actions.change_lane(actor=staff, thread_id=thread.pk, lane="tell", reason="It tells.")
    sent = {"shown": shown, "title": thread.title, "lane": "ask", "tags": "winter", "reason": "To be found"}
    assert client.post(page, sent).status_code == 302
    changed = fresh(thread)
    assert (changed.title, changed.lane) == ("Range below zero", "tell")
    assert changed.tag_list == [["winter", "winter"]]
    assert changed.log.get(kind="retagged").reason == "To be found"


def test_the_reason_of_a_pin_is_kept_whole_or_refused(thread, staff):
    until = (clock.now() + timedelta(days=3)).date()
    long = "Because it snows. " * 7
    assert do(staff, thread, "pin", reason=long, until=until).status_code == 422
    with pytest.raises(Invalid, match="at most 120 fit"):
        actions.pin_thread(
            actor=a_member(role="moderator"),
            thread_id=thread.pk,
            until=clock.now() + timedelta(days=3),
            reason=long,
        )
    assert do(staff, thread, "pin", reason=long[:120].strip(), until=until).status_code == 302
    assert fresh(thread).pin_reason == long[:120].strip()


def test_all_of_it_or_nothing(thread):
    client = signed_in(Client(), thread.author)
    response = client.post(
        f"/threads/{thread.pk}/details/", {"title": "Changed", "lane": "ask", "tags": "a,b,c,d,e,f"}
    )
    assert response.status_code == 422 and "at most 5 tags" in said(response)
    assert fresh(thread).title == "Range in winter"


def test_an_accepted_answer_holds_the_lane(thread):
    actions.accept_answer(actor=thread.author, post_id=thread.posts.get(number=2).pk)
    client = signed_in(Client(), thread.author)
    response = client.post(
        f"/threads/{thread.pk}/details/", {"title": thread.title, "lane": "chat", "tags": ""}
    )
    assert response.status_code == 422 and "has an accepted answer" in said(response)


def test_others_change_nothing(thread):
    client = signed_in(Client(), a_member())
    assert client.get(f"/threads/{thread.pk}/details/").status_code == 403
    response = client.post(f"/threads/{thread.pk}/details/", {"title": "Mine", "lane": "ask", "tags": ""})
    assert response.status_code == 403 and fresh(thread).title == "Range in winter"


# -- the moderators' page


def test_the_page_offers_what_makes_sense(thread, staff):
    def offered() -> list[str]:
        page = said(staff.get(f"/threads/{thread.pk}/manage/"))
        return [
            verb
            for verb in ("lock", "unlock", "pin", "unpin", "move", "merge", "hide", "remove", "restore")
            if f"/manage/{verb}/" in page
        ]

    assert offered() == ["lock", "pin", "move", "merge", "hide", "remove"]
    actor = a_member(role="moderator")
    actions.lock_thread(actor=actor, thread_id=thread.pk, reason="Settled")
    until = clock.now() + timedelta(days=3)
    actions.pin_thread(actor=actor, thread_id=thread.pk, until=until, reason="For all")
    assert offered() == ["unlock", "pin", "unpin", "move", "merge", "hide", "remove"]
    actions.hide_thread(actor=actor, thread_id=thread.pk, reason="A moment")
    assert offered() == ["restore"]


@pytest.mark.parametrize("who", ["member", "author", "editor"])
def test_nobody_else_finds_it(thread, who):
    member = thread.author if who == "author" else a_member(role="" if who == "member" else who)
    client = signed_in(Client(), member)
    for response in (
        client.get(f"/threads/{thread.pk}/manage/"),
        client.get(f"/threads/{thread.pk}/split/"),
        do(client, thread, "lock", reason="Mine"),
        do(client, thread, "remove", reason="Mine"),
    ):
        assert response.status_code == 403
    assert fresh(thread).state == "visible" and not fresh(thread).is_locked


def test_a_moderator_of_the_board_may_and_of_another_may_not(thread):
    here, elsewhere = a_member(), a_member()
    actions.enrol(actor=None, board_id=thread.board_id, member=here, kind="moderator")
    actions.enrol(actor=None, board_id=a_board().pk, member=elsewhere, kind="moderator")
    assert do(signed_in(Client(), elsewhere), thread, "lock", reason="Settled").status_code == 403
    assert do(signed_in(Client(), here), thread, "lock", reason="Settled").status_code == 302
    assert fresh(thread).is_locked


def test_lock_and_unlock(thread, staff):
    assert do(staff, thread, "lock", reason="").status_code == 422
    response = do(staff, thread, "lock", reason="Settled")
    assert response["Location"] == thread.get_absolute_url() and fresh(thread).is_locked
    assert do(staff, thread, "unlock").status_code == 302 and not fresh(thread).is_locked


def test_pin_and_unpin(thread, staff):
    day = (clock.now() + timedelta(days=5)).date().isoformat()
    assert do(staff, thread, "pin", until=day, reason="For all").status_code == 302
    pinned = fresh(thread)
    assert (
        pinned.is_pinned and pinned.pinned_until.date().isoformat() == day and pinned.pin_reason == "For all"
    )
    assert do(staff, thread, "unpin").status_code == 302 and not fresh(thread).is_pinned


@pytest.mark.parametrize("days", [-1, 91, 4000])
def test_a_pin_ends_within_ninety_days(thread, staff, days):
    day = (clock.now() + timedelta(days=days)).date().isoformat()
    response = do(staff, thread, "pin", until=day, reason="For all")
    assert response.status_code == 422 and "within the next 90 days" in said(response)
    assert Page(said(response)).fields["pin-reason"] == "For all", "the form stays filled"


def test_move(thread, staff):
    target = a_board(title_en="Charging")
    assert f'value="{target.pk}"' in said(staff.get(f"/threads/{thread.pk}/manage/"))
    assert do(staff, thread, "move", board=target.pk, reason="Fits better").status_code == 302
    assert fresh(thread).board == target
    assert do(staff, thread, "move", board=999_999).status_code == 422


def test_move_to_a_board_without_the_lane_is_refused(thread, staff):
    target = a_board(title_en="Chats", lanes=["chat"])
    response = do(staff, thread, "move", board=target.pk)
    assert response.status_code == 422 and "has no lane" in said(response)


def test_boards_one_does_not_moderate_are_not_offered(thread):
    here = a_member()
    actions.enrol(actor=None, board_id=thread.board_id, member=here, kind="moderator")
    client = signed_in(Client(), here)
    open_board, circle = a_board(title_en="Open one"), a_board(title_en="Closed circle", rights=CIRCLE)
    page = said(client.get(f"/threads/{thread.pk}/manage/")).split('class="verbs')[1]
    assert "Open one" not in page and "Closed circle" not in page
    for board in (open_board, circle):
        assert do(client, thread, "move", board=board.pk).status_code == 422
    assert fresh(thread).board_id == thread.board_id


def test_a_page_opened_before_the_thread_was_taken_away_does_nothing_more_to_it(thread, staff):
    do(staff, thread, "remove", reason="Names an address")
    target = a_thread(author=a_member())
    stale = {"hide": {}, "merge": {"target": target.pk}, "pin": {"until": "2026-12-01"}, "lock": {}}
    for verb, data in stale.items():
        response = do(staff, thread, verb, reason="Too late", **data)
        assert response.status_code == 403 and "out of sight" in said(response), verb
    assert fresh(thread).state == "removed"
    do(staff, thread, "restore")
    assert fresh(thread).state == "visible"


def test_no_title_answers_at_another_page_of_its_thread():
    """A thread called "Feed" must be read, whatever rooms put behind a thread's number."""
    found = {
        str(pattern.pattern).split("/")[2]
        for resolver in get_resolver().url_patterns
        for pattern in getattr(resolver, "url_patterns", [resolver])
        if str(pattern.pattern).startswith("threads/<int:thread_id>/")
        and re.fullmatch(r"[a-z]+", str(pattern.pattern).split("/")[2])
    }
    assert {"feed", "known", "raise", "since"} <= found
    assert found <= TAKEN_SLUGS


@pytest.mark.parametrize(
    "address", ["{pk}", "#{pk}", "/threads/{pk}/x/", "https://example.org/threads/{pk}/x/?page=2#n3"]
)
def test_merge_by_number_or_address(thread, staff, address):
    target = a_thread(author=a_member(), title="Target")
    response = do(staff, thread, "merge", target=address.format(pk=target.pk), reason="The same")
    assert response["Location"] == fresh(target).get_absolute_url()
    assert fresh(target).last_number == 4 and fresh(thread).state == "merged"


def test_merge_into_itself_or_nothing_is_refused(thread, staff):
    response = do(staff, thread, "merge", target=str(thread.pk), reason="The same")
    assert response.status_code == 422 and "cannot be merged into itself" in said(response)
    response = do(staff, thread, "merge", target="somewhere", reason="The same")
    assert response.status_code == 422 and "Give the number or the address" in said(response)


def test_a_mistyped_merge_target_comes_back_with_what_was_typed(thread):
    hidden = a_thread(author=a_member(role="admin"), board=a_board(rights=CIRCLE))
    actions.enrol(actor=None, board_id=thread.board_id, member=(local := a_member()), kind="moderator")
    staff = signed_in(Client(), local)
    for target in ("999999", "9" * 17, str(hidden.pk)):
        response = do(staff, thread, "merge", target=target, reason="The same")
        assert response.status_code == 422 and "There is no such thread for you." in said(response)
        fields = Page(said(response)).fields
        assert (fields["merge-target"], fields["merge-reason"]) == (target, "The same")
    assert fresh(thread).state == "visible"


def test_a_wrong_target_and_a_missing_reason_are_told_at_once(thread, staff):
    hidden = a_thread(author=a_member(), board=thread.board)
    assert do(staff, hidden, "hide", reason="Off topic").status_code == 302
    for target, told in (
        ("999999", "There is no such thread for you."),
        (str(thread.pk), "cannot be merged into itself"),
        (str(hidden.pk), "The thread to merge into must be public."),
        ("somewhere", "Give the number or the address"),
    ):
        response = do(staff, thread, "merge", target=target, reason="")
        assert response.status_code == 422
        errors = next(offer.form.errors for name, offer in response.context["verbs"] if name == "merge")
        assert set(errors) == {"target", "reason"} and told in str(errors["target"])
    assert fresh(thread).state == "visible"


@pytest.mark.parametrize(("verb", "state"), [("hide", "hidden"), ("remove", "removed")])
def test_hide_remove_and_restore(thread, staff, verb, state):
    assert do(staff, thread, verb, reason="").status_code == 422
    assert do(staff, thread, verb, reason="Off topic").status_code == 302
    assert fresh(thread).state == state
    assert do(staff, thread, "restore", reason="").status_code == 302
    assert fresh(thread).state == "visible"


def test_moving_out_of_ones_own_sight_leads_to_the_board(thread):
    here, circle = (
        a_member(),
        a_board(rights=CIRCLE | {"read": ["club_member"], "moderate": ["board_moderator"]}),
    )
    for board in (thread.board, circle):
        actions.enrol(actor=None, board_id=board.pk, member=here, kind="moderator")
    actions.enrol(actor=None, board_id=circle.pk, member=here, kind="club_member")
    response = do(signed_in(Client(), here), thread, "move", board=circle.pk)
    assert response.status_code == 302 and fresh(thread).board == circle


def test_a_verb_that_is_none_is_absent(thread, staff):
    assert staff.post(f"/threads/{thread.pk}/manage/explode/").status_code == 404
    assert staff.get(f"/threads/{thread.pk}/manage/lock/").status_code == 405


# -- split


def test_split_by_a_plain_form(thread, staff):
    whistle = thread.posts.get(number=3)
    page = said(staff.get(f"/threads/{thread.pk}/split/"))
    assert "Two thirds." in page and "Mine whistles." in page and page.count('name="posts"') == 2
    data = {"title": "Whistling", "lane": "ask", "reason": "Another matter", "posts": [whistle.pk]}
    response = staff.post(f"/threads/{thread.pk}/split/", data)
    new = Thread.objects.latest("pk")
    assert response["Location"] == new.get_absolute_url() and new.title == "Whistling"
    assert Post.objects.get(pk=whistle.pk).thread == new


@pytest.mark.parametrize("posts", [[], ["x"], ["999999"]])
def test_split_needs_replies_of_this_thread_and_keeps_the_words(thread, staff, posts):
    data = {"title": "Whistling", "lane": "ask", "reason": "Another matter", "posts": posts}
    response = staff.post(f"/threads/{thread.pk}/split/", data)
    assert response.status_code == 422 and "Choose replies of this thread" in said(response)
    assert Page(said(response)).fields["title"] == "Whistling"


def test_a_chosen_reply_stays_chosen_when_something_else_is_wrong(thread, staff):
    reply = thread.posts.get(number=2)
    response = staff.post(f"/threads/{thread.pk}/split/", {"title": "", "posts": [reply.pk], "lane": "ask"})
    assert response.status_code == 422 and f'value="{reply.pk}" checked' in said(response)


def test_a_thread_without_replies_has_nothing_to_split(staff):
    thread = a_thread(author=a_member())
    assert "There are no replies to split off" in said(staff.get(f"/threads/{thread.pk}/split/"))


def test_every_page_speaks_chinese(thread, staff):
    for path in ("manage/", "split/", "details/"):
        response = staff.get(f"/threads/{thread.pk}/{path}", headers={"Accept-Language": "zh"})
        heading = Page(said(response)).headings[0]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in heading), heading
    response = staff.post(f"/threads/{thread.pk}/manage/lock/", {}, headers={"Accept-Language": "zh"})
    assert response.status_code == 422


def test_the_boards_to_move_to_stand_by_group_and_below_the_board_above(staff, thread):
    above = a_board(title_en="Driving")
    a_board(title_en="Winter", parent_id=above.pk, group=above.group)
    page = said(staff.get(f"/threads/{thread.pk}/manage/"))
    select = page[page.index('name="move-board"') :].split("</select>")[0]
    assert f'<optgroup label="{above.group.title}">' in select and ">Driving / Winter</option>" in select
    assert '<option value="" selected>Choose…</option>' in select and "---" not in select


def test_a_thread_that_was_merged_stands_for_where_it_went(staff, thread):
    gone, stays = (a_thread(author=a_member(), board=thread.board) for _ in range(2))
    assert do(staff, gone, "merge", target=stays.pk, reason="The same").status_code == 302
    assert do(staff, thread, "merge", target=gone.pk, reason="The same again").status_code == 302
    assert fresh(thread).merged_into_id == stays.pk == fresh(gone).merged_into_id
    refused = do(staff, stays, "merge", target=gone.pk, reason="Into itself")
    assert refused.status_code == 422 and "cannot be merged into itself" in said(refused)
