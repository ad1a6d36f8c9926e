"""A second run adds nothing, a killed one is taken up, a newer dump adds only what is new."""

from __future__ import annotations

from typing import Any

import pytest

from community.core import counters
from community.interchange.models import ImportedItem, ImportSource
from community.interchange.stackexchange import moving, staging
from community.interchange.stackexchange.reader import BrokenFile
from community.interchange.stackexchange.running import Busy, _alone
from community.members.models import Member
from forum import actions
from forum.facts import PostsImported
from forum.models import Board, Post, Thread
from tests.builders.forum import a_board, a_reply
from tests.builders.members import a_member
from tests.interchange.dumps import answer, comment, question, user, write, xml

pytestmark = pytest.mark.django_db

POSTS = [
    *(question(n, OwnerUserId=n, AcceptedAnswerId=n + 100) for n in range(1, 13)),
    *(answer(n + 100, n, OwnerUserId=50 + n % 3) for n in range(1, 13)),
]
COMMENTS = [comment(n, n + 100) for n in range(1, 13)]


@pytest.fixture
def small_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "FULL", 6)


def everything() -> dict[str, Any]:
    """All that an import may write, for comparing."""
    return {
        "posts": list(
            Post.objects.order_by("thread__opened_at", "number").values_list(
                "thread__title", "number", "author__name", "plain", "posted_at", "reply_to__number"
            )
        ),
        "accepted": Thread.objects.exclude(accepted_post=None).count(),
        "members": sorted(Member.objects.values_list("name", "source_id")),
        "items": ImportedItem.objects.count(),
    }


def test_a_second_run_adds_nothing_and_says_so(importing, tmp_path) -> None:
    folder = write(tmp_path / "d", Posts=POSTS, Comments=COMMENTS, Users=[user(1, "Anna")])
    importing(folder)
    before = everything()
    outcome = importing(folder)
    assert (outcome.added("threads"), outcome.added("replies"), outcome.people) == (0, 0, 0)
    assert outcome.report.files["Posts"].already == 24 and outcome.report.files["Comments"].already == 12
    assert everything() == before
    origin = ImportSource.objects.get()
    assert origin.ended_at and origin.summary["Posts"]["already"] == 24


@pytest.mark.usefixtures("small_lots")
@pytest.mark.parametrize("lot", [1, 2, 4])
def test_a_run_that_dies_is_taken_up_where_it_stopped(importing, tmp_path, monkeypatch, lot) -> None:
    folder = write(tmp_path / "d", Posts=POSTS, Comments=COMMENTS)
    written = 0
    bulk_create = moving.ImportedItem.objects.bulk_create

    def dying(rows: Any, **options: Any) -> Any:
        nonlocal written
        written += 1
        if written == lot:
            raise SystemError("killed")  # after the lot's posts were written: they must go with it
        return bulk_create(rows, **options)

    monkeypatch.setattr(moving.ImportedItem.objects, "bulk_create", dying)
    with pytest.raises(SystemError):
        importing(folder)
    monkeypatch.undo()
    done = Thread.objects.count()
    assert done == 2 * (lot - 1) and ImportedItem.objects.count() == 3 * done == Post.objects.count()
    assert lot == 1 or ImportSource.objects.get().ended_at is None

    outcome = importing(folder)
    assert outcome.added("threads") == 12 - done and outcome.report.files["Comments"].already == done
    taken_up = everything()
    assert taken_up["accepted"] == 12 and len(taken_up["posts"]) == 36

    Thread.objects.all().delete()
    list(counters.rebuild())
    importing(folder)  # in one go, for comparison
    assert everything()["posts"] == taken_up["posts"]


