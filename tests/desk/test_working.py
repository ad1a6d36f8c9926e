"""Asking experts, featuring, notes on members, and who hears of their turn at work."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.http import Http404
from django.test import Client

from activity.notices import actions as notices
from activity.notices.kinds import Kind
from activity.notices.models import Delivery, Notification
from community.core import clock, personal
from community.core.access import Invalid, Refused
from community.core.tasks.testing import run_due
from community.members import actions as members
from forum import actions as forum
from forum.models import Thread
from moderation.desk import actions, experts
from moderation.desk.models import Call, DeskLog, MemberNote
from moderation.promises.actions.watching import watch_clocks
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.promises import ALWAYS, a_calendar, a_promise

pytestmark = pytest.mark.django_db


def an_expert(board, name, answers=1):
    helper = a_member(name=name)
    for _ in range(answers):
        asked = a_thread(author=a_member(), board=board)
        forum.accept_answer(actor=asked.author, post_id=a_reply(author=helper, thread=asked).pk)
    return helper


def waiting(board=None, **told):
    thread = a_thread(author=a_member(), board=board, **told)
    run_due()
    return thread


def told(member, kind):
    return list(Notification.objects.filter(recipient=member, kind=kind, withdrawn_at=None))


def test_experts_are_those_whose_answers_were_accepted_there_and_may_be_asked(mei):
    board = a_board()
    often, once = an_expert(board, "Often", 2), an_expert(board, "Once")
    an_expert(a_board(), "Elsewhere")
    away, wrote = an_expert(board, "Away"), an_expert(board, "Wrote")
    members.ignore_member(member=away, target=mei)
    thread = waiting(board)
    a_reply(author=wrote, thread=thread)
    assert [(one.member, one.accepted) for one in experts.for_thread(mei, thread)] == [(often, 2), (once, 1)]
    Thread.objects.update(accepted_at=clock.now() - timedelta(days=366))
    assert experts.for_thread(mei, thread) == []


def test_an_expert_is_told_once_by_whom_and_why_and_undo_takes_it_back(desk, mei):
    board = a_board()
    helper, thread = an_expert(board, "Helper"), waiting(board)
    address = f"/desk/threads/{thread.pk}/expert/"
    assert "1 accepted answer here" in desk.get(address).content.decode()
    given = {"version": 0, "member": helper.pk, "reason": "You solved <this> before"}
    assert desk.post(address, given | {"reason": " "}).status_code == 422
    assert desk.post(address, given | {"member": mei.pk}).status_code == 422
    assert "Helper is asked to help." in desk.post(address, given, follow=True).content.decode()
    assert desk.post(address, given | {"version": 1}).status_code == 422, "once for each thread"
    run_due()
    (row,) = told(helper, Kind.ASKED)
    assert (row.actor, row.thread, row.data["reason"]) == (mei, thread, "You solved <this> before")
    page = signed_in(Client(), helper).get("/notices/").content.decode()
    assert "asks you to help" in page and "You solved &lt;this&gt; before" in page
    desk.post("/desk/undo/")
    run_due()
    assert not told(helper, Kind.ASKED) and Call.objects.get().withdrawn_at is not None
    assert experts.for_thread(mei, thread)[0].is_free


def test_nobody_is_asked_more_than_twice_a_week(mei, frozen_clock):
    board = a_board()
    helper = an_expert(board, "Helper")
    threads = [waiting(board) for _ in range(3)]

    def ask(thread):
        return actions.call_expert(
            actor=mei, thread_id=thread.pk, version=0, member_id=helper.pk, reason="You know"
        )

    ask(threads[0])
    ask(threads[1])
    with pytest.raises(Refused) as refused:
        ask(threads[2])
    assert refused.value.code == "enough" and not DeskLog.objects.filter(thread=threads[2]).exists()
    frozen_clock.move(timedelta(days=7, seconds=1))
    ask(threads[2])
    with pytest.raises(Invalid):
        actions.call_expert(actor=mei, thread_id=threads[0].pk, version=1, member_id=mei.pk, reason="Me")


def test_featured_until_a_day_with_a_reason_and_taken_back(desk, mei):
    thread = waiting()
    address, day = f"/desk/threads/{thread.pk}/feature/", (clock.now() + timedelta(days=3)).date()
    given = {"feature-version": 0, "feature-until": day.isoformat(), "feature-reason": "Read this first"}
    assert desk.post(address, given | {"feature-reason": ""}).status_code == 422
    assert desk.post(address, given | {"feature-until": date(2031, 1, 1).isoformat()}).status_code == 422
    desk.post(address, given)
    thread.refresh_from_db()
    assert thread.is_pinned and thread.pin_reason == "Read this first"
    assert DeskLog.objects.get().verb == DeskLog.Verb.FEATURED
    desk.post("/desk/undo/")
    thread.refresh_from_db()
    assert not thread.is_pinned


def test_notes_are_for_the_team_and_told_with_a_copy_of_ones_data(desk, mei):
    thread = waiting()
    address = f"/desk/threads/{thread.pk}/"
    assert desk.post(f"{address}note/", {"note": " \u202e"}).status_code == 422
    assert desk.post(f"{address}note/", {"note": "x" * 501}).status_code == 422
    desk.post(f"{address}note/", {"note": "Drives <two>,\nanswers by phone"})
    words = desk.get(address).content.decode()
    assert "Drives &lt;two&gt;, answers by phone" in words
    assert (
        "answers by phone"
        not in signed_in(Client(), thread.author).get(thread.get_absolute_url()).content.decode()
    )
    rule = personal.rule_of("desk.MemberNote")
    assert [row.text for row in rule.rows_of(thread.author_id)] == ["Drives <two>, answers by phone"]
    assert set(rule.told) == {"text", "at"}
    note, li = MemberNote.objects.get(), a_member(role="moderator")
    with pytest.raises(Refused):
        actions.remove_note(actor=li, note_id=note.pk)
    with pytest.raises(Refused):
        actions.remove_note(actor=thread.author, note_id=note.pk)
    actions.remove_note(actor=a_member(role="admin"), note_id=note.pk)
    with pytest.raises(Http404):
        actions.remove_note(actor=mei, note_id=note.pk)


def test_who_is_handed_a_thread_hears_of_it_and_is_led_to_the_desk(mei):
    li, thread = a_member(name="Li", role="moderator"), waiting()
    actions.assign(actor=mei, thread_id=thread.pk, version=0, to_id=li.pk, note="Legal cleared it")
    run_due()
    (row,) = told(li, Kind.DUTY)
    assert (row.data["what"], row.data["reason"]) == ("assigned", "Legal cleared it")
    page = signed_in(Client(), li, strongly=True)
    assert page.get(f"/notices/{row.pk}/")["Location"] == f"/desk/threads/{thread.pk}/"
    own = waiting()
    actions.assign(actor=mei, thread_id=own.pk, version=0, to_id=mei.pk)
    run_due()
    assert not told(mei, Kind.DUTY), "nobody is told what they did themselves"


def test_the_rota_is_told_whatever_the_noise_budget_says_until_somebody_answered(
    mei, frozen_clock, mailoutbox
):
    board, calendar = a_board(), a_calendar(ALWAYS, lead=mei)
    a_promise(board, 60, calendar=calendar)
    notices.set_noise(member=mei, limit=0)
    thread = waiting(board)
    mailoutbox.clear()
    watch_clocks()
    run_due()
    (row,) = told(mei, Kind.DUTY)
    assert (row.data["what"], row.data["gap"]) == ("held", True)
    frozen_clock.move(timedelta(minutes=2))
    run_due()
    assert [letter.to for letter in mailoutbox] == [[mei.email]], "no budget holds it up"
    frozen_clock.move(timedelta(minutes=45))
    watch_clocks()
    run_due()
    assert {row.data["what"] for row in told(mei, Kind.DUTY)} == {"held", "late"}
    a_reply(author=a_member(), thread=thread, body="Mine does the same, and that is normal.")
    run_due()
    assert not told(mei, Kind.DUTY)
    assert not Delivery.objects.filter(recipient=mei, state=Delivery.State.QUEUED).exists()


def test_members_do_not_see_the_switch_of_what_is_not_theirs():
    member, mei = a_member(), a_member(role="moderator")
    assert "The desk needs me" not in signed_in(Client(), member).get("/notices/settings/").content.decode()
    assert (
        "The desk needs me"
        in signed_in(Client(), mei, strongly=True).get("/notices/settings/").content.decode()
    )
