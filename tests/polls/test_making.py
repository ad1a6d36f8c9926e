"""Making polls: what they may be, and what may become of their words."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client

from community.core import clock
from community.core.access import Invalid, Refused
from forum.actions import merge_threads, split_thread
from polls import actions, policy
from polls.actions import Option
from polls.models import Choice, Correction, Poll
from polls.queries import shown
from polls.voters import Voter
from tests.builders.files import an_upload
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_spec, a_vote, counted

pytestmark = pytest.mark.django_db


def test_a_poll_stands_in_a_thread_and_the_thread_knows(facts):
    thread = a_thread(author=a_member())
    poll = a_poll(thread=thread)
    thread.refresh_from_db()
    assert thread.poll_count == 1
    assert poll.post.number == 1
    assert facts.only("PollOpened").thread_id == thread.pk
    assert facts.only("ThreadChanged").what == "polls"


def test_who_may_make_one():
    thread = a_thread(author=a_member())
    with pytest.raises(Refused):
        a_poll(author=a_member(), thread=thread)
    with pytest.raises(Refused):
        a_poll(author=a_member())
    a_poll(author=a_member(role="moderator"), thread=thread)
    a_poll(author=a_member(role="editor"))
    a_poll(author=a_member(role="moderator"), board_id=thread.board_id)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"question": "  "}, "question"),
        ({"options": [Option("One")]}, "choices"),
        ({"options": [Option(f"{n}") for n in range(21)]}, "choices"),
        ({"options": [Option("Same"), Option("SAME")]}, "choices"),
        ({"options": [Option("x" * 121), Option("y")]}, "choices"),
        ({"kind": "else"}, "kind"),
        ({"kind": "multiple", "least": 3, "most": 2}, "most"),
        ({"kind": "scale", "low": 5, "high": 5}, "high"),
        ({"kind": "scale", "low": 0, "high": 101}, "high"),
        ({"audience": "else"}, "audience"),
        ({"secrecy": "sealed", "audience": "everyone"}, "audience"),
        ({"secrecy": "sealed", "other": "Else"}, "other"),
        ({"closes_at": clock.now() - timedelta(hours=1)}, "closes_at"),
        ({"closes_after": 0}, "closes_after"),
        ({"closes_after": policy.MOST_VOTES + 1}, "closes_after"),
    ],
)
def test_what_cannot_be_a_poll_is_refused_at_its_field(fields, field):
    with pytest.raises(Invalid) as refusal:
        a_poll(**fields)
    assert refusal.value.field == field
    assert not Poll.objects.exists()


def test_a_picture_is_ones_own_and_said_in_words():
    editor = a_member(role="editor")
    own, other = an_upload(owner=editor), an_upload(owner=a_member())
    with pytest.raises(Invalid):
        a_poll(author=editor, options=[Option("A", upload=own.key), Option("B")])
    with pytest.raises(Invalid):
        a_poll(author=editor, options=[Option("A", upload=other.key, alt="A wheel"), Option("B")])
    poll = a_poll(
        author=editor, options=[Option("A", upload=own.key, alt="A wheel with five spokes"), Option("B")]
    )
    page = Client().get(poll.get_absolute_url()).content.decode()
    assert 'alt="A wheel with five spokes"' in page


def test_a_scale_is_as_many_choices_and_tells_its_middle():
    poll = a_poll(kind="scale", low=0, high=10, results="always")
    assert Choice.objects.filter(poll=poll).count() == 11
    for number in (1, 11, 11):
        a_vote(poll, number)
    seen = shown.one(Voter(), poll.pk)
    assert (seen.mean, seen.median) == (pytest.approx(20 / 3), 10)


def test_a_scheduled_poll_is_not_there_before_its_time(frozen_clock):
    poll = a_poll(opens_at=clock.now() + timedelta(days=1))
    assert Client().get(poll.get_absolute_url()).status_code == 404
    with pytest.raises(Http404):
        a_vote(poll, 1)
    frozen_clock.move(timedelta(days=1))
    a_vote(poll, 1)


def test_before_the_first_vote_everything_changes():
    poll = a_poll()
    actions.edit_poll(
        actor=poll.author,
        poll_id=poll.pk,
        spec=a_spec("New", "Newer", question="What else?", kind="multiple", most=2),
    )
    poll.refresh_from_db()
    assert (poll.question, poll.kind) == ("What else?", "multiple")
    assert [c.text for c in poll.choices.order_by("number")] == ["New", "Newer"]
    assert not Correction.objects.exists()


def test_after_it_words_change_on_the_record_and_choices_come_late(facts):
    poll = a_poll("Forget", "Keep")
    a_vote(poll, 1)
    spec = a_spec(
        question=poll.question,
        options=[Option("Start mild", number=1), Option("Keep", number=2), Option("Ask me")],
    )
    with pytest.raises(Invalid) as refusal:
        actions.edit_poll(actor=poll.author, poll_id=poll.pk, spec=spec)
    assert refusal.value.field == "reason"
    actions.edit_poll(actor=poll.author, poll_id=poll.pk, spec=spec, reason="Nobody understood “forget”")
    row = Correction.objects.get(poll=poll)
    assert (row.before, row.after, row.ballots) == ("Forget", "Start mild", 1)
    late = Choice.objects.get(poll=poll, number=3)
    assert late.added_at
    assert facts.of("PollChanged")[-1].is_correction
    assert counted(poll) == {"": 1, "1": 1}
    a_vote(poll, 3)
    page = Client().get(f"/polls/{poll.pk}/corrections/").content.decode()
    assert "<del>Forget</del>" in page
    assert "was added" in page


def test_rules_do_not_change_after_a_vote():
    poll = a_poll(changes="final", closes_after=9)
    a_vote(poll, 1)
    options = [Option(c.text, number=c.number) for c in poll.choices.order_by("number")]
    spec = a_spec(
        question=poll.question, options=options, changes="withdraw", audience="everyone", results="always"
    )
    actions.edit_poll(actor=poll.author, poll_id=poll.pk, spec=spec)
    poll.refresh_from_db()
    assert (poll.changes, poll.audience, poll.results) == ("final", "members", "voted")
    assert poll.closes_after == 9


def test_closing_reopening_the_archive_and_a_copy(facts):
    poll, owner = a_poll(), a_member(role="editor")
    poll = a_poll(author=owner)
    a_vote(poll, 1)
    for _ in range(2):
        actions.close_poll(actor=owner, poll_id=poll.pk)
    assert len(facts.of("PollClosed")) == 1
    actions.reopen_poll(actor=owner, poll_id=poll.pk)
    a_vote(poll, 2)
    actions.archive_poll(actor=owner, poll_id=poll.pk)
    with pytest.raises(Refused):
        a_vote(poll, 2)
    with pytest.raises(Refused):
        actions.reopen_poll(actor=owner, poll_id=poll.pk)
    copy = actions.duplicate_poll(actor=owner, poll_id=poll.pk)
    assert copy.state == "draft"
    assert counted(copy) == {"": 0}
    assert copy.choices.count() == 3
    with pytest.raises(Refused):
        actions.close_poll(actor=a_member(), poll_id=poll.pk)


def test_an_end_by_the_clock_is_noted_once_and_reminded_of_once(facts, frozen_clock):
    poll = a_poll(closes_at=clock.now() + timedelta(days=3))
    assert actions.remind_of_ends() == 0
    frozen_clock.move(timedelta(days=2, hours=1))
    assert [actions.remind_of_ends(), actions.remind_of_ends()] == [1, 0]
    frozen_clock.move(timedelta(days=1))
    assert actions.due_polls() == [poll.pk]
    assert [actions.close_due_poll(poll_id=poll.pk), actions.close_due_poll(poll_id=poll.pk)] == [True, False]
    assert facts.only("PollClosed").why == "time"


def test_its_author_removes_what_nobody_voted_on():
    thread = a_thread(author=a_member())
    poll = a_poll(thread=thread)
    actions.remove_poll(actor=thread.author, poll_id=poll.pk)
    thread.refresh_from_db()
    assert thread.poll_count == 0
    assert Client().get(poll.get_absolute_url()).status_code == 404
    voted = a_poll(thread=thread)
    a_vote(voted, 1)
    with pytest.raises(Refused):
        actions.remove_poll(actor=thread.author, poll_id=voted.pk)
    actions.remove_poll(actor=a_member(role="moderator"), poll_id=voted.pk)


def test_polls_go_along_with_their_posts():
    moderator = a_member(role="moderator")
    source, target = a_thread(author=a_member()), a_thread(author=a_member())
    poll = a_poll(thread=source)
    reply = a_reply(author=a_member(), thread=source)
    under = actions.make_poll(actor=moderator, spec=a_spec(), thread_id=source.pk, post_id=reply.pk)
    new = split_thread(
        actor=moderator, thread_id=source.pk, post_ids=[reply.pk], title="Apart now", reason="Other matter"
    )
    under.refresh_from_db()
    assert under.thread_id == new.pk
    merge_threads(actor=moderator, source_id=source.pk, target_id=target.pk, reason="The same")
    poll.refresh_from_db()
    for thread in (source, target, new):
        thread.refresh_from_db()
    assert poll.thread_id == target.pk
    assert (source.poll_count, target.poll_count, new.poll_count) == (0, 1, 1)
    page = Client().get(f"{target.get_absolute_url()}").content.decode()
    assert page.index(f'id="post-{poll.post_id}"') < page.index(f'id="poll-{poll.pk}"')


# -- files


def test_results_as_files():
    poll = a_poll("=HYPERLINK(1)", "Plain, with a comma", results="always", audience="everyone")
    a_vote(poll, 1)
    a_vote(poll, 2, guest="one")
    answer = Client().get(f"/polls/{poll.pk}/export/csv/")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1:] == [
        ["choice", "added", "member", "guest"],
        ["'=HYPERLINK(1)", "", "1", "0"],
        ["Plain, with a comma", "", "0", "1"],
        ["ballots", "", "1", "1"],
    ]
    assert "attachment" in answer["Content-Disposition"]
    told = json.loads(Client().get(f"/polls/{poll.pk}/export/json/").content)
    assert told["ballots"] == {"guest": 1, "member": 1}
    assert Client().get(f"/polls/{a_poll().pk}/export/csv/").status_code == 403
    assert Client().get(f"/polls/{poll.pk}/export/xls/").status_code == 404


# -- pages


def form(**fields):
    told = {"question": "Which way?", "kind": "single", "audience": "members", "results": "voted", "changes": "change",
            "secrecy": "private", "choice-0-text": "Left", "choice-1-text": "Right", "key": "k1"}  # fmt: skip
    return told | fields


def test_a_poll_is_made_from_the_page_once():
    thread = a_thread(author=a_member())
    client = signed_in(Client(), thread.author)
    assert "Add a poll" in client.get(thread.get_absolute_url()).content.decode()
    for _ in range(2):
        answer = client.post(f"/polls/new/?thread={thread.pk}", form())
        assert answer.status_code == 302
    poll = Poll.objects.get()
    assert answer["Location"] == f"{thread.get_absolute_url()}#poll-{poll.pk}"
    assert [c.text for c in poll.choices.all()] == ["Left", "Right"]


def test_the_preview_shows_it_and_saves_nothing():
    client = signed_in(Client(), a_member(role="editor"))
    page = client.post("/polls/new/", form(preview="1")).content.decode()
    assert 'name="choice" value="1"' in page
    piece = client.post("/polls/new/", form(preview="1"), headers={"hx-request": "true"}).content.decode()
    assert "<html" not in piece
    assert "Left" in piece
    assert (
        "at least two choices"
        in client.post("/polls/new/", form(preview="1", **{"choice-1-text": ""})).content.decode()
    )
    assert not Poll.objects.exists()


def test_what_is_wrong_stands_on_the_form_and_the_words_stay():
    client = signed_in(Client(), a_member(role="editor"))
    answer = client.post("/polls/new/", form(**{"choice-1-text": "left"}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Two choices say the same" in page
    assert 'value="Which way?"' in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_template_is_a_poll(language):
    editor = a_member(role="editor", language=language)
    client = signed_in(Client(), editor)
    from django.utils import translation

    from polls.forms import templates

    with translation.override(language):
        keys = list(templates())
    for key in keys:
        page = client.get(f"/polls/new/?template={key}").content.decode()
        assert page.count("choice-0-text") >= 1
    assert len(keys) >= 4


def test_the_author_looks_after_the_poll_from_its_pages():
    thread = a_thread(author=a_member())
    poll = a_poll(thread=thread)
    client = signed_in(Client(), thread.author)
    assert "Close now" in client.get(f"/polls/{poll.pk}/manage/").content.decode()
    client.post(f"/polls/{poll.pk}/manage/close/")
    poll.refresh_from_db()
    assert poll.is_over
    client.post(f"/polls/{poll.pk}/manage/reopen/")
    answer = client.post(f"/polls/{poll.pk}/manage/duplicate/")
    copy = Poll.objects.latest("pk")
    assert answer["Location"] == f"/polls/{copy.pk}/edit/"
    assert client.get(answer["Location"]).status_code == 200
    client.post(f"/polls/{copy.pk}/edit/", form(question="Where to?"))
    copy.refresh_from_db()
    assert copy.question == "Where to?"
    assert copy.state == "open"


def test_names_stand_beside_votes_only_where_that_was_said():
    named, private = a_poll(secrecy="named", results="always"), a_poll(results="always")
    voter = a_member()
    for poll in (named, private):
        a_vote(poll, 1, by=voter)
    assert voter.name in Client().get(f"/polls/{named.pk}/voters/").content.decode()
    assert Client().get(f"/polls/{private.pk}/voters/").status_code == 404
    assert voter.name not in Client().get(private.get_absolute_url()).content.decode()


def test_what_nobody_could_vote_in_is_not_closed(facts):
    """Closed as a draft it would be published as a poll in which nobody can vote, and which owes an answer."""
    admin = a_member(role="admin")
    client = signed_in(Client(), admin, strongly=True)
    draft = a_poll(author=admin, is_draft=True, is_decision=True)
    later = a_poll(author=admin, opens_at=clock.now() + timedelta(days=2))
    for poll in (draft, later):
        page = client.get(f"/polls/{poll.pk}/manage/").content.decode()
        assert "manage/close/" not in page and "manage/archive/" not in page and "manage/reopen/" not in page
        for verb in (actions.close_poll, actions.archive_poll):
            with pytest.raises(Refused) as refused:
                verb(actor=admin, poll_id=poll.pk)
            assert refused.value.code == "unopened"
    assert not facts.of("PollClosed")
    Poll.objects.filter(pk=draft.pk).update(
        closed_at=clock.now(), answer_by=clock.now()
    )  # as it once could be
    actions.edit_poll(actor=admin, poll_id=draft.pk, spec=a_spec(is_decision=True))
    draft.refresh_from_db()
    assert (draft.state, draft.closed_at, draft.answer_by) == ("open", None, None)
    a_vote(draft, 1)


def test_the_preview_shows_what_voters_see_and_leads_nowhere():
    client = signed_in(Client(), a_member(role="editor"), strongly=True)
    form = {
        "question": "Which way do you take?",
        "kind": "single",
        "audience": "members",
        "results": "voted",
        "changes": "withdraw",
        "secrecy": "private",
        "choice-0-text": "Over the hill",
        "choice-1-text": "Through the valley",
        "preview": "1",
    }
    told = client.post("/polls/new/", form, headers={"hx-request": "true"}).content.decode()
    assert "Over the hill" in told
    assert "See the result without voting" not in told
    assert "/polls/0/which" not in told
    told = client.post("/polls/new/", form | {"results": "always"}, headers={"hx-request": "true"})
    assert "See the result without voting" in told.content.decode()
    assert not Poll.objects.exists()


def test_ones_own_drafts_and_what_waits_for_its_hour_are_found_again():
    author, other = a_member(role="editor"), a_member(role="editor")
    draft = a_poll(author=author, is_draft=True, question="Which of these drafts?")
    later = a_poll(author=author, opens_at=clock.now() + timedelta(days=2), question="Which of these later?")
    mine = signed_in(Client(), author)
    assert "show=drafts" in mine.get("/polls/").content.decode()
    told = mine.get("/polls/?show=drafts").content.decode()
    assert draft.question in told and later.question in told
    assert re.search(r"<span>Draft</span>", told) and re.search(r"<span>Opens <time", told)
    page = mine.get(draft.get_absolute_url()).content.decode()
    assert "<span>Draft</span>" in page and "Opened" not in page
    page = mine.get(later.get_absolute_url()).content.decode()
    assert "<span>Opens <time" in page and "This poll is not published yet" in page
    assert "show=drafts" not in signed_in(Client(), a_member()).get("/polls/").content.decode()
    for client in (signed_in(Client(), other), signed_in(Client(), a_member()), Client()):
        told = client.get("/polls/?show=drafts").content.decode()
        assert draft.question not in told and later.question not in told
