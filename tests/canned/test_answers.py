"""Answers kept ready: whose, where they are offered, how they open in the editor, and what they count as."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.core.access import Invalid, Refused
from community.core.tasks.testing import run_due
from forum import actions as forum
from forum.models import Post
from moderation.canned import actions, queries
from moderation.canned.models import CannedAnswer, Use
from moderation.canned.policy import Outcome
from moderation.desk import actions as actions_at_the_desk
from moderation.desk.models import DeskThread, Place
from moderation.promises.actions import call_answer, call_no_answer
from moderation.promises.counters import rebuild_clocks
from moderation.promises.models import Clock, SetAside
from tests.builders.canned import WINTER, an_answer
from tests.builders.forum import a_board, a_field, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.promises import ALWAYS, a_calendar, a_promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei():
    return a_member(name="Mei", role="moderator")


@pytest.fixture
def desk(mei):
    return signed_in(Client(), mei, strongly=True)


def asked(title="How far in winter", board=None, **told):
    thread = a_thread(author=a_member(name="Anna"), board=board, title=title, **told)
    run_due()
    return thread


def sent(desk, thread, body, **more):
    page = desk.get(f"/desk/threads/{thread.pk}/")
    given = {"body": body, "key": page.context["form"]["key"].value(), **more}
    return desk.post(f"/desk/threads/{thread.pk}/reply/", given)


def test_an_answer_is_the_teams_or_ones_own_and_the_pages_keep_it(desk, mei):
    li = a_member(role="moderator")
    given = {
        "name": "Winter",
        "fits": "cold",
        "text_en": "Hello {asker}",
        "text_zh": "",
        "board": "",
        "lane": "ask",
    }
    assert desk.post("/desk/answers/new/", given | {"name": ""}).status_code == 422
    assert desk.post("/desk/answers/new/", given | {"whose": "team", "text_en": " "}).status_code == 422
    shown = desk.post("/desk/answers/new/", given | {"whose": "team", "text_en": "{foo}"})
    assert shown.status_code == 422 and "{foo}" in shown.content.decode()
    preview = desk.post("/desk/answers/new/", given | {"text_en": "**Hello** {asker}", "preview": "1"})
    assert "<strong>Hello</strong> Anna" in preview.content.decode() and not CannedAnswer.objects.exists()
    desk.post("/desk/answers/new/", given | {"whose": "team"})
    desk.post("/desk/answers/new/", given | {"whose": "own", "name": "Mine <b>"})
    team, own = CannedAnswer.objects.order_by("pk")
    assert team.owner is None and own.owner == mei
    assert "Mine &lt;b&gt;" in desk.get("/desk/answers/").content.decode()
    other = signed_in(Client(), li, strongly=True)
    assert "Mine" not in other.get("/desk/answers/").content.decode()
    assert other.get(f"/desk/answers/{own.pk}/").status_code == 404
    with pytest.raises(Http404):
        actions.retire(actor=li, answer_id=own.pk)
    other.post(f"/desk/answers/{team.pk}/", given | {"version": 0, "text_zh": "你好"})
    late = desk.post(f"/desk/answers/{team.pk}/", given | {"version": 0, "text_en": "Mine"})
    assert late.status_code == 422 and li.name in late.content.decode()
    team.refresh_from_db()
    assert (team.text_en, team.text_zh, team.version) == ("Hello {asker}", "你好", 1)
    desk.post(f"/desk/answers/{team.pk}/retire/")
    assert queries.offered(mei, asked()) == [own]
    desk.post(f"/desk/answers/{team.pk}/retire/", {"back": "1"})
    assert CannedAnswer.objects.filter(retired_at=None).count() == 2


@pytest.mark.parametrize("who", ["member", "editor"])
def test_only_moderators_keep_answers(who):
    with pytest.raises(Refused):
        an_answer(by=a_member(role=who))


def test_an_answer_is_for_a_board_that_one_moderates():
    for board_id in (a_board(rights={"read": ["member"], "moderate": ["admin"]}).pk, 10**9):
        with pytest.raises(Invalid) as refused:
            an_answer(board_id=board_id)
        assert refused.value.field == "board"


def test_offered_by_board_and_lane_the_nearest_first_and_in_the_threads_language(mei):
    board = a_board()
    cable = an_answer("About cables, {asker}.", name="Cables", text_zh="关于充电线。", board_id=board.pk)
    winter = an_answer(name="Winter", fits="cold 冬季", text_zh="{asker}，冬季续航会少一些。")
    an_answer(lane="chat")
    an_answer(board_id=a_board().pk)
    thread = asked("冬季续航少了一半怎么办", board=board, body="我的车冬季续航少了一半。")
    found = queries.offers(mei, thread, Post.objects.get(thread=thread, number=1))
    assert [one.answer for one in found] == [winter, cable]
    assert [said.lang for said in found[0].said] == ["zh", "en"]
    assert found[0].said[0].text == "Anna，冬季续航会少一些。"
    assert found[1].nearness == 0 < found[0].nearness


def test_blanks_come_from_the_thread_and_from_what_its_board_asked(desk, mei):
    board = a_board(title_en="Winter range", title_zh="冬季续航")
    car, year = a_field(board, "model"), a_field(board, "year")
    an_answer("{car} of {year}, {board}, {title}, {me}, {city}", text_zh="{car}，{board}", name="All")
    key = car.choices[1][0]
    thread = asked("Far?", board=board, values={car.pk: [key], year.pk: ["2025"]})
    (offer,) = queries.offers(mei, thread, Post.objects.get(thread=thread, number=1))
    said = {one.lang: one for one in offer.said}
    assert said["en"].text == "Another car of 2025, Winter range, Far?, Mei, {city}"
    assert [blank.value for blank in said["en"].missing] == ["city"]
    assert said["zh"].text == "别的车，冬季续航" and not said["zh"].missing
    assert "the city, where the board asks for it" in desk.get(f"/desk/threads/{thread.pk}/").content.decode()


def test_a_preview_shows_signs_as_themselves_and_the_editor_gets_them_escaped(desk, mei):
    an_answer("Of {title}: a \\* and a \\n", name="Signs")
    thread = asked("<script>x</script> [a](b)")
    page = desk.get(f"/desk/threads/{thread.pk}/").content.decode()
    shown = page.split('class="canned-text"')[1].split("</p>")[0]
    assert "&lt;script&gt;x&lt;/script&gt; [a](b): a * and a \\n" in shown
    (offer,) = queries.offers(mei, thread, None)
    assert offer.said[0].text.startswith("Of \\<script\\>x\\<\\/script\\>")


def test_a_chosen_answer_opens_in_the_editor_behind_what_stands_there_and_is_not_sent(desk):
    answer, thread = an_answer(text_zh="{asker}，你好"), asked()
    page = desk.get(f"/desk/threads/{thread.pk}/?canned={answer.pk}&as=zh")
    assert page.context["form"]["body"].value() == "Anna，你好"
    page = desk.get(f"/desk/threads/{thread.pk}/?canned={answer.pk}&as=xx&ask=1")
    body = page.context["form"]["body"].value()
    assert body.startswith("So that we can help:\n\nThank you, Anna.")
    for forged in (
        "0",
        "x",
        "٣",
        "9" * 30,
        str(an_answer(by=a_member(role="moderator"), is_shared=False).pk),
    ):
        page = desk.get(f"/desk/threads/{thread.pk}/", {"canned": forged})
        assert page.status_code == 200 and not page.context["form"]["body"].value()
    assert Post.objects.filter(thread=thread).count() == 1


def test_an_open_blank_keeps_it_from_being_sent_and_is_named(desk):
    thread = asked()
    shown = sent(desk, thread, "Your {car} is fine.")
    assert shown.status_code == 422
    words = shown.content.decode()
    assert "{car}, the car, where the board asks for it" in words and "Your {car} is fine." in words
    assert Post.objects.filter(thread=thread).count() == 1


def test_an_open_blank_is_refused_on_the_forums_own_page_too_and_members_may_write_braces(mei):
    thread = asked()
    address = f"/threads/{thread.pk}/reply/"
    shown = signed_in(Client(), mei).post(address, {"body": "Your {car} is fine."})
    words = shown.content.decode()
    assert shown.status_code == 422
    assert "{car}, the car, where the board asks for it" in words and "Your {car} is fine." in words
    assert Post.objects.filter(thread=thread).count() == 1
    assert (
        signed_in(Client(), mei).post(address, {"body": r"It is written \\{car} in ours."}).status_code == 302
    )
    assert (
        signed_in(Client(), a_member()).post(address, {"body": "I write {car} as I like."}).status_code == 302
    )


def test_sent_as_it_was_it_keeps_no_promise_and_the_thread_still_waits(desk, mei):
    board = a_board()
    a_promise(board, 60, calendar=a_calendar(ALWAYS))
    answer, thread = an_answer(), asked(board=board)
    assert sent(desk, thread, WINTER.replace("{asker}", "Anna")).status_code == 302
    use = Use.objects.get()
    assert use.is_bare and use.answer == answer
    assert SetAside.objects.get(post=use.post).why == SetAside.Why.TEMPLATE
    assert Clock.objects.get(thread=thread).answered_at is None
    run_due()
    assert DeskThread.objects.get(pk=thread.pk).place == Place.DUE
    public = Client().get(thread.get_absolute_url()).content.decode()
    assert "two thirds" in public and "template" not in public.lower()
    own = (
        WINTER.replace("{asker}", "Anna")
        + " You wrote of 190 km at minus five: with those tyres that is fine."
    )
    sent(desk, thread, own)
    assert Clock.objects.get(thread=thread).answered_at is not None
    assert DeskThread.objects.get(pk=thread.pk).place == Place.SNOOZED
    assert queries.outcomes_of([answer.pk])[answer.pk] == Outcome(used=2, bare=1)


def test_an_answer_copied_by_hand_is_found_by_its_words_and_members_are_not_looked_at(mei):
    board = a_board()
    a_promise(board, 60, calendar=a_calendar(ALWAYS))
    an_answer()
    thread = asked(board=board)
    a_reply(author=mei, thread=thread, body=WINTER.replace("{asker}", "dear Anna"))
    run_due()
    assert Use.objects.get().is_bare and Clock.objects.get(thread=thread).answered_at is None
    a_reply(author=a_member(), thread=thread, body=WINTER)
    run_due()
    assert Use.objects.count() == 1 and Clock.objects.get(thread=thread).answered_at is not None


def test_a_template_put_into_own_words_counts_from_the_edit_and_never_earlier(mei, frozen_clock):
    board = a_board()
    a_promise(board, 60, calendar=a_calendar(ALWAYS))
    answer, thread, sent_at = an_answer(), asked(board=board), frozen_clock.now()
    body = WINTER.replace("{asker}", "Anna")
    post = a_reply(author=mei, thread=thread, body=body)
    run_due()
    frozen_clock.move(timedelta(minutes=20))
    forum.edit_post(actor=mei, post_id=post.pk, body=f"{body} So it is.")
    run_due()
    assert Clock.objects.get(thread=thread).answered_at is None, "hardly a word more"
    frozen_clock.move(timedelta(minutes=20))
    own = f"{body} You wrote of 190 km at minus five: with those tyres that is fine."
    forum.edit_post(actor=mei, post_id=post.pk, body=own)
    run_due()
    row = Clock.objects.get(thread=thread)
    assert (row.answered_at, row.answer) == (sent_at + timedelta(minutes=40), post)
    assert queries.outcomes_of([answer.pk])[answer.pk] == Outcome(used=1, bare=0)
    frozen_clock.move(timedelta(minutes=1))
    forum.edit_post(actor=mei, post_id=post.pk, body=body)
    run_due()
    assert Clock.objects.get(thread=thread).answered_at == row.answered_at
    assert rebuild_clocks() == 0


def test_an_edit_soon_after_sending_counts_too(mei, frozen_clock):
    board = a_board()
    a_promise(board, 60, calendar=a_calendar(ALWAYS))
    an_answer()
    thread = asked(board=board)
    post = a_reply(author=mei, thread=thread, body=WINTER.replace("{asker}", "Anna"))
    run_due()
    frozen_clock.move(timedelta(minutes=1))
    own = f"{post.source} You wrote of 190 km at minus five: with those tyres that is fine."
    forum.edit_post(actor=mei, post_id=post.pk, body=own)
    run_due()
    assert Clock.objects.get(thread=thread).answered_at == frozen_clock.now()


def test_a_template_put_into_own_words_is_an_answer_to_the_desk_too(desk, mei, frozen_clock):
    an_answer()
    board, anna = a_board(), a_member(name="Anna")
    thread, other, third = (a_thread(author=anna, board=board) for _ in range(3))
    run_due()
    body, own = WINTER.replace("{asker}", "Anna"), " You wrote of 190 km at minus five: that is fine."
    for one in (thread, other, third):
        sent(desk, one, body)
    run_due()
    assert {row.place for row in DeskThread.objects.all()} == {Place.DUE}
    a_reply(author=other.author, thread=other, body="That does not help me.")
    actions_at_the_desk.take(actor=mei, thread_id=third.pk, version=1)
    frozen_clock.move(timedelta(minutes=5))
    for post in Post.objects.filter(author=mei):
        forum.edit_post(actor=mei, post_id=post.pk, body=body + own)
    run_due()
    row = DeskThread.objects.get(pk=thread.pk)
    assert row.place == Place.SNOOZED and row.wakes_on_reply
    assert row.snoozed_until == frozen_clock.now() - timedelta(minutes=5) + timedelta(days=1)
    assert DeskThread.objects.get(pk=other.pk).place == Place.DUE, "its author wrote since"
    assert DeskThread.objects.get(pk=third.pk).place == Place.DUE, "somebody went on from there"


def test_no_answer_said_of_a_template_holds_until_it_is_taken_back(mei, frozen_clock):
    board = a_board()
    a_promise(board, 60, calendar=a_calendar(ALWAYS))
    answer, thread = an_answer(), asked(board=board)
    body = WINTER.replace("{asker}", "Anna")
    post = a_reply(author=mei, thread=thread, body=body)
    run_due()
    call_no_answer(actor=thread.author, post_id=post.pk)
    frozen_clock.move(timedelta(minutes=20))
    change_words(mei, answer)
    forum.edit_post(actor=mei, post_id=post.pk, body=f"{body} So it is.")
    run_due()
    assert Use.objects.get().is_bare, "what the answer said before is nobody's own word"
    own = f"{body} You wrote of 190 km at minus five: with those tyres that is fine."
    forum.edit_post(actor=mei, post_id=post.pk, body=own)
    run_due()
    row = Clock.objects.get(thread=thread)
    assert row.is_running and row.laps == 1 and not Use.objects.get().is_bare
    call_answer(actor=thread.author, post_id=post.pk)
    assert Clock.objects.get(thread=thread).answered_at == frozen_clock.now()


def change_words(actor, answer) -> None:
    actions.change_answer(
        actor=actor,
        answer_id=answer.pk,
        version=answer.version,
        name=answer.name,
        text_en="Something else altogether.",
    )


def test_outcomes_are_counted_from_the_replies_themselves(mei):
    answer = an_answer()
    threads = [asked(f"Winter, part {n}") if n == 0 else a_thread(author=a_member()) for n in range(3)]
    posts = [a_reply(author=mei, thread=thread, body=WINTER.replace("{asker}", "Anna")) for thread in threads]
    for post in posts:
        actions.note_use(post_id=post.pk)
        actions.note_use(post_id=post.pk)
    forum.accept_answer(actor=threads[0].author, post_id=posts[0].pk)
    call_no_answer(actor=threads[1].author, post_id=posts[1].pk)
    assert queries.outcomes_of([answer.pk])[answer.pk] == Outcome(used=3, bare=3, accepted=1, rejected=1)
    forum.unaccept_answer(actor=threads[0].author, thread_id=threads[0].pk)
    assert queries.outcomes_of([answer.pk])[answer.pk].accepted == 0


@pytest.mark.parametrize("many", [2, 20])
def test_answers_cost_the_same_however_many_there_are(desk, many):
    thread = asked()
    for _ in range(many):
        an_answer("{car}, {asker}")
    for address, most in ((f"/desk/threads/{thread.pk}/", 20), ("/desk/answers/", 7)):
        desk.get(address)
        with CaptureQueriesContext(connection) as seen:
            desk.get(address)
        assert len(seen) <= most, [one["sql"] for one in seen]
