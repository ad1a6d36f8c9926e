"""Reactions, accepted answers, locks, pins, lanes, tags, marks and watches."""

from datetime import timedelta

import pytest

from community.core import clock
from community.core.access import Invalid, Refused
from forum import actions
from forum.actions.reading import raise_mark
from forum.actions.upkeep import end_due_pins
from forum.models import Reaction, ReadMark, Tag, Watch
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


def test_one_person_has_one_reaction_to_a_post():
    post = a_reply(author=a_member(), thread=a_thread(author=a_member()))
    fan = a_member()
    actions.react(actor=fan, post_id=post.pk, kind="useful")
    actions.react(actor=fan, post_id=post.pk, kind="useful")
    actions.react(actor=a_member(), post_id=post.pk, kind="useful")
    assert actions.react(actor=fan, post_id=post.pk, kind="thanks").reactions == {"useful": 1, "thanks": 1}
    assert actions.unreact(actor=fan, post_id=post.pk).reactions == {"useful": 1}
    assert Reaction.objects.count() == 1
    post.thread.refresh_from_db()
    assert post.thread.reaction_count == 1


def test_no_reaction_to_oneself_and_none_outside_the_set():
    author = a_member()
    post = a_reply(author=author, thread=a_thread(author=a_member()))
    with pytest.raises(Refused) as refusal:
        actions.react(actor=author, post_id=post.pk, kind="useful")
    assert refusal.value.code == "own_post"
    with pytest.raises(Invalid):
        actions.react(actor=a_member(), post_id=post.pk, kind="hate")


def test_the_asker_accepts_and_the_helper_is_credited():
    asker, helper, other = a_member(), a_member(), a_member()
    thread = a_thread(author=asker)
    first, second = a_reply(author=helper, thread=thread), a_reply(author=other, thread=thread)
    actions.accept_answer(actor=asker, post_id=first.pk)
    actions.accept_answer(actor=asker, post_id=second.pk)
    helper.refresh_from_db()
    other.refresh_from_db()
    assert (helper.helped_count, other.helped_count) == (0, 1)
    actions.unaccept_answer(actor=asker, thread_id=thread.pk)
    other.refresh_from_db()
    assert other.helped_count == 0


def test_accepting_is_the_askers_and_only_for_questions():
    asker, helper = a_member(), a_member()
    thread = a_thread(author=asker)
    answer = a_reply(author=helper, thread=thread)
    with pytest.raises(Refused) as refusal:
        actions.accept_answer(actor=helper, post_id=answer.pk)
    assert refusal.value.code == "not_author"
    with pytest.raises(Refused):
        actions.accept_answer(actor=asker, post_id=thread.posts.get(number=1).pk)
    story = a_thread(author=asker, lane="tell")
    with pytest.raises(Refused) as refusal:
        actions.accept_answer(actor=asker, post_id=a_reply(author=helper, thread=story).pk)
    assert refusal.value.code == "not_question"


def test_a_pin_ends_by_the_clock():
    moderator = a_member(role="moderator")
    thread = a_thread(author=a_member())
    until = clock.now() + timedelta(days=3)
    actions.pin_thread(actor=moderator, thread_id=thread.pk, until=until, reason="Read this first")
    assert end_due_pins() == 0
    with clock.frozen(until + timedelta(seconds=1)):
        assert end_due_pins() == 1
    thread.refresh_from_db()
    assert not thread.is_pinned and thread.pin_reason == ""
    for bad in (clock.now() - timedelta(days=1), clock.now() + timedelta(days=400)):
        with pytest.raises(Invalid):
            actions.pin_thread(actor=moderator, thread_id=thread.pk, until=bad, reason="Read this first")


def test_locking_twice_is_locking_once():
    moderator, thread = a_member(role="moderator"), a_thread(author=a_member())
    actions.lock_thread(actor=moderator, thread_id=thread.pk, reason="Settled")
    actions.lock_thread(actor=moderator, thread_id=thread.pk, reason="Settled")
    assert thread.log.filter(kind="locked").count() == 1
    assert not actions.unlock_thread(actor=moderator, thread_id=thread.pk).is_locked


def test_changing_lane_and_tags_keeps_the_counts():
    author, board = a_member(), a_board()
    thread = a_thread(author=author, board=board, tags=["cold", "range"])
    actions.change_lane(actor=author, thread_id=thread.pk, lane="tell")
    actions.retag_thread(actor=author, thread_id=thread.pk, tags=["range", "tyres"])
    board.refresh_from_db()
    assert {lane: n for lane, n in board.lane_counts.items() if n} == {"tell": 1}
    assert dict(Tag.objects.values_list("slug", "thread_count")) == {"cold": 0, "range": 1, "tyres": 1}
    with pytest.raises(Refused):
        actions.rename_thread(actor=a_member(), thread_id=thread.pk, title="Mine now")


def test_of_a_hidden_question_only_moderators_accept():
    asker, moderator = a_member(), a_member(role="moderator")
    thread = a_thread(author=asker, lane="ask")
    post = a_reply(author=a_member(), thread=thread)
    actions.hide_thread(actor=moderator, thread_id=thread.pk, reason="Rude")
    with pytest.raises(Refused) as refusal:
        actions.accept_answer(actor=asker, post_id=post.pk)
    assert refusal.value.code == "hidden"
    assert actions.accept_answer(actor=moderator, post_id=post.pk).accepted_post_id == post.pk


def test_a_lane_with_an_accepted_answer_stays():
    asker = a_member()
    thread = a_thread(author=asker)
    actions.accept_answer(actor=asker, post_id=a_reply(author=a_member(), thread=thread).pk)
    with pytest.raises(Refused) as refusal:
        actions.change_lane(actor=asker, thread_id=thread.pk, lane="chat")
    assert refusal.value.code == "accepted"


def test_a_read_mark_never_goes_down():
    member, thread = a_member(), a_thread(author=a_member())
    for number in (7, 3, 9, 8):
        raise_mark(member_id=member.pk, thread_id=thread.pk, number=number)
    assert ReadMark.objects.get(member=member, thread=thread).number == 9


def test_a_chosen_watch_level_survives_writing():
    member, thread = a_member(), a_thread(author=a_member())
    actions.set_watch(member=member, thread_id=thread.pk, level="muted")
    a_reply(author=member, thread=thread)
    watch = Watch.objects.get(member=member, thread=thread)
    assert (watch.level, watch.is_automatic) == ("muted", False)
    assert actions.set_watch(member=member, thread_id=thread.pk, level="") is None
