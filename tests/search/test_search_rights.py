"""What may not be read is not found, not suggested, not related, not counted; at once, whatever the index holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache

from community.core.tasks.testing import run_due
from community.members import actions as members
from community.search import queries, relatives
from community.search.asking import parse
from community.search.models import SearchEntry
from forum import actions
from forum.models import Post, Thread
from forum.rights import CIRCLE, DEFAULT_RIGHTS
from tests.builders.editorial import an_article
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in

pytestmark = pytest.mark.django_db
GUEST = AnonymousUser()
WORD = "quetzalcoatl"


class Scene:
    """A thread about one rare word, with a reply that says it too, and everybody who may ask."""

    def __init__(self) -> None:
        self.author, self.helper = a_member(), a_member()
        self.moderator, self.admin = a_member(role="moderator"), a_member(role="admin")
        self.outsider, self.insider = a_member(), a_member()
        self.board, self.circle = a_board(), a_board(rights=CIRCLE)
        actions.enrol(actor=None, board_id=self.circle.pk, member=self.insider, kind="club_member")
        self.thread = a_thread(
            author=self.author,
            board=self.board,
            title=f"The {WORD} colour scheme",
            body=f"{WORD} green.",
            tags=[WORD],
        )
        self.reply = a_reply(author=self.helper, thread=self.thread, body=f"My {WORD} wrap cost little.")
        self.sister = a_thread(
            author=self.author, board=self.board, title=f"Another {WORD} colour scheme", body="Red."
        )
        run_due()


@pytest.fixture
def scene() -> Scene:
    return Scene()


def seen(viewer, scene: Scene) -> dict[str, bool]:
    """Where the thread's words come up for this viewer."""
    results = queries.search(viewer, parse({"q": WORD}))
    hits = {hit.post.pk for hit in results.hits if hit.post}
    assert results.total == len(results.hits), "nothing is counted that is not shown"
    opening = Post.objects.filter(thread=scene.thread, number=1).values_list("pk", flat=True).first()
    return {
        "opening": opening in hits,
        "reply": scene.reply.pk in hits,
        "suggested": scene.thread in queries.suggest(viewer, WORD)["threads"],
        "related": scene.thread in queries.readable_threads(viewer, relatives.of_thread(scene.sister.pk)[1]),
    }


NOWHERE = {"opening": False, "reply": False, "suggested": False, "related": False}
EVERYWHERE = dict.fromkeys(NOWHERE, True)


def test_an_open_thread_is_found_by_everybody(scene):
    for viewer in (GUEST, scene.outsider, scene.moderator, scene.admin):
        assert seen(viewer, scene) == EVERYWHERE


def _move(scene: Scene) -> None:
    actions.move_thread(actor=scene.admin, thread_id=scene.thread.pk, board_id=scene.circle.pk)


def _close_board(scene: Scene) -> None:
    actions.set_rights(actor=None, board_id=scene.board.pk, rights=CIRCLE)


def _hide(scene: Scene) -> None:
    actions.hide_thread(actor=scene.moderator, thread_id=scene.thread.pk, reason="Off topic")


def _remove(scene: Scene) -> None:
    actions.remove_thread(actor=scene.moderator, thread_id=scene.thread.pk, reason="Off topic")


@pytest.mark.parametrize("act", [_move, _hide, _remove])
@pytest.mark.parametrize("indexed", [True, False], ids=["index behind", "index fresh"])
def test_what_went_out_of_sight_is_nowhere_at_once(scene, act: Callable[[Scene], None], indexed):
    act(scene)
    if not indexed:
        run_due()
    for viewer in (GUEST, scene.outsider):
        assert seen(viewer, scene) == NOWHERE, act.__name__


def test_a_board_that_became_private_takes_its_threads_along(scene):
    _close_board(scene)
    assert seen(GUEST, scene) == seen(scene.outsider, scene) == NOWHERE
    assert seen(scene.moderator, scene) == EVERYWHERE
    actions.set_rights(actor=None, board_id=scene.board.pk, rights=DEFAULT_RIGHTS)
    assert seen(GUEST, scene) == EVERYWHERE


def test_the_circle_of_a_private_board_finds_what_stands_there(scene):
    _move(scene)
    assert seen(scene.insider, scene) == EVERYWHERE
    actions.unenrol(actor=None, board_id=scene.circle.pk, member=scene.insider, kind="club_member")
    assert seen(scene.insider, scene) == NOWHERE


def test_a_hidden_reply_is_not_found_and_its_thread_is(scene):
    actions.hide_post(actor=scene.moderator, post_id=scene.reply.pk, reason="Rude")
    assert seen(GUEST, scene) == EVERYWHERE | {"reply": False}
    run_due()
    actions.restore_post(actor=scene.moderator, post_id=scene.reply.pk)
    run_due()
    assert seen(GUEST, scene) == EVERYWHERE


@pytest.mark.parametrize("verb", [actions.remove_post, actions.purge_post])
def test_a_removed_reply_is_not_found(scene, verb):
    verb(actor=scene.moderator, post_id=scene.reply.pk, reason="Spam")
    assert seen(GUEST, scene) == EVERYWHERE | {"reply": False}