def test_a_newer_dump_adds_what_is_new(importing, tmp_path) -> None:
    importing(write(tmp_path / "old", Posts=[question(1), answer(2, 1)]))
    newer = write(
        tmp_path / "new",
        Posts=[
            question(1, AcceptedAnswerId=4),
            answer(2, 1),
            answer(4, 1, CreationDate="2014-05-01T00:00:00.000", OwnerUserId=60),
        ],
        Comments=[comment(1, 2), comment(2, 1), comment(3, 4, CreationDate="2014-05-02T00:00:00.000")],
    )
    outcome = importing(newer)
    assert (outcome.added("threads"), outcome.added("replies")) == (0, 4)
    thread = Thread.objects.get()
    posts = list(thread.posts.order_by("number").select_related("reply_to"))
    assert [post.number for post in posts] == [1, 2, 3, 4, 5, 6]
    assert [post.reply_to.number if post.reply_to else 0 for post in posts] == [0, 0, 2, 1, 0, 5]
    assert f'data-post="{posts[1].pk}"' in posts[2].html and f'data-post="{posts[4].pk}"' in posts[5].html
    assert thread.accepted_post == posts[4]
    assert Member.objects.get(source_id="60").helped_count == 1


def test_an_answer_chosen_here_is_not_changed(importing, tmp_path) -> None:
    importing(write(tmp_path / "old", Posts=[question(1), answer(2, 1), answer(3, 1)]))
    thread = Thread.objects.get()
    moderator = a_member(role="moderator")
    actions.accept_answer(actor=moderator, post_id=thread.posts.get(number=3).pk)
    importing(write(tmp_path / "new", Posts=[question(1, AcceptedAnswerId=4), answer(4, 1)]))
    thread.refresh_from_db()
    assert thread.accepted_post.number == 3
    actions.unaccept_answer(actor=moderator, thread_id=thread.pk)
    importing(write(tmp_path / "same", Posts=[question(1, AcceptedAnswerId=4), answer(4, 1)]))
    thread.refresh_from_db()
    assert thread.accepted_post is None


def test_what_people_did_here_meanwhile_stays(importing, tmp_path) -> None:
    """Threads that were moved, hidden or merged take what is new where they are now."""
    importing(write(tmp_path / "old", Posts=[question(n) for n in (1, 2, 3, 4)]))
    first, second, third, fourth = Thread.objects.order_by("opened_at")
    moderator, elsewhere = a_member(role="moderator"), a_board()
    a_reply(author=a_member(), thread=first)
    actions.move_thread(actor=moderator, thread_id=first.pk, board_id=elsewhere.pk, reason="fits")
    actions.hide_thread(actor=moderator, thread_id=second.pk, reason="to be checked")
    actions.merge_threads(actor=moderator, source_id=third.pk, target_id=fourth.pk, reason="the same")

    importing(
        write(
            tmp_path / "new",
            Posts=[question(n) for n in (1, 2, 3, 4)] + [answer(n + 10, n) for n in (1, 2, 3)],
        )
    )

    for thread in (first, second, third, fourth):
        thread.refresh_from_db()
    assert first.board == elsewhere and first.last_number == 3
    assert second.state == "hidden" and second.last_number == 2
    assert third.state == "merged"
    assert fourth.posts.filter(source__contains="answer 13").exists()
    assert Board.objects.get(slug="beer").post_count == fourth.reply_count + 1


@pytest.mark.usefixtures("small_lots")
def test_a_very_long_thread_is_moved_in_pieces(importing, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(staging, "MOST", 10)
    posts = [
        question(1, AcceptedAnswerId=35),
        *(answer(n, 1, CreationDate=f"2014-02-01T00:{n:02}:00.000") for n in range(2, 42)),
    ]
    remarks = [comment(n, n, CreationDate="2014-02-02T00:00:00.000") for n in range(1, 42)]
    importing(write(tmp_path / "d", Posts=posts, Comments=remarks))
    thread = Thread.objects.get()
    numbers = list(thread.posts.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 83)) and thread.last_number == 82
    assert thread.accepted_post.number == 35
    for post in thread.posts.filter(number__gt=41).select_related("reply_to"):
        assert post.reply_to.number == post.number - 41


