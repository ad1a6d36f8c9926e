"""Earlier versions and links between questions move in with their posts."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from community.core.access import Refused
from community.core.text import html_to_markdown
from community.interchange.models import ImportedItem
from community.interchange.stackexchange import history, wording
from community.interchange.stackexchange.mapping import HistoryRow
from forum import actions
from forum.models import LinkKind, Post, PostRevision, Thread, ThreadLink
from tests.builders.members import a_member
from tests.interchange.dumps import answer, question, user, write

pytestmark = pytest.mark.django_db


def line(pk: int, post: int, kind: int, text: str, **fields: object) -> dict[str, object]:
    return {
        "Id": pk,
        "PostId": post,
        "PostHistoryTypeId": kind,
        "CreationDate": f"2014-03-{pk:02}T08:00:00.000",
        "UserId": 7,
        "Text": text,
    } | fields


def the_post(kind: str, number: int) -> Post:
    return ImportedItem.objects.get(kind=kind, source_id=number).post


LIVED = {
    "Posts": [
        question(
            1, Title="Which hops?", Body="<p>Three <strong>words</strong>.</p>", LastEditDate="2014-03-09"
        ),
        answer(2, 1),
        answer(3, 1, Body="<p>New.</p>", LastEditDate="2014-03-12T08:00:00.000"),
    ],
    "Users": [user(7, "Asker"), user(8, "Helper"), user(9, "Mender")],
    "PostHistory": [
        # One edit of title and text is two lines with one GUID. Out of order on purpose.
        line(7, 1, 5, "Two **words**.", UserId=9, RevisionGUID="b", Comment="  clearer\nso "),
        line(
            6, 1, 4, "Which hops, please?", CreationDate="2014-03-07T08:00:00.000", UserId=9, RevisionGUID="b"
        ),
        line(
            1,
            1,
            2,
            "One *word*: [here](/questions/1), [ref][1].\n\n  [1]: http://beer.example/",
            RevisionGUID="a",
        ),
        line(2, 1, 1, "Hops", CreationDate="2014-03-01T08:00:00.000", RevisionGUID="a"),
        line(3, 1, 3, "<hops>", RevisionGUID="a"),
        line(9, 1, 8, "Three **words**."),
        line(10, 1, 10, "", RevisionGUID="closed"),
        line(4, 2, 2, "Never edited."),
        line(12, 3, 5, "New.", UserId=8),
        line(13, 77, 5, "Of a post that is not there."),
        line(14, 1, 5, " "),
    ],
}


def test_what_a_post_said_before_each_edit_moves_in(importing: Any, tmp_path: Any) -> None:
    folder = write(tmp_path / "d", **LIVED)
    report = importing(folder).report
    opening, helped = the_post("q", 1), the_post("a", 3)
    told = [
        (row.number, row.title, row.source, row.editor.name, row.reason, row.made_at.day)
        for row in PostRevision.objects.filter(post=opening).order_by("number")
    ]
    assert told == [
        (1, "Hops", "One *word*: [here](/import/stackexchange/beer/q/1), [ref](http://beer.example/).",
         "Mender", "clearer so", 7),
        (2, "Which hops, please?", "Two **words**.", "Asker", "", 9),
    ]  # fmt: skip
    assert (opening.edit_count, opening.edited_at.day) == (2, 9)
    # The first words of this one are not in the dump: the edit is counted, and there is nothing to show of it.
    assert (helped.edit_count, helped.revisions.count()) == (1, 0)
    one = report.files["PostHistory"]
    assert one.here == {"lines of edited posts": 6}
    assert one.left_out == {
        "tags and events that do not change the words": 2,
        "first words of posts that nobody edited": 1,
        "lines of edited posts of posts that do not move in": 1,
        "empty text": 1,
    }
    again = importing(folder)
    assert again.people == 0 and PostRevision.objects.count() == 2
    # The words before an edit and those after it compare line by line.
    assert the_post("q", 1).source == "Three **words**."


def test_versions_that_moved_in_are_read_and_brought_back(
    importing: Any, tmp_path: Any, client: Client
) -> None:
    importing(write(tmp_path / "d", **LIVED))
    opening = the_post("q", 1)
    page = client.get(f"/posts/{opening.pk}/history/").content.decode()
    assert "Edit 2" in page and "clearer so" in page and "<del>" in page
    actions.revert_post(actor=a_member(role="admin"), post_id=opening.pk, revision=1)
    opening.refresh_from_db()
    assert opening.source.startswith("One *word*") and opening.thread.title == "Hops"
    assert list(opening.revisions.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_a_post_edited_without_end_keeps_its_latest_versions() -> None:
    lines = (
        HistoryRow(n, 1, 5 if n else 2, str(n), f"2014-01-01T{n:06}", "u7", "", f"Words {n}")
        for n in range(history.MOST + 50)
    )
    past = history.past(lines)
    assert past.edits == history.MOST + 49
    assert [one.number for one in past.versions][:: history.MOST - 1] == [50, history.MOST + 49]
    assert past.versions[0].body == "Words 49"


@pytest.mark.parametrize(
    "theirs",
    [
        "> " * 400 + "deep",
        "<script>alert(1)</script>",
        "[" * 5_000,
        "x" * 64_000,
        "|" * 3000 + "\n" + "|-" * 3000,
    ],
)
def test_no_version_is_refused(theirs: str) -> None:
    ours = wording.version(theirs, site="beer", host="beer.example", has=lambda _pk: True)
    assert len(ours) <= 32_000


def test_their_markdown_comes_out_as_the_html_of_it_did() -> None:
    theirs = "A line\nthat goes on.\n\n* one\n* two\n\n    code\n\n<b>bold</b> &amp; <!-- language: c -->"
    html = (
        "<p>A line\nthat goes on.</p>\n<ul><li>one</li><li>two\n<pre><code>code\n</code></pre></li></ul>"
        "<p><b>bold</b> &amp; </p>"
    )
    ours = wording.version(theirs, site="beer", host="beer.example", has=lambda _pk: True)
    assert ours.splitlines()[0] == html_to_markdown(html).splitlines()[0] == "A line that goes on."
    assert "**bold** &" in ours and "language" not in ours


def test_the_same_question_is_shown_under_each_of_the_two(
    importing: Any, tmp_path: Any, client: Client
) -> None:
    wanted = [(2, 1, 3), (2, 3, 1), (2, 9, 1), (2, 1, 77), (50, 1, 3)]
    rows = [
        {"Id": n, "PostId": post, "RelatedPostId": other, "LinkTypeId": kind}
        for n, (post, other, kind) in enumerate(wanted, start=1)
    ]
    posts = [question(n, Title=f"Question that asks number {n}") for n in (1, 2, 3)]
    folder = write(tmp_path / "d", Posts=posts, PostLinks=rows)
    report = importing(folder).report
    assert report.files["PostLinks"].here == {"links between questions": 2}
    assert report.files["PostLinks"].left_out.total() == 3
    importing(folder)
    first, second, third = (the_post("q", n).thread for n in (1, 2, 3))
    found = sorted(ThreadLink.objects.values_list("thread", "target", "kind"))
    assert found == sorted([(second.pk, first.pk, "same"), (second.pk, third.pk, "related")])
    for here, there in ((first, second), (second, first)):
        page = client.get(here.get_absolute_url()).content.decode()
        same = page.partition('id="same-h"')[2].partition("</section>")[0]
        assert there.get_absolute_url() in same and same.count("<li>") == 1
    near = client.get(second.get_absolute_url()).content.decode().partition('id="related-h"')[2]
    assert third.get_absolute_url() in near


def test_links_never_show_what_a_reader_may_not_read(importing: Any, tmp_path: Any, client: Client) -> None:
    importing(write(tmp_path / "d", Posts=[question(1), question(2)]))
    first, second = (the_post("q", n).thread for n in (1, 2))
    actions.link_threads(
        actor=None, links=[(first.pk, second.pk, LinkKind.SAME), (first.pk, first.pk, LinkKind.SAME)]
    )
    assert ThreadLink.objects.count() == 1
    Thread.objects.filter(pk=second.pk).update(state="hidden")
    assert second.get_absolute_url() not in client.get(first.get_absolute_url()).content.decode()


def test_members_do_not_tie_threads() -> None:
    with pytest.raises(Refused):
        actions.link_threads(actor=a_member(), links=[])
