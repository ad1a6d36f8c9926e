"""The forum's verbs about boards, and about what moves in or is rendered anew."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import count

from community.core.cards import Card
from community.core.text import RENDERER_VERSION
from forum import actions
from forum.actions.particulars import redraw_particulars
from forum.models import Board, BoardField, LinkCard, LinkKind, PostLink
from tests.builders.forum import a_board, a_field, a_group, a_reply, a_thread
from tests.faults.forum_verbs import AT, Act, World, forum

_serial = count(1)


# -- boards


@forum
def create_group(w: World) -> Act:
    return partial(actions.create_group, actor=w.admin, slug=f"group-x{next(_serial)}", title_en="Group")


@forum
def edit_group(w: World) -> Act:
    return partial(actions.edit_group, actor=w.admin, group_id=a_group().pk, title_en="Another")


@forum
def create_board(w: World) -> Act:
    return partial(
        actions.create_board,
        actor=w.admin,
        group_id=w.board.group_id,
        slug=f"board-x{next(_serial)}",
        title_en="Board",
    )


@forum
def edit_board(w: World) -> Act:
    return partial(actions.edit_board, actor=w.admin, board_id=_quiet_board(w).pk, title_en="Another")


def _field(w: World, kind: str = "model") -> BoardField:
    return a_field(a_board(), kind, label_en="Car")


@forum
def add_field(w: World) -> Act:
    return partial(actions.add_field, actor=w.admin, board_id=a_board().pk, kind="year", label_en="Year")


@forum
def edit_field(w: World) -> Act:
    return partial(actions.edit_field, actor=w.admin, field_id=_field(w).pk, label_en="Another")


@forum
def move_field(w: World) -> Act:
    first = _field(w)
    a_field(first.board, "year")
    return partial(actions.move_field, actor=w.admin, field_id=first.pk, by=1)


@forum
def retire_field(w: World) -> Act:
    return partial(actions.retire_field, actor=w.admin, field_id=_field(w).pk)


@forum
def return_field(w: World) -> Act:
    field = _field(w)
    actions.retire_field(actor=w.admin, field_id=field.pk)
    return partial(actions.return_field, actor=w.admin, field_id=field.pk)


@forum
def open_thread_with_answers(w: World) -> Act:
    car = _field(w)
    return partial(
        actions.open_thread,
        author=w.asker,
        board_id=car.board_id,
        title="How far in the cold?",
        body="I drove 400 km.",
        lane="ask",
        values={car.pk: ["aurora-e"]},
        idempotency_key=f"press-{next(_serial)}",
    )


@forum
def edit_answers(w: World) -> Act:
    car = _field(w)
    thread = a_thread(author=w.asker, board=car.board, values={car.pk: ["aurora-e"]})
    post = thread.posts.get(number=1)
    a_reply(author=w.helper, thread=thread)
    return partial(
        actions.edit_post, actor=w.asker, post_id=post.pk, body=post.source, values={car.pk: ["another-car"]}
    )


@forum
def say_answers_anew(w: World) -> Act:
    car = _field(w)
    for _ in range(2):
        a_thread(author=w.asker, board=car.board, values={car.pk: ["aurora-e"]})
    actions.edit_field(actor=w.admin, field_id=car.pk, label_en="Model")
    return partial(redraw_particulars, field_id=car.pk)


@forum
def set_rights(w: World) -> Act:
    rights = {"read": ["member"], "start": ["member"], "reply": ["member"], "moderate": ["moderator"]}
    return partial(actions.set_rights, actor=w.admin, board_id=_quiet_board(w).pk, rights=rights)


@forum
def enrol(w: World) -> Act:
    return partial(
        actions.enrol, actor=w.admin, board_id=_quiet_board(w).pk, member=w.helper, kind="moderator"
    )


@forum
def unenrol(w: World) -> Act:
    board = _quiet_board(w)
    actions.enrol(actor=w.admin, board_id=board.pk, member=w.helper, kind="moderator")
    return partial(actions.unenrol, actor=w.admin, board_id=board.pk, member=w.helper, kind="moderator")


def _quiet_board(w: World) -> Board:
    return a_board(group=w.board.group)


# -- moving in, rendering anew


@forum
def import_threads(w: World) -> Act:
    asked = actions.ImportedPost(w.asker.pk, w.asker.name, "How far?", AT)
    answered = actions.ImportedPost(w.helper.pk, w.helper.name, "Far.", AT + timedelta(hours=1), answers=0)
    thread = actions.ImportedThread("How far then?", [asked, answered], tags=["winter"], accepted=1)
    return partial(
        actions.import_threads,
        actor=None,
        board_id=w.board.pk,
        label="elsewhere",
        threads=[actions.prepare_thread(thread)],
    )


@forum
def import_replies(w: World) -> Act:
    reply = actions.ImportedPost(w.helper.pk, w.helper.name, "Far.", AT)
    return partial(
        actions.import_replies,
        actor=None,
        thread_id=w.thread().pk,
        label="elsewhere",
        replies=actions.prepare_replies([reply]),
        accepted=0,
    )


@forum
def tie_threads(w: World) -> Act:
    return partial(
        actions.tie_threads,
        actor=w.moderator,
        thread_id=w.thread().pk,
        target_id=w.thread().pk,
        kind=LinkKind.SAME,
    )


@forum
def untie_threads(w: World) -> Act:
    given = {
        "actor": w.moderator,
        "thread_id": w.thread().pk,
        "target_id": w.thread().pk,
        "kind": LinkKind.SAME,
    }
    actions.tie_threads(**given)
    return partial(actions.untie_threads, **given)


@forum
def link_threads(w: World) -> Act:
    one, other = w.thread(), w.thread()
    return partial(actions.link_threads, actor=None, links=[(one.pk, other.pk, LinkKind.RELATED)])


@forum
def rerender_posts(w: World) -> Act:
    thread = w.thread()
    thread.posts.update(renderer_version=RENDERER_VERSION - 1, plain="Old.")
    return actions.rerender_posts


def _card(w: World) -> PostLink:
    card = LinkCard.objects.create(digest=f"digest-{next(_serial)}", url="https://elsewhere.example/")
    return PostLink.objects.create(post=w.reply(), card=card, place=0)


@forum
def keep_card(w: World) -> Act:
    card = Card("A page", "Its first words", "Elsewhere")
    return partial(actions.keep_card, card_id=_card(w).card_id, card=card)


@forum
def show_cards(w: World) -> Act:
    link = _card(w)
    actions.keep_card(card_id=link.card_id, card=Card("A page", "Its first words", "Elsewhere"))
    return partial(actions.show_cards, post_id=link.post_id)
