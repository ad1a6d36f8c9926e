"""More of what a thread's page answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from community.core import clock
from community.core.access import Refused
from community.members import actions as member_actions
from forum import actions
from forum.models import Thread, Watch
from forum.rights import DEFAULT_RIGHTS
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, an_imported_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db


def long_thread(posts: int = 45, **fields) -> Thread:
    thread = a_thread(author=a_member(), **fields)
    writer = a_member()
    for n in range(2, posts + 1):
        a_reply(author=writer, thread=thread, body=f"Words of number {n}.")
    thread.refresh_from_db()
    return thread


def html(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


# -- addresses


def test_a_hidden_thread_is_absent_but_for_its_author_and_staff(client):
    thread = a_thread(author=a_member())
    moderator = a_member(role="moderator")
    actions.hide_thread(actor=moderator, thread_id=thread.pk, reason="Off topic")
    assert client.get(thread.get_absolute_url()).status_code == 404
    assert signed_in(Client(), a_member()).get(thread.get_absolute_url()).status_code == 404
    for reader in (thread.author, moderator):
        page = html(signed_in(Client(), reader), thread.get_absolute_url())
        assert "This thread is hidden" in page and "Off topic" in page
    actions.remove_thread(actor=moderator, thread_id=thread.pk, reason="Off topic")
    assert signed_in(Client(), thread.author).get(thread.get_absolute_url()).status_code == 404


def test_somebody_ignored_is_folded_away(client):
    thread = long_thread(2)
    reply = thread.posts.get(number=2)
    reader = a_member()
    member_actions.ignore_member(member=reader, target=reply.author)
    page = html(signed_in(client, reader), thread.get_absolute_url())
    assert '<details class="ignored">' in page and "whom you ignore" in page


def test_an_accepted_answer_of_somebody_ignored_is_not_quoted_on_top(client):
    thread = long_thread(2)
    answer = thread.posts.get(number=2)
    actions.accept_answer(actor=thread.author, post_id=answer.pk)
    reader = a_member()
    member_actions.ignore_member(member=reader, target=answer.author)
    solved = html(signed_in(client, reader), thread.get_absolute_url()).partition('class="solved"')[2]
    assert "Words of number 2" not in solved.partition("</section>")[0]


def test_words_sent_to_a_thread_that_is_gone_come_back(client):
    thread = long_thread(1)
    actions.remove_thread(actor=a_member(role="moderator"), thread_id=thread.pk, reason="Advertising")
    sent = signed_in(client, a_member()).post(
        f"/threads/{thread.pk}/reply/",
        {"body": "Two <b>long</b> pages"},
        headers={"origin": "http://testserver"},
    )
    assert sent.status_code == 404 and "Two &lt;b&gt;long&lt;/b&gt; pages" in sent.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"data": b"--x", "content_type": "multipart/form-data; boundary=\xe9"},
        {"data": {f"f{n}": "1" for n in range(1500)}},
    ],
)
def test_no_form_breaks_the_page_of_an_unknown_address(client, sent):
    response = client.post("/xmlrpc.php", headers={"origin": "http://testserver"}, **sent)
    assert response.status_code in (400, 404)


def test_nothing_is_new_on_an_old_thread_to_whoever_joined_after_its_end(client):
    with clock.frozen(clock.now()) as hands:
        thread = long_thread(25)
        hands.move(timedelta(days=1))
        reader = signed_in(client, a_member())
        html(reader, thread.get_absolute_url())
        page = html(reader, thread.get_absolute_url())
    assert "0 new posts" not in page and "new post" not in page.partition('class="route"')[2]


def test_an_opening_post_is_not_rewritten_while_its_thread_is_hidden(client):
    thread = long_thread(1)
    actions.hide_thread(actor=a_member(role="moderator"), thread_id=thread.pk, reason="Off topic")
    opening = thread.posts.get(number=1)
    page = signed_in(client, thread.author).get(f"/posts/{opening.pk}/edit/")
    assert page.status_code == 403
    with pytest.raises(Refused):
        actions.rename_thread(actor=thread.author, thread_id=thread.pk, title="Another title altogether")


def test_a_private_board_is_not_named_on_the_boards_below_it(client):
    a_board()
    above = a_board(title_en="Secret Room")
    board = a_board(title_en="Open Room", group=above.group, parent_id=above.pk, rights=DEFAULT_RIGHTS)
    thread = a_thread(author=a_member(), board=board)
    addresses = (board.get_absolute_url(), thread.get_absolute_url(), "/write/")
    member = signed_in(Client(), a_member())
    assert all("Secret Room" in html(member, address) for address in addresses)
    actions.set_rights(actor=None, board_id=above.pk, rights={"read": ["moderator"]})
    for reader in (client, member):
        for address in addresses[:2] if reader is client else addresses:
            assert "Secret Room" not in html(reader, address), address


def test_the_accepted_answer_stands_on_top_of_the_first_page_only(client):
    thread = long_thread(25)
    answer = thread.posts.get(number=23)
    actions.accept_answer(actor=thread.author, post_id=answer.pk)
    first = html(client, thread.get_absolute_url())
    assert (
        'class="solved"' in first
        and f'href="/posts/{answer.pk}/"' in first
        and "Words of number 23." in first
    )
    assert 'class="solved"' not in html(client, f"{thread.get_absolute_url()}?page=2")


def test_what_was_moved_in_says_where_from(client):
    author = an_imported_member(name="Old Hand")
    words = [actions.ImportedPost(author.pk, author.name, "It was so.", clock.now(), score=7)]
    moved = actions.prepare_thread(actions.ImportedThread(title="From elsewhere", posts=words))
    actions.import_threads(actor=None, board_id=a_board().pk, label="beer", threads=[moved])
    page = html(client, Thread.objects.get().get_absolute_url())
    assert "moved here from beer" in page and "7 where it came from" in page
    assert "Imported, not claimed yet" in page


# -- the log


def test_what_was_done_stands_in_the_log_with_name_and_reason(client):
    thread = long_thread(3, title="Before", tags=["old"])
    staff = a_member(name="Nightjar", role="moderator")
    with clock.frozen(clock.now()) as hands:
        for act in (
            lambda: actions.lock_thread(actor=staff, thread_id=thread.pk, reason="Getting loud"),
            lambda: actions.unlock_thread(actor=staff, thread_id=thread.pk),
            lambda: actions.pin_thread(
                actor=staff, thread_id=thread.pk, until=clock.now() + timedelta(days=1), reason="For all"
            ),
            lambda: actions.unpin_thread(actor=staff, thread_id=thread.pk),
            lambda: actions.rename_thread(actor=staff, thread_id=thread.pk, title="After", reason="Clearer"),
            lambda: actions.retag_thread(actor=staff, thread_id=thread.pk, tags=["new"]),
            lambda: actions.change_lane(actor=staff, thread_id=thread.pk, lane="chat", reason="Only a chat"),
            lambda: actions.move_thread(
                actor=staff,
                thread_id=thread.pk,
                board_id=a_board(title_en="Hidden name").pk,
                reason="Fits better",
            ),
            lambda: actions.hide_thread(actor=staff, thread_id=thread.pk, reason="A moment"),
            lambda: actions.restore_thread(actor=staff, thread_id=thread.pk),
        ):
            hands.move(timedelta(minutes=1))
            act()
    page = html(client, Thread.objects.get().get_absolute_url())
    for words in (
        "Nightjar (Moderator) locked this thread.",
        "Getting loud",
        "unlocked this thread",
        "pinned this thread",
        "unpinned this thread",
        "changed the title from “Before”",
        "changed the tags: new.",
        "changed the lane to “Chat”",
        "moved this thread here from “",
        "Fits better",
        "hid this thread",
        "restored this thread",
    ):
        assert words in page, words


def test_the_clock_ends_a_pin_and_says_so(client):
    from forum.actions.upkeep import end_due_pins

    thread = a_thread(author=a_member())
    staff = a_member(role="moderator")
    with clock.frozen(clock.now()) as hands:
        until = clock.now() + timedelta(days=1)
        actions.pin_thread(actor=staff, thread_id=thread.pk, until=until, reason="For all")
        hands.move(timedelta(days=2))
        assert end_due_pins() == 1
    assert "The clock unpinned this thread." in html(client, thread.get_absolute_url())


# -- watching, accepting, by plain forms


def test_watching_a_thread(client):
    thread = a_thread(author=a_member())
    member = a_member()
    signed_in(client, member)
    response = client.post(f"/threads/{thread.pk}/watch/", {"level": "all"}, follow=True)
    assert response.redirect_chain == [(thread.get_absolute_url(), 302)]
    assert "Watching" in response.content.decode() and Watch.objects.get(member=member).level == "all"
    client.post(f"/threads/{thread.pk}/watch/", {"level": ""})
    assert not Watch.objects.filter(member=member).exists()


def test_accepting_and_taking_it_back(client):
    thread = long_thread(2)
    answer = thread.posts.get(number=2)
    signed_in(client, thread.author)
    client.post(f"/posts/{answer.pk}/accept/")
    thread.refresh_from_db()
    assert thread.accepted_post == answer
    assert (
        "The question is open again."
        in client.post(f"/threads/{thread.pk}/unaccept/", follow=True).content.decode()
    )
    thread.refresh_from_db()
    assert thread.accepted_post is None


def test_only_the_asker_accepts_and_the_refusal_says_so(client):
    thread = long_thread(2)
    answer = thread.posts.get(number=2)
    signed_in(client, answer.author)
    page = client.post(f"/posts/{answer.pk}/accept/", follow=True).content.decode()
    assert "Only the person who asked can accept an answer." in page
    thread.refresh_from_db()
    assert thread.accepted_post is None


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_thread_with_everything_speaks_both_languages(client, language):
    thread = long_thread(22, tags=["winter"], title="冬天续航掉多少？")
    staff = a_member(role="moderator")
    actions.accept_answer(actor=thread.author, post_id=thread.posts.get(number=2).pk)
    actions.hide_post(actor=staff, post_id=thread.posts.get(number=3).pk, reason="Rude")
    actions.purge_post(actor=staff, post_id=thread.posts.get(number=4).pk, reason="Personal")
    actions.lock_thread(actor=staff, thread_id=thread.pk, reason="Settled")
    for reader in (None, a_member(), thread.author, staff):
        person = signed_in(Client(), reader) if reader else client
        for page in ("", "?page=2"):
            seen = Page(html(person, thread.get_absolute_url() + page, **{"Accept-Language": language}))
            assert seen.faults == []
            assert ("Locked" in seen.text) == (language == "en")
            assert ("被隐藏" in seen.text or "隐藏" in seen.text) == (language != "en") or page


def test_a_moved_thread_names_its_old_board_only_to_those_who_may_read_it(
    client, django_capture_on_commit_callbacks
):
    staff = a_member(role="moderator")
    board = a_board(title_en="Inner ring")
    thread = a_thread(author=staff, board=board)
    actions.move_thread(actor=staff, thread_id=thread.pk, board_id=a_board().pk)
    assert "moved this thread here from “Inner ring”" in html(client, thread.get_absolute_url())
    narrower = DEFAULT_RIGHTS | {"read": ["moderator"]}
    with django_capture_on_commit_callbacks(execute=True):
        actions.set_rights(actor=a_member(role="admin"), board_id=board.pk, rights=narrower)
    page = html(client, thread.get_absolute_url())
    assert "moved this thread here from another board" in page and "Inner ring" not in page
    assert "moved this thread here from “Inner ring”" in html(
        signed_in(Client(), staff, strongly=True), thread.get_absolute_url()
    )
