"""What a dump becomes: every question a thread, every answer and comment a reply, and the sums are right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from community.core import clock
from community.interchange.models import ImportedItem, ImportSource
from community.members.access import may_speak
from community.members.actions import claim_member
from community.members.models import Member
from forum.models import Board, BoardGroup, Post, Tag, Thread
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member
from tests.interchange.dumps import answer, comment, question, user, write

pytestmark = pytest.mark.django_db


def the_thread(number: int = 1) -> Thread:
    item = ImportedItem.objects.get(kind="q", source_id=number)
    return Thread.objects.get(pk=item.post.thread_id)


def posts_of(thread: Thread) -> list[Post]:
    return list(thread.posts.select_related("author", "reply_to").order_by("number"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_question_becomes_a_thread_and_answers_replies_in_time_order(importing, tmp_path) -> None:
    folder = write(
        tmp_path / "d",
        Posts=[
            answer(5, 1, CreationDate="2014-01-25T08:00:00.000", OwnerUserId=8, Score=-2),
            question(1, AcceptedAnswerId=3, ViewCount=795, FavoriteCount=4),
            answer(3, 1, CreationDate="2014-01-24T08:00:00.000", OwnerUserId=9, Score=11),
        ],
        Users=[user(7, "Anna"), user(8, "Björn Berg"), user(9, "陈晨")],
    )
    outcome = importing(folder)

    assert (outcome.added("threads"), outcome.added("replies"), outcome.people) == (1, 2, 3)
    thread = the_thread()
    assert (thread.title, thread.lane, thread.imported_from) == (
        "What is brewed in barrel 1?",
        "ask",
        "Stack Exchange: beer",
    )
    assert [post.number for post in posts_of(thread)] == [1, 2, 3]
    assert [post.author.name for post in posts_of(thread)] == ["Anna", "陈晨", "Björn Berg"]
    assert [post.imported_score for post in posts_of(thread)] == [3, 11, -2]
    assert [post.posted_at for post in posts_of(thread)] == [
        at("2014-01-21T20:01:05.383"),
        at("2014-01-24T08:00:00"),
        at("2014-01-25T08:00:00"),
    ]
    assert thread.opened_at == at("2014-01-21T20:01:05.383")
    assert (thread.last_posted_at, thread.last_poster.name) == (at("2014-01-25T08:00:00"), "Björn Berg")
    assert (thread.last_number, thread.reply_count, thread.answer_count) == (3, 2, 2)
    assert thread.accepted_post == posts_of(thread)[1] and thread.accepted_at == at("2014-01-24T08:00:00")
    assert not thread.needs_answer
    assert thread.days == {"2014-01-21": 1, "2014-01-24": 1, "2014-01-25": 1}
    assert thread.excerpt == "What is brewed in barrel 1?"
    assert Member.objects.get(name="陈晨").helped_count == 1
    assert ImportedItem.objects.get(kind="q", source_id=1).kept == {"views": 795, "favourites": 4}


def test_the_board_is_made_once_open_and_in_both_languages(importing, tmp_path) -> None:
    importing(write(tmp_path / "d", Posts=[question(1)]))
    board = Board.objects.get(slug="beer")
    assert (board.title_en, board.title_zh, board.group.title_en) == ("Beer", "Beer 问答", "Moved here")
    assert board.rights["read"] == ["guest"] and board.rights["reply"] == ["member"]
    assert (board.thread_count, board.post_count, board.lane_counts) == (1, 1, {"ask": 1})
    assert board.last_thread == the_thread()
    importing(write(tmp_path / "more", Posts=[question(2)]))
    assert Board.objects.count() == 1 and Thread.objects.filter(board=board).count() == 2


def test_the_group_is_found_by_title_or_made(importing, tmp_path) -> None:
    group = a_board().group
    importing(write(tmp_path / "d", Posts=[question(1)]), group=group.title_en.upper())
    assert the_thread().board.group == group
    importing(write(tmp_path / "e", Posts=[question(1)]), site="wine", group="Old friends")
    assert BoardGroup.objects.get(slug="old-friends").boards.get().slug == "wine"


def test_an_address_that_is_taken_stays_with_who_has_it(importing, tmp_path) -> None:
    own = a_board(slug="beer")
    importing(write(tmp_path / "d", Posts=[question(1)]))
    assert the_thread().board.slug == "beer-questions" and own.threads.count() == 0


def test_comments_are_replies_that_quote_what_they_comment(importing, tmp_path) -> None:
    folder = write(
        tmp_path / "d",
        Posts=[question(1), answer(2, 1)],
        Comments=[
            comment(1, 2, Text="@Anna *Really* `dry` and [so on](https://example.org/a_b)."),
            comment(1_000, 1, CreationDate="2014-01-21T21:00:00.000", Text="# Which barrel?", Score=5),
        ],
        Users=[user(7, "Anna"), user(8, "Björn"), user(9, "Chen")],
    )
    importing(folder)
    opening, on_question, reply, on_answer = posts_of(the_thread())
    assert (on_question.reply_to, on_answer.reply_to, reply.reply_to) == (opening, reply, None)
    assert on_question.imported_score == 5
    assert on_question.source == (
        f"> [!quote {opening.pk} Anna]\n> What is brewed in barrel 1?\n\n\\# Which barrel?"
    )
    assert f'<blockquote class="quote" data-post="{reply.pk}">' in on_answer.html
    assert f'href="/posts/{reply.pk}/">Björn</a>' in on_answer.html
    assert "An ale, says answer 2." in on_answer.html
    assert '<a class="mention" href="/members/Anna/">@Anna</a> <em>Really</em>' in on_answer.html
    assert on_answer.plain == "@Anna Really dry and so on."
    assert "90000" not in on_answer.html + on_answer.source + on_question.html


def test_a_comment_never_stands_before_what_it_comments(importing, tmp_path) -> None:
    folder = write(
        tmp_path / "d",
        Posts=[question(1), answer(2, 1, CreationDate="2014-03-01T00:00:00.000")],
        Comments=[comment(3, 2, CreationDate="2014-02-01T00:00:00.000")],
    )
    importing(folder)
    _opening, reply, remark = posts_of(the_thread())
    assert remark.reply_to == reply and remark.posted_at == at("2014-02-01T00:00:00")


def test_tags_are_kept_as_far_as_there_is_room(importing, tmp_path) -> None:
    folder = write(
        tmp_path / "d",
        Posts=[
            question(1, Tags="<a-1><b-2><c-3><d-4><e-5><f-6><g-7>"),
            question(2, Tags="|a-1|b-2|"),
            question(3, Tags=f"<{'x' * 60}><ok>"),
        ],
    )
    importing(folder)
    assert [name for _slug, name in the_thread(1).tag_list] == ["a-1", "b-2", "c-3", "d-4", "e-5"]
    assert ImportedItem.objects.get(kind="q", source_id=1).kept["tags"] == ["f-6", "g-7"]
    assert sorted(the_thread(2).tags.values_list("name", flat=True)) == ["a-1", "b-2"]
    assert [name for _slug, name in the_thread(3).tag_list] == ["ok"]
    assert Tag.objects.get(name="a-1").thread_count == 2


def test_authors_are_imported_members_that_cannot_sign_in_and_can_be_claimed(importing, tmp_path) -> None:
    folder = write(
        tmp_path / "d",
        Posts=[question(1)],
        Users=[
            user(7, "Anna", AboutMe="<p>I <b>brew</b>.</p>", Location="Graz", WebsiteUrl="https://a.example"),
            user(8, "Silent"),
        ],
    )
    report = importing(folder).report
    anna = Member.objects.get(source="stackexchange:beer", source_id="7")
    assert (anna.name, anna.bio, anna.city, anna.website) == ("Anna", "I brew.", "Graz", "https://a.example")
    assert anna.joined_at == at("2013-05-01T08:00:00") and anna.last_seen_at == at("2015-05-01T08:00:00")
    assert anna.is_imported and anna.email is None and not anna.has_usable_password()
    assert not may_speak(anna) and may_speak(anna).code == "imported"
    assert not Member.objects.filter(name="Silent").exists()
    assert report.files["Users"].left_out == {"people who wrote nothing that moves in": 1}
    claim = claim_member(claimant=a_member(name="Real Anna"), imported=anna, evidence="My page links here.")
    assert claim.imported == anna


def test_without_users_names_are_made_and_stay_the_same(importing, tmp_path) -> None:
    posts = [
        question(1, OwnerUserId=123),
        question(2, OwnerUserId="", OwnerDisplayName="user332"),
        question(3, OwnerUserId="", OwnerDisplayName="user332"),
        question(4, OwnerUserId=""),
        question(5, OwnerUserId=""),
        question(6, OwnerUserId=-1),
    ]
    importing(write(tmp_path / "d", Posts=posts))
    names = {n: the_thread(n).author.name for n in range(1, 7)}
    assert names == {
        1: "beer user 123",
        2: "user332",
        3: "user332",
        4: "beer former member",
        5: "beer former member",
        6: "beer community",
    }
    assert the_thread(2).author == the_thread(3).author
    assert the_thread(1).author.joined_at == the_thread(1).opened_at
    assert Member.objects.filter(source="stackexchange:beer").count() == 4


def test_a_name_that_somebody_here_has_is_not_taken_from_them(importing, tmp_path) -> None:
    here = a_member(name="Anna")
    folder = write(
        tmp_path / "d",
        Posts=[question(1), question(2, OwnerUserId=8), question(3, OwnerUserId=9)],
        Users=[user(7, "anna"), user(8, "Anna"), user(9, "Moderator")],
    )
    importing(folder)
    names = [the_thread(n).author.name for n in (1, 2, 3)]
    assert names == ["anna 7", "Anna 8", "user9"]
    assert here.posts.count() == 0


def test_edits_closing_and_acceptance_keep_their_dates(importing, tmp_path) -> None:
    folder = write(
        tmp_path / "d",
        Posts=[
            question(1, LastEditDate="2014-02-01T00:00:00.000", ClosedDate="2014-03-01T00:00:00.000"),
            question(4, AcceptedAnswerId=5),
            answer(5, 4, LastEditDate="2014-02-02T00:00:00.000"),
        ],
        Votes=[
            {"Id": 1, "PostId": 5, "VoteTypeId": 1, "CreationDate": "2014-01-30T00:00:00.000"},
            {"Id": 2, "PostId": 5, "VoteTypeId": 2, "CreationDate": "2014-01-30T00:00:00.000"},
        ],
        Badges=[{"Id": 1, "UserId": 7, "Name": "Student"}],
        Tags=[{"Id": 1, "TagName": "hops", "Count": 1}],
    )
    report = importing(folder).report
    closed, solved = the_thread(1), the_thread(4)
    assert closed.locked_at == at("2014-03-01T00:00:00") and not closed.needs_answer
    assert solved.accepted_at == at("2014-01-30T00:00:00") and solved.locked_at is None
    opening, reply = posts_of(closed)[0], posts_of(solved)[1]
    assert (opening.edited_at, opening.edit_count) == (at("2014-02-01T00:00:00"), 1)
    assert (reply.edited_at, reply.edit_count) == (at("2014-02-02T00:00:00"), 1)
    assert report.files["Votes"].here == {"dates of accepted answers": 1}
    assert report.files["Badges"].left_out == {"badges": 1}
    assert report.files["Tags"].left_out.total() == 1


BAD = {
    "no Id": question(1) | {"Id": ""},
    "Id is not a number": question(1) | {"Id": "1; DROP TABLE"},
    "Id is not a positive number": question(0),
    "no usable CreationDate": question(1, CreationDate="yesterday"),
    "no PostTypeId": question(1) | {"PostTypeId": ""},
    "PostTypeId is not a number": question(1, PostTypeId="eins"),
    "empty body": question(1, Body=" <p>&nbsp;</p>\n<!-- -->"),
    "ParentId is not a number": answer(1, 1) | {"ParentId": "x"},
    "no ParentId": answer(1, 1) | {"ParentId": ""},
    "an Id that stood before": question(40),
    "answer to a question that is not there": answer(1, 999),
}


@pytest.mark.parametrize("reason", BAD)
def test_a_bad_row_is_told_with_its_line_and_left_out(importing, tmp_path, reason) -> None:
    report = importing(write(tmp_path / "d", Posts=[question(40), BAD[reason], question(41)])).report
    assert report.files["Posts"].here == {"threads": 2}
    assert report.files["Posts"].left_out == {reason: 1}
    (line,) = report.shown
    assert line.startswith("Posts.xml line 4 ") or line.startswith("Posts.xml line 4:")
    assert f"{reason}; left out" in line
    assert report.path.read_text() == line + "\n"


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "", "2014-13-01"])
def test_impossible_dates_are_bad_rows(importing, tmp_path, moment) -> None:
    report = importing(write(tmp_path / "d", Posts=[question(1, CreationDate=moment)])).report
    assert report.files["Posts"].left_out == {"no usable CreationDate": 1}


def test_a_date_in_the_future_would_stay_on_top_for_ever(importing, tmp_path) -> None:
    later = (clock.now() + timedelta(days=3)).replace(tzinfo=None).isoformat()
    assert importing(write(tmp_path / "d", Posts=[question(1, CreationDate=later)])).board is None


def test_other_kinds_of_posts_are_counted_by_kind(importing, tmp_path) -> None:
    posts = [question(n, PostTypeId=kind) for n, kind in enumerate([3, 4, 4, 5, 6, 7, 8, 99], start=1)]
    folder = write(tmp_path / "d", Posts=posts, Comments=[comment(1, 2), comment(2, 2, Text=" ")])
    report = importing(folder).report
    assert report.files["Posts"].left_out == {
        "tag wikis without a tag": 1,
        "tag wiki excerpts": 2,
        "tag wikis": 1,
        "moderator nominations": 1,
        "wiki placeholders": 1,
        "privilege wikis": 1,
        "posts of an unknown kind": 1,
    }
    assert report.files["Comments"].left_out == {
        "comment on a post that is not there": 1,
        "empty text": 1,
    }
    assert Thread.objects.count() == 0 and not ImportSource.objects.exists()


def test_an_answer_that_answers_an_answer_has_no_place(importing, tmp_path) -> None:
    folder = write(tmp_path / "d", Posts=[question(1), answer(2, 1), answer(3, 2)], Comments=[comment(1, 3)])
    report = importing(folder).report
    assert report.files["Posts"].left_out == {"answer to a question that is not there": 1}
    assert report.files["Comments"].left_out == {"comment on a post that is not there": 1}


def test_what_is_too_much_for_a_post_moves_in_shortened(importing, tmp_path) -> None:
    posts = [
        question(1, Body=f"<p>{'barrel ' * 1_000_000}</p>", Title="Why " * 1000),
        question(2, Body="<blockquote>" * 300 + "deep" + "</blockquote>" * 300),
        question(3, Body=f"<p>{'*a_ [b](' * 3500}</p>", Title=" "),
        answer(4, 1, Body=f"<pre><code>{'x = 1 ' * 9000}</code></pre>"),
    ]
    folder = write(tmp_path / "d", Posts=posts, Comments=[comment(1, 4, Text="y" * 60_000)])
    report = importing(folder).report
    assert report.files["Posts"].here == {"threads": 3, "replies": 1}
    long, deep, tangled = the_thread(1), the_thread(2), the_thread(3)
    assert long.title.endswith("…") and len(long.title) <= 160
    opening, cut, remark = posts_of(long)
    assert 20_000 < len(opening.source) <= 32_000 and opening.source.endswith("…")
    assert len(cut.source) <= 32_000 and len(remark.source) <= 32_000
    assert "deep" in deep.posts.get().plain
    assert "[b](" in tangled.posts.get().plain and tangled.title.startswith("*a_ [b](")
    assert report.mended["shortened"] >= 3 and report.mended["title: shortened"] == 1
    assert report.mended["title: title made from the first words"] == 1


def test_the_latest_thread_of_a_living_board_stays(importing, tmp_path) -> None:
    importing(write(tmp_path / "d", Posts=[question(1)]))
    board = Board.objects.get(slug="beer")
    native = a_thread(author=a_member(), board=board)
    importing(write(tmp_path / "e", Posts=[question(2)]))
    board.refresh_from_db()
    assert board.last_thread == native and board.thread_count == 3


def test_links_within_the_old_site_lead_here(importing, tmp_path) -> None:
    body = (
        '<p><a href="https://beer.stackexchange.com/questions/2/what-is#5">it</a> '
        '<a href="/questions/2">that</a> <a href="http://beer.stackexchange.com/a/3">gone</a> '
        '<a href="/tags/hops">tag</a> <a href="https://wine.stackexchange.com/q/2">wine</a></p>'
    )
    remark = comment(1, 1, Text="See [this](http://beer.stackexchange.com/q/2).")
    posts = [question(1, Body=body), question(2), answer(5, 2)]
    importing(write(tmp_path / "d", Posts=posts, Comments=[remark]))
    opening, reply = posts_of(the_thread(1))
    assert opening.source == (
        "[it](/import/stackexchange/beer/a/5) [that](/import/stackexchange/beer/q/2) "
        "[gone](http://beer.stackexchange.com/a/3) [tag](https://beer.stackexchange.com/tags/hops) "
        "[wine](https://wine.stackexchange.com/q/2)"
    )
    assert reply.source.endswith("See [this](/import/stackexchange/beer/q/2).")
