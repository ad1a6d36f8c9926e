"""My list of notices, and what each button does."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from activity.notices import words
from activity.notices.kinds import Kind
from activity.notices.models import Notification, Preference
from community.members.models import Member
from forum import actions
from forum.models import Thread, Watch
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.notices import badge, settle, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker() -> Member:
    return a_member(name="Asker")


@pytest.fixture
def client(client: Client, asker: Member) -> Client:
    return signed_in(client, asker)


@pytest.fixture
def thread(frozen_clock, asker) -> Thread:
    """A thread of the asker's with a mention and two replies."""
    thread = a_thread(author=asker, title="Is <b>this</b> normal?")
    a_reply(author=a_member(name="Helper"), thread=thread, body="@Asker, yes.")
    a_reply(author=a_member(name="Mila"), thread=thread)
    a_reply(author=a_member(name="Ole"), thread=thread)
    settle(frozen_clock)
    return thread


def test_the_list_says_what_happened_why_and_what_switches_it_off(client, thread):
    page = client.get("/notices/").content.decode()
    assert "<b>Helper</b> mentioned you in <b>Is &lt;b&gt;this&lt;/b&gt; normal?</b>" in page
    assert "<b>Ole</b> and 1 other replied in" in page
    assert "Your name stands in the post." in page
    assert "You started this thread. 2 posts became one notice." in page
    assert "Stop this thread" in page and "No mentions" in page
    assert page.index("For you") < page.index("About what you wrote")
    assert '<b class="unread-badge" data-unread="2">2</b>' in page


def test_an_empty_list_says_so(client):
    assert "Nobody needs you just now" in client.get("/notices/").content.decode()


def test_unread_and_kinds_can_be_asked_for(client, asker, thread):
    mention = told(asker, kind="mention")[0]
    client.post(f"/notices/{mention.pk}/read/")
    unread = client.get("/notices/?show=unread").content.decode()
    assert "mentioned you" not in unread and "replied in" in unread
    assert "replied in" not in client.get("/notices/?kind=mention").content.decode()
    assert client.get("/notices/?kind=nonsense&page=nonsense").status_code == 200


def test_a_notice_leads_to_its_post_and_is_read(client, asker, thread):
    mention = told(asker, kind="mention")[0]
    answer = client.get(f"/notices/{mention.pk}/")
    assert answer["Location"] == f"/posts/{mention.post_id}/"
    assert badge(asker) == 1


def test_nobody_reads_or_switches_what_is_not_theirs(thread, asker):
    stranger = signed_in(Client(), a_member())
    mention = told(asker, kind="mention")[0]
    assert stranger.get(f"/notices/{mention.pk}/").status_code == 404
    stranger.post(f"/notices/{mention.pk}/read/")
    assert stranger.post(f"/notices/{mention.pk}/off/").status_code == 404
    assert badge(asker) == 2


def test_looking_at_the_thread_reads_its_notices(client, asker, thread):
    other = a_thread(author=asker)
    client.get(other.get_absolute_url())
    assert badge(asker) == 2
    page = client.get(thread.get_absolute_url()).content.decode()
    assert badge(asker) == 0
    assert 'data-unread="0" hidden' in page, "already on the page that was looked at"


def test_all_are_read_with_one_button(client, asker, thread):
    client.post("/notices/read/")
    assert badge(asker) == 0
    assert not Notification.objects.filter(recipient=asker, read_at=None).exists()


def test_a_thread_is_stopped_in_one_click(client, asker, thread, frozen_clock):
    row = told(asker, kind="watched")[0]
    client.post(f"/notices/{row.pk}/off/")
    assert Watch.objects.get(member=asker, thread=thread).level == "mentions"
    a_reply(author=a_member(), thread=thread)
    settle(frozen_clock)
    assert not Notification.objects.filter(recipient=asker, kind="watched", read_at=None).exists()


def test_a_board_is_stopped_in_one_click(client, asker, frozen_clock):
    board = a_board()
    actions.set_watch(member=asker, board_id=board.pk, level="all")
    a_thread(author=a_member(), board=board)
    settle(frozen_clock)
    client.post(f"/notices/{told(asker)[0].pk}/off/")
    assert not Watch.objects.filter(member=asker, board=board).exists()


