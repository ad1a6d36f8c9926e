"""Publishing later: at the hour on the writer's wall, once, by the rights that count then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.http import Http404
from django.test import Client

from activity.notices.models import Notification
from community.core.access import Invalid, Refused
from community.core.tasks.crons import tick
from community.core.tasks.testing import run_due
from community.members.actions import set_preferences, set_standing
from community.members.models import Member
from forum import actions, tasks
from forum.actions.drafts import Written
from forum.models import Draft, Post, Scheduled, Thread
from forum.moments import Wall
from forum.policy import MOST_SCHEDULED
from forum.queries import drafts as drafts_at
from forum.rights import CIRCLE
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db
EIGHT = Wall(datetime(2026, 12, 3, 8, 0), "Europe/Vienna")  # 07:00 in UTC
DUE = datetime(2026, 12, 3, 7, 0, tzinfo=UTC)


@pytest.fixture
def writer(frozen_clock):
    member = a_member()
    Member.objects.filter(pk=member.pk).update(
        post_count=5, joined_at=frozen_clock.now() - timedelta(days=4), time_zone="Europe/Vienna"
    )
    member.refresh_from_db()
    return member


@pytest.fixture
def thread(frozen_clock):
    return a_thread(author=a_member())


def a_reply_for_later(writer, thread, body="On the day", **more):
    words = {"body": body} | more.pop("words", {})
    return actions.schedule_post(
        author=writer, place=f"thread-{thread.pk}", words=words, wall=more.pop("wall", EIGHT), **more
    )


def replies_of(writer) -> list[str]:
    return list(Post.objects.filter(author=writer).order_by("pk").values_list("source", flat=True))


# -- writing it


def test_it_waits_for_the_hour_on_the_wall(writer, thread):
    actions.save_draft(member=writer, written=Written(f"thread-{thread.pk}"), words={"body": "On the day"})
    row = a_reply_for_later(writer, thread, draft=Written(f"thread-{thread.pk}", "", 1))
    assert (row.due_at, row.wall, row.zone) == (DUE, "2026-12-03T08:00", "Europe/Vienna")
    assert not Draft.objects.exists() and replies_of(writer) == []


def test_sent_twice_it_waits_once(writer, thread):
    first = a_reply_for_later(writer, thread, idempotency_key="one")
    assert a_reply_for_later(writer, thread, idempotency_key="one").pk == first.pk
    assert Scheduled.objects.count() == 1
    actions.publish_scheduled(scheduled_id=first.pk, by=writer)
    with pytest.raises(Refused, match="waits no more"):
        a_reply_for_later(writer, thread, idempotency_key="one")


@pytest.mark.parametrize(
    ("wall", "field"),
    [
        (Wall(datetime(2026, 11, 23, 9, 0), "UTC"), "later_time"),  # now
        (Wall(datetime(2025, 1, 1, 9, 0), "UTC"), "later_time"),
        (Wall(datetime(2027, 12, 3, 9, 0), "UTC"), "later_day"),
        (Wall(datetime(2027, 3, 28, 2, 30), "Europe/Vienna"), "later_time"),  # skipped
    ],
)
def test_a_moment_that_cannot_be(writer, thread, wall, field):
    with pytest.raises(Invalid) as refusal:
        a_reply_for_later(writer, thread, wall=wall)
    assert refusal.value.field == field


def test_words_that_would_be_refused_are_refused_now(writer, thread):
    board = thread.board
    good = {"title": "A title", "body": "Words", "lane": "ask"}
    for bad in ({"title": ""}, {"body": " "}, {"lane": "none"}, {"tags": "a, b, c, d, e, f"}):
        with pytest.raises(Invalid):
            actions.schedule_post(author=writer, place=f"new-{board.slug}", words=good | bad, wall=EIGHT)
    for place in (f"new-{a_board(rights=CIRCLE).slug}", "thread-999999", "thread-x", "edit-1", "new-"):
        with pytest.raises(Http404):
            actions.schedule_post(author=writer, place=place, words=good, wall=EIGHT)
    assert not Scheduled.objects.exists()


def test_who_may(writer, thread):
    newcomer = a_member()
    with pytest.raises(Refused) as refusal:
        a_reply_for_later(newcomer, thread)
    assert refusal.value.code == "new"
    staff = a_member(role="moderator")
    a_reply_for_later(staff, thread)
    admin = a_member(role="admin")
    for standing in ("warned", "muted"):
        set_standing(actor=admin, member=writer, standing=standing, reason="Quiet")
        writer.refresh_from_db()
        with pytest.raises(Refused) as refusal:
            a_reply_for_later(writer, thread)
        assert refusal.value.code == standing


def test_so_many_wait_and_no_more(writer, thread):
    for n in range(MOST_SCHEDULED):
        a_reply_for_later(writer, thread, body=f"{n}")
    with pytest.raises(Refused) as refusal:
        a_reply_for_later(writer, thread)
    assert refusal.value.code == "full"


# -- publishing it


def test_it_is_published_when_its_minute_comes_and_once(frozen_clock, writer, thread):
    a_reply_for_later(writer, thread)
    tick(frozen_clock.now())
    frozen_clock.set(DUE - timedelta(seconds=1))
    tick(frozen_clock.now())
    run_due()
    assert replies_of(writer) == []
    frozen_clock.set(DUE)
    tick(frozen_clock.now())
    run_due()
    tasks.publish_due.func()
    assert replies_of(writer) == ["On the day"]
    post = Post.objects.get(author=writer)
    assert post.posted_at == DUE and post.number == 2
    assert not Scheduled.objects.exists()


def test_a_thread_with_all_its_words(frozen_clock, writer, thread):
    words = {"title": "On the day", "body": "Words", "lane": "tell", "tags": "winter, 续航", "reply_to": "1"}
    actions.schedule_post(author=writer, place=f"new-{thread.board.slug}", words=words, wall=EIGHT)
    frozen_clock.set(DUE)
    tasks.publish_due.func()
    made = Thread.objects.get(author=writer)
    assert (made.title, made.lane, made.board_id) == ("On the day", "tell", thread.board_id)
    assert {name for _slug, name in made.tag_list} == {"winter", "续航"}


def test_a_run_that_was_cut_off_publishes_nothing_or_once(frozen_clock, writer, thread, monkeypatch):
    row = a_reply_for_later(writer, thread)
    frozen_clock.set(DUE)

    def cut(*_args, **_kwargs):
        raise SystemExit  # the worker is killed before its commit

    with monkeypatch.context() as patch:
        patch.setattr(Scheduled, "delete", cut)
        with pytest.raises(SystemExit):
            actions.publish_scheduled(scheduled_id=row.pk)
    assert replies_of(writer) == [] and Scheduled.objects.count() == 1
    for _again in range(3):
        tasks.publish_due.func()
    assert replies_of(writer) == ["On the day"]


def test_one_that_fails_holds_up_no_other(frozen_clock, writer, thread, monkeypatch):
    first = a_reply_for_later(writer, thread, body="First")
    a_reply_for_later(writer, thread, body="Second")
    frozen_clock.set(DUE)
    publish = actions.publish_scheduled

    def stumbling(*, scheduled_id):
        if scheduled_id == first.pk:
            raise RuntimeError
        return publish(scheduled_id=scheduled_id)

    monkeypatch.setattr(actions, "publish_scheduled", stumbling)
    tasks.publish_due.func()
    assert replies_of(writer) == ["Second"] and Scheduled.objects.get().pk == first.pk


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("closed", "This board is closed."),
        ("locked", "This thread is locked."),
        ("muted", "muted"),
        ("private", "Its place is no longer open to you."),
        ("answered", "The post you answer is no longer here."),
    ],
)
def test_rights_are_asked_again_and_the_words_are_kept(frozen_clock, writer, thread, what, said):
    admin = a_member(role="admin")
    answered = a_reply(author=thread.author, thread=thread)
    reply_to = {"reply_to": str(answered.pk)} if what == "answered" else {}
    a_reply_for_later(writer, thread, words=reply_to)
    if what == "closed":
        actions.edit_board(actor=admin, board_id=thread.board_id, is_closed=True)
    elif what == "locked":
        actions.lock_thread(actor=admin, thread_id=thread.pk, reason="Settled")
    elif what == "muted":
        set_standing(actor=admin, member=writer, standing="muted", reason="Quiet")
    elif what == "private":
        actions.set_rights(actor=admin, board_id=thread.board_id, rights=CIRCLE)
    else:
        actions.remove_post(actor=thread.author, post_id=answered.pk)
    run_due()
    Notification.objects.all().delete()
    frozen_clock.set(DUE)
    tasks.publish_due.func()
    assert replies_of(writer) == [] and not Scheduled.objects.exists()
    draft = drafts_at.at(writer, f"thread-{thread.pk}")
    assert draft.body == "On the day"
    assert said in draft.note and "Thursday, 3 December 2026, 08:00" in draft.note
    run_due()
    (told,) = Notification.objects.filter(recipient=writer)
    assert told.data["what"] == "not_published" and said in told.data["reason"]
    tasks.publish_due.func()
    assert Draft.objects.count() == 1


def test_a_draft_that_stands_there_stays_when_words_come_back(frozen_clock, writer, thread):
    a_reply_for_later(writer, thread)
    actions.save_draft(member=writer, written=Written(f"thread-{thread.pk}"), words={"body": "Since then"})
    actions.lock_thread(actor=a_member(role="admin"), thread_id=thread.pk, reason="Settled")
    frozen_clock.set(DUE)
    tasks.publish_due.func()
    assert drafts_at.at(writer, f"thread-{thread.pk}").body == "Since then"
    assert Draft.objects.get(is_aside=True).body == "On the day"


def test_the_reason_is_in_the_writers_language(frozen_clock, writer, thread):
    set_preferences(member=writer, language="zh-hans")
    a_reply_for_later(writer, thread)
    actions.lock_thread(actor=a_member(role="admin"), thread_id=thread.pk, reason="Settled")
    frozen_clock.set(DUE)
    tasks.publish_due.func()
    assert "锁定" in Draft.objects.get().note


def test_the_reason_of_a_suspension_is_in_the_writers_language_and_by_their_clock(
    frozen_clock, writer, thread
):
    set_preferences(member=writer, language="zh-hans")
    a_reply_for_later(writer, thread)
    until = DUE + timedelta(days=3, hours=16, minutes=30)  # 00:30 of the day after in Vienna
    set_standing(
        actor=a_member(role="admin"), member=writer, standing="suspended", reason="Spam", until=until
    )
    frozen_clock.set(DUE)
    tasks.publish_due.func()
    note = Draft.objects.get().note
    assert "停用" in note and "00:30" in note


# -- changing one's mind


def test_another_hour_and_other_words(frozen_clock, writer, thread):
    answered = thread.posts.get()
    row = a_reply_for_later(writer, thread, words={"reply_to": str(answered.pk)})
    later = Wall(datetime(2026, 12, 4, 8, 0), "Europe/Vienna")
    actions.change_scheduled(member=writer, scheduled_id=row.pk, words={"body": "A day later"}, wall=later)
    frozen_clock.set(DUE)
    tasks.publish_due.func()
    assert replies_of(writer) == []
    frozen_clock.set(DUE + timedelta(days=1))
    tasks.publish_due.func()
    assert replies_of(writer) == ["A day later"]
    assert Post.objects.get(author=writer).reply_to_id == answered.pk


def test_cancelled_it_is_a_draft(writer, thread):
    row = a_reply_for_later(writer, thread)
    assert actions.cancel_scheduled(member=writer, scheduled_id=row.pk) == f"thread-{thread.pk}"
    assert drafts_at.at(writer, f"thread-{thread.pk}").body == "On the day"
    assert not Scheduled.objects.exists()


def test_nobody_else_touches_it(writer, thread):
    row = a_reply_for_later(writer, thread)
    for other in (thread.author, a_member(role="admin")):
        with pytest.raises(Http404):
            actions.publish_scheduled(scheduled_id=row.pk, by=other)
        with pytest.raises(Http404):
            actions.cancel_scheduled(member=other, scheduled_id=row.pk)
        with pytest.raises(Http404):
            actions.change_scheduled(member=other, scheduled_id=row.pk, words={"body": "x"}, wall=EIGHT)


# -- the pages


LATER = {"later": "1", "later_day": "2026-12-03", "later_time": "08:00"}


def test_without_the_script_from_form_to_post(frozen_clock, writer, thread):
    client = signed_in(Client(), writer)
    address = f"/threads/{thread.pk}/reply/"
    page = client.get(address).content.decode()
    assert "Publish later" in page and "By the clocks of Europe/Vienna (UTC+1)." in page
    sent = client.post(address, {"body": "On the day", "key": "one", "seen": "1"} | LATER, follow=True)
    assert sent.redirect_chain[-1][0] == "/account/scheduled/"
    said = sent.content.decode()
    assert "It waits until Thursday, 3 December 2026, 08:00." in said
    assert "<b>Thursday, 3 December 2026, 08:00</b>" in said and "Europe/Vienna (UTC+1)" in said
    row = Scheduled.objects.get()
    form = client.get(f"/account/scheduled/{row.pk}/").content.decode()
    assert f'data-place="thread={thread.pk}"' in form, "groups are called there"
    assert 'value="2026-12-03"' in form and 'value="08:00"' in form and "On the day</textarea>" in form
    changed = {"body": "Changed", "key": "two", "later_day": "2026-12-04", "later_time": "07:30"}
    assert client.post(f"/account/scheduled/{row.pk}/", changed)["Location"] == "/account/scheduled/"
    row.refresh_from_db()
    assert (row.wall, row.body) == ("2026-12-04T07:30", "Changed")
    posted = client.post(f"/account/scheduled/{row.pk}/act/", {"do": "publish"})
    assert posted["Location"].endswith(f"#post-{Post.objects.get(author=writer).pk}")


def test_the_reply_box_of_a_thread_offers_it_to_those_who_may(writer, thread):
    page = signed_in(Client(), writer).get(thread.get_absolute_url()).content.decode()
    assert 'name="later"' in page and "By the clocks of Europe/Vienna (UTC+1)." in page
    assert (
        'name="later"' not in signed_in(Client(), a_member()).get(thread.get_absolute_url()).content.decode()
    )
    assert 'name="later"' not in Client().get(thread.get_absolute_url()).content.decode()


def test_a_thread_for_later_and_back_to_drafts(writer, thread):
    client = signed_in(Client(), writer)
    words = {"title": "On the day", "body": "Words", "lane": "ask", "tags": "winter", "key": "one"}
    client.post(f"/boards/{thread.board.slug}/new/", words | LATER)
    row = Scheduled.objects.get()
    assert client.get(f"/account/scheduled/{row.pk}/").status_code == 200
    gone = client.post(f"/account/scheduled/{row.pk}/act/", {"do": "cancel"}, follow=True)
    assert "Its words are a draft again." in gone.content.decode()
    assert not Thread.objects.filter(author=writer).exists()
    assert drafts_at.at(writer, f"new-{thread.board.slug}").title == "On the day"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"later_day": ""}, "Choose a day."),
        ({"later_time": ""}, "Choose a time."),
        ({"later_day": "2026-11-01"}, "Choose a moment that is still to come."),
        ({"later_day": "2027-03-28", "later_time": "02:30"}, "Choose 03:30, for instance."),
    ],
)
def test_what_is_wrong_with_the_moment_is_said_and_nothing_is_posted(
    frozen_clock, writer, thread, given, said
):
    if given.get("later_day", "").startswith("2027"):
        frozen_clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    client = signed_in(Client(), writer)
    form = {"body": "On the day", "key": "one", "seen": "1"} | LATER | given
    answer = client.post(f"/threads/{thread.pk}/reply/", form)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert (
        "On the day</textarea>" in answer.content.decode()
        and '<details class="later" open>' in answer.content.decode()
    )
    assert replies_of(writer) == [] and not Scheduled.objects.exists()


def test_an_hour_that_comes_twice_is_told(frozen_clock, writer, thread):
    frozen_clock.set(datetime(2027, 10, 1, tzinfo=UTC))
    client = signed_in(Client(), writer)
    form = {"body": "x", "key": "one", "seen": "1", "later": "1"}
    form |= {"later_day": "2027-10-31", "later_time": "02:30", "awake": "1"}
    answer = client.post(f"/threads/{thread.pk}/reply/", form, follow=True)
    assert "That hour comes twice that night; the first one counts." in answer.content.decode()
    assert "(UTC+2)" in answer.content.decode()


def test_newcomers_do_not_see_the_button(thread):
    page = signed_in(Client(), a_member()).get(f"/threads/{thread.pk}/reply/").content.decode()
    assert "Publish later" not in page