def test_a_heavy_lot_is_cut(importing, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(staging, "HEAVY", 1000)
    lots: list[int] = []
    move = moving.Moving.move
    monkeypatch.setattr(
        moving.Moving, "move", lambda self, chunk: (lots.append(len(chunk)), move(self, chunk))[1]
    )
    importing(write(tmp_path / "d", Posts=[question(n, Body="beer " * 100) for n in range(1, 10)]))
    assert lots == [2, 2, 2, 2, 1]


def test_a_cut_off_file_keeps_what_was_whole_and_the_mended_one_adds_the_rest(importing, tmp_path) -> None:
    folder = write(tmp_path / "d", Posts=POSTS, Comments=COMMENTS)
    whole = (folder / "Posts.xml").read_text()
    (folder / "Posts.xml").write_text(whole[: whole.index('<row Id="107"') + 30])
    outcome = importing(folder)
    assert outcome.broken is not None and outcome.broken.line == 21
    assert (outcome.added("threads"), outcome.added("replies")) == (12, 12)
    (folder / "Posts.xml").write_text(whole)
    outcome = importing(folder)
    assert outcome.broken is None and outcome.added("replies") == 12
    assert everything()["accepted"] == 12 and len(everything()["posts"]) == 36


@pytest.mark.parametrize("kind", ["Users", "Comments"])
def test_a_break_beside_the_posts_stops_before_anything_is_written(importing, tmp_path, kind) -> None:
    folder = write(tmp_path / "d", Posts=POSTS, Comments=COMMENTS, Users=[user(1, "Anna")])
    importing(write(tmp_path / "before", Posts=[question(99)]), site="wine")
    path = folder / f"{kind}.xml"
    path.write_text(path.read_text()[:-20])
    with pytest.raises(BrokenFile, match=rf"^{kind}\.xml, line \d+: "):
        importing(folder)
    assert Thread.objects.count() == 1 and not Board.objects.filter(slug="beer").exists()


def test_two_sites_with_the_same_numbers_do_not_meet(importing, tmp_path) -> None:
    folder = write(tmp_path / "d", Posts=[question(1), answer(2, 1)])
    importing(folder, site="beer")
    assert importing(folder, site="wine").added("threads") == 1
    assert set(Thread.objects.values_list("board__slug", flat=True)) == {"beer", "wine"}
    assert Member.objects.filter(source_id="7").count() == 2


def test_one_run_a_site_at_a_time(importing, tmp_path, var) -> None:
    folder = write(tmp_path / "d", Posts=[question(1)])
    (var / "imports").mkdir(parents=True)
    with _alone(var / "imports" / "beer.lock"), pytest.raises(Busy):
        importing(folder)
    assert importing(folder).added("threads") == 1


def test_nothing_is_left_beside_the_report(importing, tmp_path, var) -> None:
    importing(write(tmp_path / "d", Posts=[question(1), question(1)]))
    assert sorted(path.name for path in (var / "imports").iterdir()) == ["beer-left-out.txt", "beer.lock"]
    importing(write(tmp_path / "e", Posts=[question(1)]))
    assert [path.name for path in (var / "imports").iterdir()] == ["beer.lock"]


def test_one_fact_a_lot_names_its_threads(importing, tmp_path, facts) -> None:
    importing(write(tmp_path / "d", Posts=POSTS))
    fact = facts.only("PostsImported")
    assert isinstance(fact, PostsImported)
    assert set(fact.thread_ids) == set(Thread.objects.values_list("pk", flat=True))
    # The board and its group were laid out once; of the threads and posts there is this one fact.
    assert {type(one).__name__ for one in facts.all} == {"BoardArranged", "PostsImported"}


def test_a_dump_in_utf_8_that_is_not_is_told_and_the_rest_kept(importing, tmp_path) -> None:
    text = xml("Posts", [question(1), question(2, Title="Größe"), question(3)])
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "Posts.xml").write_bytes(text.encode("latin-1"))
    outcome = importing(tmp_path / "d")
    assert outcome.added("threads") == 1
    assert outcome.broken is not None and outcome.broken.line == 4 and "encoding" in outcome.broken.why
