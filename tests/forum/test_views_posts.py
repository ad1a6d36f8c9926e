"""What is done to one post: by plain forms, by scripts, and when it may not be done."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from community.core import clock, counters
from forum import actions
from forum.diff import MOST_PAIRS, line_diff
from forum.models import Post, PostRevision, Thread
from forum.rights import CIRCLE
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.support.inert import Page

pytestmark = pytest.mark.django_db


class Talk:
    def __init__(self) -> None:
        self.asker, self.helper, self.moderator = (
            a_member(),
            a_member(name="Sunbird"),
            a_member(role="moderator"),
        )
        self.thread = a_thread(author=self.asker, title="Range in winter", body="How far?")
        self.opening = self.thread.posts.get(number=1)
        self.reply = a_reply(author=self.helper, thread=self.thread, body="Two **thirds**.")
        self.address = f"{self.thread.get_absolute_url()}#post-{self.reply.pk}"


@pytest.fixture
def talk() -> Talk:
    return Talk()


def client_of(member) -> Client:
    return signed_in(Client(), member)


def said(response) -> str:
    return response.content.decode()


# -- editing


def test_an_author_edits_and_returns_to_the_post(talk):
    client = client_of(talk.helper)
    form = Page(said(client.get(f"/posts/{talk.reply.pk}/edit/")))
    assert form.fields["body"].strip() == "Two **thirds**." and "title" not in form.fields
    data = {"body": "One half.", "reason": "Measured again", "edit_count": form.fields["edit_count"]}
    response = client.post(f"/posts/{talk.reply.pk}/edit/", data)
    assert response["Location"] == talk.address
    talk.reply.refresh_from_db()
    assert talk.reply.html == "<p>One half.</p>\n"


def test_editing_the_opening_post_can_change_the_title(talk):
    client = client_of(talk.asker)
    assert Page(said(client.get(f"/posts/{talk.opening.pk}/edit/"))).fields["title"] == "Range in winter"
    response = client.post(
        f"/posts/{talk.opening.pk}/edit/", {"title": "Range in summer", "body": "How far?"}
    )
    talk.thread.refresh_from_db()
    assert talk.thread.title == "Range in summer"
    assert response["Location"].startswith(talk.thread.get_absolute_url())


@pytest.mark.parametrize("who", ["asker", "helper"])
def test_others_words_and_locked_threads_are_not_edited(talk, who):
    if who == "helper":
        actions.lock_thread(actor=talk.moderator, thread_id=talk.thread.pk, reason="Settled")
    client = client_of(getattr(talk, who))
    response = client.get(f"/posts/{talk.reply.pk}/edit/")
    assert response.status_code == 403
    assert ("Only the author" in said(response)) == (who == "asker")
    assert client.post(f"/posts/{talk.reply.pk}/edit/", {"body": "Mine now."}).status_code == 403
    talk.reply.refresh_from_db()
    assert talk.reply.source == "Two **thirds**."


def test_an_edit_over_somebody_elses_keeps_the_text(talk):
    client = client_of(talk.helper)
    start = Page(said(client.get(f"/posts/{talk.reply.pk}/edit/"))).fields["edit_count"]
    with clock.frozen(clock.now() + timedelta(hours=1)):
        actions.edit_post(actor=talk.moderator, post_id=talk.reply.pk, body="Tidied.")
    response = client.post(f"/posts/{talk.reply.pk}/edit/", {"body": "My long words.", "edit_count": start})
    assert response.status_code == 422
    page = Page(said(response))
    assert "Someone edited this post while you wrote." in " ".join(page.errors)
    assert page.fields["body"].strip() == "My long words."


# -- history


def edits(talk: Talk, count: int) -> None:
    with clock.frozen(clock.now() + timedelta(hours=1)) as hands:
        for n in range(count):
            hands.move(timedelta(hours=1))
            actions.edit_post(
                actor=talk.moderator, post_id=talk.reply.pk, body=f"Version {n + 2}", reason=f"why {n}"
            )


def test_history_shows_what_came_and_what_went(talk, client):
    with clock.frozen(clock.now() + timedelta(hours=1)):
        actions.edit_post(
            actor=talk.helper, post_id=talk.reply.pk, body="Two **thirds**.\nAnd rain.", reason="More"
        )
    page = said(client.get(f"/posts/{talk.reply.pk}/history/"))
    assert "<p>Two **thirds**.</p>" in page and "And rain.</ins>" in page
    assert "More" in page and "Sunbird" in page and "/revert/" not in page
    assert "/revert/" in said(client_of(talk.helper).get(f"/posts/{talk.reply.pk}/history/"))


def test_a_post_never_edited_says_so(talk, client):
    assert "Never edited" in said(client.get(f"/posts/{talk.reply.pk}/history/"))


def test_a_long_history_comes_in_pages(talk, client):
    edits(talk, 23)
    address = f"/posts/{talk.reply.pk}/history/"
    first, last = said(client.get(address)), said(client.get(f"{address}?page=3"))
    assert first.count('<li class="version">') == 10 and last.count('<li class="version">') == 3
    assert "Edit 23" in first and "Edit 14" in first and "Edit 13" not in first
    assert "Version 24</ins>" in first and "Version 14</del>" in first
    assert "Two **thirds**.</del>" in last and "Edit 1<" in last
    middle = said(client.get(f"{address}?page=2"))
    assert "Version 14</ins>" in middle, "the oldest edit of a page leads to the newest of the one before"
    assert said(client.get(f"{address}?page=99")).count('<li class="version">') == 3


def test_going_back_is_an_edit_of_its_own(talk):
    edits(talk, 2)
    client = client_of(talk.helper)
    response = client.post(f"/posts/{talk.reply.pk}/history/1/revert/", follow=True)
    assert "The earlier words are back." in said(response)
    talk.reply.refresh_from_db()
    assert talk.reply.source == "Two **thirds**."
    assert PostRevision.objects.filter(post=talk.reply).count() == 3
    assert client.post(f"/posts/{talk.reply.pk}/history/77/revert/").status_code == 404


def test_nobody_else_goes_back(talk):
    edits(talk, 1)
    response = client_of(talk.asker).post(f"/posts/{talk.reply.pk}/history/1/revert/", follow=True)
    assert "Only the author can edit this post." in said(response)
    talk.reply.refresh_from_db()
    assert talk.reply.source == "Version 2"


def test_the_history_of_words_out_of_sight_is_out_of_sight(talk, client):
    edits(talk, 1)
    actions.hide_post(actor=talk.moderator, post_id=talk.reply.pk, reason="Rude")
    assert client.get(f"/posts/{talk.reply.pk}/history/").status_code == 404
    assert client_of(talk.asker).get(f"/posts/{talk.reply.pk}/history/").status_code == 404
    assert client_of(talk.moderator).get(f"/posts/{talk.reply.pk}/history/").status_code == 200
    actions.purge_post(actor=talk.moderator, post_id=talk.reply.pk, reason="Personal")
    assert client_of(talk.moderator).get(f"/posts/{talk.reply.pk}/history/").status_code == 404


def test_the_longest_texts_are_compared_in_no_time():
    """Texts of many equal lines cost a plain matcher ten seconds, and a recursive one the whole request."""
    began = clock.now()
    for older, newer in (
        ([str(n % 100) for n in range(10_000)], [str(n % 99) for n in range(10_000)]),
        ([f"{n}" for n in range(6_000)], [f"{n}x" for n in range(6_000)]),
        (["a", "b"] * 8_000, ["b", "a"] * 8_000),
    ):
        found = line_diff(older="\n".join(older), newer="\n".join(newer))
        assert [text for kind, text in found if kind != "came"] == older
        assert [text for kind, text in found if kind != "gone"] == newer
    assert (clock.now() - began).total_seconds() < 5 and MOST_PAIRS < 10**6


@pytest.mark.parametrize(
    ("older", "newer", "found"),
    [
        ("", "a", [("came", "a")]),
        ("a", "", [("gone", "a")]),
        ("a\nb\nc", "a\nx\nc", [("kept", "a"), ("gone", "b"), ("came", "x"), ("kept", "c")]),
        ("a\nb", "b\na", [("came", "b"), ("kept", "a"), ("gone", "b")]),
        ("a", "a", [("kept", "a")]),
        ("a\na", "a", [("kept", "a"), ("gone", "a")]),
    ],
)
def test_lines_kept_gone_and_come(older, newer, found):
    assert line_diff(older=older, newer=newer) == found


# -- reactions


def test_a_reaction_by_a_plain_form_and_its_withdrawal(talk):
    client = client_of(talk.asker)
    response = client.post(f"/posts/{talk.reply.pk}/react/", {"kind": "useful"})
    assert response["Location"] == talk.address
    talk.reply.refresh_from_db()
    assert talk.reply.reactions == {"useful": 1}
    assert 'aria-pressed="true"' in said(client.get(talk.thread.get_absolute_url()))
    client.post(f"/posts/{talk.reply.pk}/react/", {"kind": "none"})
    talk.reply.refresh_from_db()
    assert talk.reply.reactions == {}


def test_a_script_gets_the_new_counts(talk):
    def react(client: Client, kind: str):
        return client.post(
            f"/posts/{talk.reply.pk}/react/", {"kind": kind}, headers={"Accept": "application/json"}
        )

    client = client_of(talk.asker)
    assert react(client, "useful").json() == {"reactions": {"useful": 1}, "mine": "useful"}
    assert react(client, "thanks").json() == {"reactions": {"thanks": 1}, "mine": "thanks"}
    assert react(client_of(talk.moderator), "thanks").json()["reactions"] == {"thanks": 2}
    assert react(client, "none").json() == {"reactions": {"thanks": 1}, "mine": ""}
    refused = react(client, "hate")
    assert refused.status_code == 403 and refused.json()["error"] == "There is no such reaction."
    own = react(client_of(talk.helper), "useful")
    assert own.status_code == 403 and own.json()["code"] == "own_post"
    assert react(Client(), "useful").status_code == 302


def test_a_refused_reaction_says_why_on_the_page(talk):
    page = said(
        client_of(talk.helper).post(f"/posts/{talk.reply.pk}/react/", {"kind": "useful"}, follow=True)
    )
    assert "You cannot react to your own post." in page


@pytest.mark.parametrize("standing", ["muted", "suspended"])
def test_standing_is_one_rule_for_every_verb(talk, standing):
    member = a_member(standing=standing)
    client = client_of(member)
    for path, data in (
        (f"/threads/{talk.thread.pk}/reply/", {"body": "Hello."}),
        (f"/posts/{talk.reply.pk}/react/", {"kind": "useful"}),
        (
            f"/boards/{talk.thread.board.slug}/new/",
            {"title": "Hello there", "body": "Hello.", "lane": "chat"},
        ),
    ):
        client.post(path, data)
    assert Post.objects.count() == 2 and Thread.objects.count() == 1
    talk.reply.refresh_from_db()
    assert talk.reply.reactions == {}


# -- removing, hiding, restoring, erasing


def test_an_author_removes_without_a_reason_and_a_moderator_with_one(talk):
    client = client_of(talk.helper)
    page = said(client.get(f"/posts/{talk.reply.pk}/remove/"))
    assert "Remove this post?" in page and "Two thirds." in page, "what goes is named"
    response = client.post(f"/posts/{talk.reply.pk}/remove/", {"reason": ""}, follow=True)
    assert "Removed." in said(response)
    talk.reply.refresh_from_db()
    assert talk.reply.state == "removed"

    other = a_reply(author=talk.helper, thread=talk.thread)
    client = client_of(talk.moderator)
    response = client.post(f"/posts/{other.pk}/remove/", {"reason": ""})
    assert response.status_code == 422
    client.post(f"/posts/{other.pk}/remove/", {"reason": "Spam"})
    other.refresh_from_db()
    assert (other.state, other.state_reason) == ("removed", "Spam")
    back = f'formaction="/posts/{other.pk}/restore/"'
    shown = [
        said(client_of(who).get(talk.thread.get_absolute_url())) for who in (talk.moderator, talk.helper)
    ]
    assert [back in page and f"/posts/{other.pk}/purge/" in page for page in shown] == [True, False]
    assert other.plain in said(client.get(f"/posts/{other.pk}/history/")), "what it said"
    client.post(f"/posts/{other.pk}/restore/")
    other.refresh_from_db()
    assert other.state == "visible"


def test_removing_an_opening_post_removes_the_thread_unless_others_answered(talk):
    response = client_of(talk.asker).get(f"/posts/{talk.opening.pk}/remove/")
    assert response.status_code == 403 and "Others have answered here" in said(response)
    alone = a_thread(author=talk.asker)
    client = client_of(talk.asker)
    opening = alone.posts.get(number=1)
    assert "Remove this thread?" in said(client.get(f"/posts/{opening.pk}/remove/"))
    response = client.post(f"/posts/{opening.pk}/remove/")
    assert response["Location"] == alone.board.get_absolute_url()
    alone.refresh_from_db()
    assert alone.state == "removed"


@pytest.mark.parametrize("verb", ["hide", "purge"])
def test_moderators_hide_and_erase_with_a_reason(talk, verb):
    client = client_of(talk.moderator)
    address = f"/posts/{talk.reply.pk}/{verb}/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "  "}).status_code == 422
    assert client.post(address, {"reason": "r" * 301}).status_code == 422
    response = client.post(address, {"reason": "Not kind"})
    assert response["Location"] == talk.address
    talk.reply.refresh_from_db()
    assert talk.reply.state == {"hide": "hidden", "purge": "purged"}[verb]


@pytest.mark.parametrize("verb", ["hide", "purge"])
@pytest.mark.parametrize("who", ["asker", "helper"])
def test_nobody_else_hides_or_erases(talk, verb, who):
    client = client_of(getattr(talk, who))
    for response in (
        client.get(f"/posts/{talk.reply.pk}/{verb}/"),
        client.post(f"/posts/{talk.reply.pk}/{verb}/"),
    ):
        assert response.status_code == 403
        assert "Only moderators of this board can do this." in said(response)


def test_restoring_by_one_button(talk):
    actions.hide_post(actor=talk.moderator, post_id=talk.reply.pk, reason="Rude")
    response = client_of(talk.moderator).post(f"/posts/{talk.reply.pk}/restore/", follow=True)
    assert "The post is back." in said(response)
    talk.reply.refresh_from_db()
    assert talk.reply.state == "visible"


def test_the_first_words_are_erased_and_the_thread_stays(talk):
    moderator, address = client_of(talk.moderator), f"/posts/{talk.opening.pk}/purge/"
    actions.edit_post(
        actor=talk.asker, post_id=talk.opening.pk, body="My number is 5550142", title="Call 5550142"
    )
    actions.edit_post(actor=talk.asker, post_id=talk.opening.pk, body="No number", title="A question")
    actions.rename_thread(actor=talk.moderator, thread_id=talk.thread.pk, title="A question of 5550142")
    assert "The replies stay" in said(moderator.get(address))
    assert moderator.post(address, {"reason": ""}).status_code == 422
    assert moderator.post(address, {"reason": "Personal"}).status_code == 302
    talk.opening.refresh_from_db()
    page = said(moderator.get(talk.thread.get_absolute_url(), follow=True))
    assert "Erased by a moderator" in page and "5550142" not in page and "A question" not in page
    assert "changed the title." in page and "erased the title and the first words for good." in page
    assert "changed the title from" not in page, "what it was is told by nobody"
    reply = said(moderator.get(f"/posts/{talk.reply.pk}/purge/"))
    assert "Its author reads it." in reply and "Readers see it" not in reply
    assert f'id="post-{talk.reply.pk}"' in page, "what others wrote stays"
    assert not talk.opening.revisions.exists() and not [done for done in counters.rebuild() if done.corrected]


# -- everything on a private board is absent to outsiders


@pytest.mark.parametrize(
    "path",
    [
        "posts/{post}/edit/",
        "posts/{post}/history/",
        "posts/{post}/remove/",
        "posts/{post}/hide/",
        "posts/{post}/purge/",
        "posts/{post}/",
        "threads/{thread}/reply/",
        "threads/{thread}/manage/",
    ],
)
def test_a_private_post_is_absent_to_outsiders(path):
    insider, board = a_member(), a_board(rights=CIRCLE)
    actions.enrol(actor=None, board_id=board.pk, member=insider, kind="club_member")
    thread = a_thread(author=insider, board=board)
    address = "/" + path.format(post=thread.posts.get(number=1).pk, thread=thread.pk)
    assert client_of(a_member()).get(address).status_code == 404
    assert client_of(a_member(role="editor")).get(address).status_code == 404


def test_every_page_of_a_post_speaks_chinese(talk):
    edits(talk, 1)
    for member, paths in (
        (talk.helper, ("edit/", "remove/", "history/")),
        (talk.moderator, ("edit/", "remove/", "hide/", "purge/", "history/")),
    ):
        for path in paths:
            response = client_of(member).get(
                f"/posts/{talk.reply.pk}/{path}", headers={"Accept-Language": "zh"}
            )
            heading = Page(said(response)).headings[0]
            assert any("\u4e00" <= letter <= "\u9fff" for letter in heading), (path, heading)


def test_refusals_speak_chinese(talk):
    response = client_of(talk.helper).post(
        f"/posts/{talk.reply.pk}/react/",
        {"kind": "useful"},
        headers={"Accept": "application/json", "Accept-Language": "zh"},
    )
    assert any("\u4e00" <= letter <= "\u9fff" for letter in json.loads(response.content)["error"])
