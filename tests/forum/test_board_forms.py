"""What a board asks and what opening posts answer: written, edited, brought back, moved, merged, split, erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.core import clock
from community.core.access import Invalid, Refused
from community.core.tasks.testing import run_due
from community.members.models import Member
from forum import actions
from forum.fields import form_of, told_of
from forum.models import Board, BoardField, Draft, FieldValue, Post, PostRevision, Thread
from forum.moments import Wall
from forum.narrowing import asked_for
from forum.queries import documents, lists
from tests.builders.forum import a_board, a_field, a_reply, a_thread
from tests.builders.members import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Board:
    return a_board()


def opening(thread: Thread) -> Post:
    return thread.posts.get(number=1)


def lines(post: Post) -> list[str]:
    return [one.line().replace("\u202f", " ") for one in told_of(post.particulars)]


def found(board: Board, by: str) -> set[int]:
    board.refresh_from_db()
    narrowings = asked_for(form_of(board), by)
    assert by.count("~") + 1 == len(narrowings)
    page = lists.board_page(AnonymousUser(), board, lists.ListFilter(), None, narrowings)
    return {thread.pk for thread in page.items}


# -- asking


def test_administrators_alone_say_what_a_board_asks(board):
    field = a_field(board)
    for role in ("", "moderator", "editor"):
        actor = a_member(role=role or "member")
        for act in (
            lambda actor=actor: actions.add_field(
                actor=actor, board_id=board.pk, kind="text", label_en="Car"
            ),
            lambda actor=actor: actions.edit_field(actor=actor, field_id=field.pk, label_en="Car"),
            lambda actor=actor: actions.move_field(actor=actor, field_id=field.pk, by=1),
            lambda actor=actor: actions.retire_field(actor=actor, field_id=field.pk),
            lambda actor=actor: actions.return_field(actor=actor, field_id=field.pk),
        ):
            with pytest.raises(Refused) as refusal:
                act()
            assert refusal.value.code == "not_admin"
    assert (
        actions.edit_field(actor=a_member(role="admin"), field_id=field.pk, label_en="Car").label_en == "Car"
    )


@pytest.mark.parametrize(
    ("kind", "told", "field"),
    [
        ("nothing", {}, "kind"),
        ("text", {"label_en": "\u3164"}, "label_en"),
        ("text", {"label_en": "x" * 61}, "label_en"),
        ("number", {"least": 2, "most": 1}, "most"),
        ("text", {"lanes": ["sell"]}, "lanes"),
        ("choice", {"choices": []}, "choices"),
        ("choice", {"choices": [("", "Same", "", True), ("", "same", "", True)]}, "choices"),
        ("choice", {"choices": [("", "x" * 81, "", True)]}, "choices"),
        ("choice", {"choices": [("", str(n), "", True) for n in range(10_000)]}, "choices"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_its_entry(board, kind, told, field):
    with pytest.raises(Invalid) as refusal:
        actions.add_field(actor=None, board_id=board.pk, kind=kind, **({"label_en": "Car"} | told))
    assert refusal.value.field == field
    board.refresh_from_db()
    assert board.form is None


def test_a_board_asks_for_twenty_things_at_most(board):
    rows = [a_field(board) for _ in range(20)]
    with pytest.raises(Invalid):
        a_field(board)
    actions.retire_field(actor=None, field_id=rows[0].pk)
    a_field(board)
    with pytest.raises(Invalid):
        actions.return_field(actor=None, field_id=rows[0].pk)


def test_fields_are_put_in_order_retired_and_brought_back(board):
    first, second, third = (a_field(board, label_en=name) for name in ("One", "Two", "Three"))

    def order() -> list[str]:
        board.refresh_from_db()
        return [asked.label_en for asked in form_of(board)]

    actions.move_field(actor=None, field_id=third.pk, by=-1)
    assert order() == ["One", "Three", "Two"]
    actions.move_field(actor=None, field_id=first.pk, by=-1)
    assert order() == ["One", "Three", "Two"], "it stands at the top already"
    actions.retire_field(actor=None, field_id=first.pk)
    actions.retire_field(actor=None, field_id=first.pk)
    assert order() == ["Three", "Two"]
    actions.return_field(actor=None, field_id=first.pk)
    assert order() == ["Three", "Two", "One"]
    assert second.position == 2


def test_a_choice_keeps_its_key_whatever_it_is_called(board):
    field = a_field(board, "model", choices=[("", "Aurora E", "", True), ("", "极光", "", True)])
    keys = [key for key, *_rest in field.choices]
    assert keys[0] == "aurora-e" and keys[1] == "choice"
    changed = [
        (keys[1], "Aurora Two", "", False),
        (keys[0], "Aurora One", "", True),
        ("", "Aurora E", "", True),
    ]
    field = actions.edit_field(actor=None, field_id=field.pk, choices=changed)
    assert [key for key, *_rest in field.choices] == ["choice", "aurora-e", "aurora-e-2"]


# -- answering


def test_answers_stand_above_the_words_and_narrow_the_board(board):
    car = a_field(board, "model", label_en="Car", is_required=True)
    road = a_field(board, "mileage", label_en="Mileage", unit_en="km")
    codes = a_field(board, "fault", label_en="Codes")
    values = {car.pk: ["aurora-e"], road.pk: ["24 000"], codes.pk: ["p0a80 u0100"]}
    thread = a_thread(author=a_member(), board=board, values=values)
    other = a_thread(author=a_member(), board=board, values={car.pk: ["another-car"], road.pk: ["9000"]})
    assert lines(opening(thread)) == ["Car: Aurora E", "Mileage: 24 000 km", "Codes: P0A80, U0100"]
    assert found(board, f"{car.pk}.aurora-e") == {thread.pk}
    assert found(board, f"{road.pk}.5000..") == {thread.pk, other.pk}
    assert found(board, f"{road.pk}.5000..10000~{car.pk}.another-car") == {other.pk}
    assert found(board, f"{road.pk}.5000..10000~{car.pk}.aurora-e") == set()
    assert found(board, f"{codes.pk}.U0100") == {thread.pk}
    assert FieldValue.objects.filter(post=opening(thread)).count() == 4


def test_what_is_needed_in_a_lane_is_needed_there_alone(board):
    car = a_field(board, "model", lanes=["ask"], is_required=True)
    with pytest.raises(Invalid) as refusal:
        a_thread(author=a_member(), board=board, lane="ask")
    assert refusal.value.field == f"f{car.pk}"
    thread = a_thread(author=a_member(), board=board, lane="tell", values={car.pk: ["aurora-e"]})
    assert opening(thread).particulars is None, "nobody asked in this lane"


@pytest.mark.parametrize("what", ["another board's", "retired", "made up"])
def test_entries_that_the_board_does_not_ask_for_are_refused_with_what_was_written(board, what):
    field = a_field(a_board() if what == "another board's" else board)
    pk = field.pk + 1000 if what == "made up" else field.pk
    if what == "retired":
        actions.retire_field(actor=None, field_id=field.pk)
    with pytest.raises(Invalid, match="24000 or so"):
        a_thread(author=a_member(), board=board, values={pk: ["24000 or so"]})
    assert not Thread.objects.exists()
    a_thread(author=a_member(), board=board, values={pk: [""]})


def test_the_same_form_sent_twice_counts_once_and_with_other_answers_not_at_all(board):
    car, author = a_field(board, "model"), a_member()
    words = {"author": author, "board": board, "idempotency_key": "k" * 16, "title": "Once", "body": "Only"}
    one = a_thread(**words, values={car.pk: ["aurora-e"]})
    assert a_thread(**words, values={car.pk: ["aurora-e"]}) == one
    with pytest.raises(Refused) as refusal:
        a_thread(**words, values={car.pk: ["another-car"]})
    assert refusal.value.code == "key_reused"


def test_search_finds_what_was_answered_in_either_language(board):
    car = a_field(board, "model")
    thread = a_thread(author=a_member(), board=board, values={car.pk: ["another-car"]})
    (doc,) = documents.of_posts([opening(thread).pk])
    assert "Another car" in doc.plain and "别的车" in doc.plain
    (bare,) = documents.of_posts([opening(a_thread(author=a_member())).pk])
    assert "\n" not in bare.plain


# -- editing


def edited(post: Post, actor: Any, **told: Any) -> Post:
    return actions.edit_post(actor=actor, post_id=post.pk, body=post.source, **told)


def test_answers_are_edited_with_the_words_and_kept_in_the_history(board):
    car, road = a_field(board, "model", label_en="Car"), a_field(board, "mileage", label_en="Mileage")
    author = a_member()
    thread = a_thread(author=author, board=board, values={car.pk: ["aurora-e"], road.pk: ["24000"]})
    a_reply(author=a_member(), thread=thread)
    post = edited(opening(thread), author, values={car.pk: ["another-car"], road.pk: []})
    assert lines(post) == ["Car: Another car"] and post.edit_count == 1
    assert found(board, f"{car.pk}.another-car") == {thread.pk} and found(board, f"{road.pk}.0..") == set()
    version = PostRevision.objects.get(post=post)
    assert lines(version) == ["Car: Aurora E", "Mileage: 24 000"]
    back = actions.revert_post(actor=author, post_id=post.pk, revision=1)
    assert lines(back) == ["Car: Aurora E", "Mileage: 24 000"]
    assert found(board, f"{road.pk}.0..") == {thread.pk}
    actions.revert_post(actor=author, post_id=post.pk, revision=2)
    assert lines(opening(thread)) == ["Car: Another car"], "what the version did not answer goes again"


def test_an_edit_with_the_same_answers_changes_nothing(board):
    car, author = a_field(board, "model"), a_member()
    thread = a_thread(author=author, board=board, values={car.pk: ["aurora-e"]})
    with clock.frozen(clock.now() + timedelta(hours=1)):
        post = edited(opening(thread), author, values={car.pk: ["aurora-e"]})
    assert post.edit_count == 0 and not PostRevision.objects.exists()


def test_fields_that_came_later_are_forced_on_nobody_and_old_answers_cannot_be_emptied(board):
    car, author = a_field(board, "model", is_required=True), a_member()
    thread = a_thread(author=author, board=board, values={car.pk: ["aurora-e"]})
    later = a_field(board, "year", is_required=True)
    post = opening(thread)
    edited(post, author, values={car.pk: ["aurora-e"], later.pk: []})
    with pytest.raises(Invalid) as refusal:
        edited(post, author, values={car.pk: []})
    assert refusal.value.field == f"f{car.pk}"


def test_retired_answers_stay_and_are_edited_no_more(board):
    car, author = a_field(board, "model", label_en="Car"), a_member()
    thread = a_thread(author=author, board=board, values={car.pk: ["aurora-e"]})
    actions.retire_field(actor=None, field_id=car.pk)
    with pytest.raises(Invalid):
        edited(opening(thread), author, values={car.pk: ["another-car"]})
    assert lines(edited(opening(thread), author, title="Another title")) == ["Car: Aurora E"]


def test_replies_answer_nothing(board):
    car, author = a_field(board, "model"), a_member()
    thread = a_thread(author=author, board=board)
    reply = a_reply(author=author, thread=thread)
    edited(reply, author, values={car.pk: ["aurora-e"]})
    assert not FieldValue.objects.exists()


def test_a_rename_is_said_everywhere_it_was_answered(board):
    car = a_field(board, "model", label_en="Car")
    threads = [a_thread(author=a_member(), board=board, values={car.pk: ["aurora-e"]}) for _ in range(3)]
    renamed = [("aurora-e", "Aurora One", "极光一", True)]
    actions.edit_field(actor=None, field_id=car.pk, label_en="Model", label_zh="车型", choices=renamed)
    run_due()
    assert {tuple(lines(opening(thread))) for thread in threads} == {("Model: Aurora One",)}
    assert found(board, f"{car.pk}.aurora-e") == {thread.pk for thread in threads}
    from forum.actions.particulars import redraw_particulars

    assert redraw_particulars(field_id=car.pk) == 0, "once said, nothing is left to do"


# -- moving about


def test_a_moved_thread_keeps_its_answers_and_the_new_board_forces_none(board):
    moderator, author = a_member(role="moderator"), a_member()
    car = a_field(board, "model", label_en="Car")
    elsewhere = a_board()
    year = a_field(elsewhere, "year", label_en="Year", is_required=True)
    thread = a_thread(author=author, board=board, values={car.pk: ["aurora-e"]})
    actions.move_thread(actor=moderator, thread_id=thread.pk, board_id=elsewhere.pk)
    post = edited(opening(thread), author, values={year.pk: []}, title="Still editable")
    assert lines(post) == ["Car: Aurora E"]
    post = edited(opening(thread), author, values={year.pk: ["2024"]})
    assert set(lines(post)) == {"Car: Aurora E", "Year: 2024"}
    assert found(elsewhere, f"{year.pk}.2024") == {thread.pk} and found(board, f"{car.pk}.aurora-e") == set()


def test_merged_answers_stay_with_their_post_and_narrow_again_when_it_opens_a_thread(board):
    moderator, car = a_member(role="moderator"), a_field(board, "model", label_en="Car")
    target = a_thread(author=a_member(), board=board, values={car.pk: ["another-car"]})
    source = a_thread(author=a_member(), board=board, values={car.pk: ["aurora-e"]})
    post = opening(source)
    actions.merge_threads(actor=moderator, source_id=source.pk, target_id=target.pk, reason="Same")
    post.refresh_from_db()
    assert post.number == 2 and lines(post) == ["Car: Aurora E"]
    assert found(board, f"{car.pk}.aurora-e") == set() and found(board, f"{car.pk}.another-car") == {
        target.pk
    }
    new = actions.split_thread(
        actor=moderator, thread_id=target.pk, post_ids=[post.pk], title="Alone again", reason="Not the same"
    )
    assert lines(opening(new)) == ["Car: Aurora E"] and found(board, f"{car.pk}.aurora-e") == {new.pk}


def test_erased_words_take_their_answers_along(board):
    author, car = a_member(), a_field(board, "model")
    thread = a_thread(author=author, board=board, values={car.pk: ["aurora-e"]})
    a_reply(author=a_member(), thread=thread)
    edited(opening(thread), author, values={car.pk: ["another-car"]})
    actions.take_out_words(member_id=author.pk)
    post = opening(thread)
    assert post.particulars is None and not FieldValue.objects.exists() and not PostRevision.objects.exists()


# -- costs


def test_narrowing_costs_one_statement_and_nothing_is_asked_where_nothing_is_asked_for(board):
    car = a_field(board, "model")
    a_thread(author=a_member(), board=board, values={car.pk: ["aurora-e"]})
    narrowings = asked_for(form_of(board), f"{car.pk}.aurora-e")
    with CaptureQueriesContext(
        connection,
    ) as told:
        lists.board_page(AnonymousUser(), board, lists.ListFilter(), None, narrowings)
    assert len(told) == 1
    assert BoardField.objects.count() == 1


# -- later, and never


def test_answers_wait_with_scheduled_words_and_come_back_with_those_that_were_taken_back(board, frozen_clock):
    car, tried = a_field(board, "model", is_required=True), a_field(board, "long", label_en="Tried")
    writer = a_member()
    Member.objects.filter(pk=writer.pk).update(post_count=5, joined_at=clock.now() - timedelta(days=9))
    writer.refresh_from_db()
    words = {"title": "On the day", "body": "Words", "lane": "ask", f"f{tried.pk}": "One\nTwo"}
    wall = Wall(clock.now().replace(tzinfo=None) + timedelta(days=1), "UTC")
    told = {"author": writer, "place": f"new-{board.slug}", "wall": wall}
    with pytest.raises(Invalid) as refusal:
        actions.schedule_post(**told, words=words)
    assert refusal.value.field == f"f{car.pk}"
    row = actions.schedule_post(**told, words=words | {f"f{car.pk}": "aurora-e"})
    post = actions.publish_scheduled(scheduled_id=row.pk, by=writer)
    assert lines(post)[1] == "Tried: One\nTwo" and found(board, f"{car.pk}.aurora-e") == {post.thread_id}
    actions.undo_post(actor=writer, post_id=post.pk)
    draft = Draft.objects.get()
    assert (draft.words[f"f{car.pk}"], draft.words[f"f{tried.pk}"]) == ("aurora-e", "One\nTwo")
    assert not FieldValue.objects.exists()