def test_purged_words_leave_the_index_too(scene):
    actions.purge_post(actor=scene.moderator, post_id=scene.reply.pk, reason="Personal data")
    run_due()
    assert not SearchEntry.objects.filter(post=scene.reply).exists()
    assert not SearchEntry.objects.filter(body_terms__contains="wrap").exists()


def test_restored_is_found_again(scene):
    _hide(scene)
    actions.restore_thread(actor=scene.moderator, thread_id=scene.thread.pk)
    assert seen(GUEST, scene) == EVERYWHERE


def test_close_matches_keep_the_rights_too(scene):
    _move(scene)
    asked = parse({"q": f"{WORD} zeppelin wrap saxophone"})
    assert queries.search(scene.insider, asked).loose
    assert queries.search(GUEST, asked).total == 0


def test_filters_cannot_ask_around_the_rights(scene):
    _move(scene)
    for params in (
        {"board": scene.circle.slug},
        {"thread": str(scene.thread.pk)},
        {"author": scene.author.name},
        {"tag": WORD},
        {"type": "thread"},
        {"answered": "no"},
    ):
        asked = parse({"q": f"{WORD} wrap colour", **params})
        assert all(hit.post.thread_id == scene.sister.pk for hit in queries.search(GUEST, asked).hits), params


def test_private_boards_are_not_suggested(scene):
    board = a_board(title_en=f"{WORD} club", title_zh="羽蛇", rights=CIRCLE)
    for viewer in (GUEST, scene.outsider):
        assert queries.suggest(viewer, WORD)["boards"] == []
        assert queries.suggest(viewer, "羽蛇")["boards"] == []
    actions.enrol(actor=None, board_id=board.pk, member=scene.outsider, kind="club_member")
    assert queries.suggest(scene.outsider, "羽蛇")["boards"] == [board]


def test_the_search_page_names_no_private_board(scene, client):
    page = client.get("/search/", {"q": WORD}).content.decode()
    assert scene.board.slug in page and scene.circle.slug not in page


def test_related_threads_are_checked_for_each_reader(scene, client):
    """The ids are kept for hours; who may read them is asked every time."""
    cache.clear()
    client.force_login(scene.insider)
    _move(scene)
    run_due()
    title = scene.thread.title
    assert title in client.get(scene.sister.get_absolute_url()).content.decode()
    client.logout()
    assert title not in client.get(scene.sister.get_absolute_url()).content.decode()


def test_a_reader_without_rights_does_not_empty_the_list_for_others(scene, client):
    cache.clear()
    _move(scene)
    run_due()
    client.get(scene.sister.get_absolute_url())
    client.force_login(scene.insider)
    assert scene.thread.title in client.get(scene.sister.get_absolute_url()).content.decode()


def test_words_that_tell_nothing_relate_no_threads():
    mine = a_thread(author=a_member(), title="Why are the winter tyres in here?")
    a_thread(author=a_member(), title="Why are the manuals in Greek?")
    like = a_thread(author=a_member(), title="Winter tyres: which size?")
    run_due()
    assert [pk for pk, _shared in queries.related(mine)] == [like.pk]
    assert relatives.of_thread(mine.pk) == ([], [like.pk])


def test_people_who_left_are_not_found():
    member = a_member(name="Quetzal")
    run_due()
    assert queries.search(GUEST, parse({"q": "quetzal"})).people == [member]
    member.is_active = False
    member.save(update_fields=["is_active"])
    gone = queries.search(GUEST, parse({"q": "quetzal"}))
    assert gone.total == 0 and gone.people == []
    assert queries.suggest(GUEST, "quet")["people"] == []


def test_a_withdrawn_article_is_not_found():
    page = an_article(title=f"The {WORD} road")
    run_due()
    assert [hit.article.pk for hit in queries.search(GUEST, parse({"q": WORD})).hits] == [page.pk]
    page.unpublish()
    assert queries.search(GUEST, parse({"q": WORD})).total == 0
    run_due()
    assert not SearchEntry.objects.filter(article=page).exists()


def test_a_thread_merged_away_is_found_at_its_new_place_only(scene):
    target = scene.sister
    actions.merge_threads(
        actor=scene.moderator, source_id=scene.thread.pk, target_id=target.pk, reason="The same question"
    )
    run_due()
    hits = queries.search(GUEST, parse({"q": f"{WORD} wrap"})).hits
    assert [hit.post.thread_id for hit in hits] == [target.pk]
    assert Thread.objects.get(pk=scene.thread.pk) not in queries.suggest(GUEST, WORD)["threads"]


@pytest.mark.parametrize("relation", ["ignores", "blocks", "is blocked"])
def test_nobody_is_suggested_to_those_they_are_kept_away_from(client, relation):
    viewer, other = a_member(name="Viewer"), a_member(name="Zacharias")
    a_thread(author=other, title="Zachariah's tyres")
    run_due()

    def suggested(member) -> str:
        return signed_in(client, member).get("/search/suggest", {"q": "Zacha"}).content.decode()

    assert "Zacharias" in suggested(viewer) and "tyres" in suggested(viewer)
    if relation == "is blocked":
        members.block(member=other, target=viewer)
    else:
        act = members.block if relation == "blocks" else members.ignore_member
        act(member=viewer, target=other)
    assert suggested(viewer) == '{"groups": []}'
    assert "Zacharias" in suggested(a_member())