def test_a_kind_is_switched_off_in_one_click(client, asker, thread, frozen_clock):
    client.post(f"/notices/{told(asker, kind='mention')[0].pk}/off/")
    assert Preference.objects.get(member=asker).ways.is_off
    a_reply(author=a_member(), thread=a_thread(author=a_member()), body="@Asker?")
    settle(frozen_clock)
    assert len(told(asker, kind="mention")) == 1


def test_what_moderators_do_cannot_be_switched_off(client, asker, thread):
    actions.hide_post(actor=a_member(role="moderator"), post_id=thread.posts.last().pk, reason="Rude")
    actions.lock_thread(actor=a_member(role="moderator"), thread_id=thread.pk, reason="Enough")
    row = Notification.objects.create(
        recipient=asker, kind=Kind.HOUSE, subject="warned:0", data={"what": "warned"}
    )
    client.post(f"/notices/{row.pk}/off/")
    assert not Preference.objects.exists()


def test_the_count_is_there_for_pages_without_a_socket(client, thread):
    assert client.get("/notices/count/").json() == {"n": 2}
    assert Client().get("/notices/count/").json() == {"n": 0}


def test_what_stands_further_down_a_thread_is_not_read_from_above(client, asker, frozen_clock, monkeypatch):
    monkeypatch.setattr("forum.policy.POSTS_PER_PAGE", 3)
    thread = a_thread(author=(helper := a_member()))
    apart, *_rest = [
        a_reply(author=helper, thread=thread, body=body)
        for body in ("Apart", "@Asker, early", "Nothing", "@Asker, late")
    ]
    actions.split_thread(
        actor=a_member(role="moderator"),
        thread_id=thread.pk,
        post_ids=[apart.pk],
        title="Apart",
        reason="Apart",
    )
    other = a_reply(author=helper, thread=a_thread(author=helper), body="@Asker, elsewhere")
    settle(frozen_clock)
    client.get(thread.get_absolute_url())
    assert badge(asker) == 2, "the later mention is on the second page"
    assert {row.thread_id for row in told(asker, read_at=None)} == {thread.pk, other.thread_id}
    client.get(f"{thread.get_absolute_url()}?page=2")
    assert badge(asker) == 1
    client.get(other.get_absolute_url(), follow=True)
    assert badge(asker) == 0


def test_a_device_is_told_which_of_its_notices_still_wait(client, asker, thread, frozen_clock):
    mention, watched = told(asker, kind="mention")[0], told(asker, kind="watched")[0]
    a_reply(author=asker, thread=a_thread(author=(other := a_member())))
    settle(frozen_clock)
    (strange,) = told(other)
    client.post(f"/notices/{watched.pk}/read/")
    address = f"/notices/count/?of={mention.pk}-{watched.pk}-{strange.pk}-x-{'9' * 40}"
    assert client.get(address).json() == {"n": 1, "open": [mention.pk]}
    assert Client().get(address).json() == {"n": 0}


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_kind_has_its_words(kind, language, asker):
    thread = a_thread(author=asker)
    row = Notification(kind=kind, thread=thread, actor=asker, data={"what": "warned", "reason": "Too loud"})
    with translation.override(language):
        for said in (words.sentence(row), words.plain(row), words.why(row)):
            assert said and "%(" not in said
        assert bool(words.off_label(row)) is (kind != "house")


@pytest.mark.parametrize(
    "what",
    [
        "post_hidden",
        "post_removed",
        "post_erased",
        "thread_hidden",
        "thread_removed",
        "moved",
        "muted",
        "suspended",
        "restored",
    ],
)
def test_every_deed_of_a_moderator_has_its_words(what, asker):
    row = Notification(kind="house", actor=asker, data={"what": what, "title": "Range"})
    assert words.plain(row) != words.plain(Notification(kind="house", actor=asker, data={"what": "?"}))


def test_more_than_ninety_nine_are_not_counted_out(client, asker):
    Member.objects.filter(pk=asker.pk).update(notice_count=120)
    assert 'data-unread="120">99+<' in client.get("/boards/").content.decode()
