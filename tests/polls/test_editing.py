"""Changing a poll that is there: what its preview shows, and whose pictures stay."""

from __future__ import annotations

import pytest
from django.test import Client

from community.core.access import Invalid
from polls import actions
from polls.actions import Option
from tests.builders.files import an_upload
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_spec, a_vote

pytestmark = pytest.mark.django_db


def looked_at(poll, by, **typed) -> str:
    """The preview in the form of a poll that is there."""
    client = signed_in(Client(), by)
    rows = {}
    for n, choice in enumerate(poll.choices.order_by("place")):
        upload = choice.picture.key if choice.picture else ""
        rows |= {f"choice-{n}-text": choice.text, f"choice-{n}-number": str(choice.number)}
        rows |= {f"choice-{n}-alt": choice.alt, f"choice-{n}-upload": upload}
    rules = {name: getattr(poll, name) for name in ("kind", "audience", "results", "changes", "secrecy")}
    sent = {"question": poll.question, "preview": "1"} | rules | rows | typed
    page = client.post(f"/polls/{poll.pk}/edit/", sent, headers={"hx-request": "true"})
    return page.content.decode()


def test_the_preview_of_a_poll_with_votes_keeps_its_rules():
    author = a_member(role="moderator")
    poll = a_poll("One", "Two", author=author, kind="multiple", most=2, other="Else", audience="everyone")
    a_vote(poll, 1)
    page = looked_at(poll, author, question="Other words?")
    assert "Other words?" in page
    assert page.count('type="checkbox"') == 3
    assert 'name="other"' in page
    assert "Everybody, also without an account" in page


def test_the_preview_of_a_scale_with_votes_shows_the_scale():
    author = a_member(role="moderator")
    poll = a_poll(author=author, kind="scale", low=0, high=10)
    a_vote(poll, 1)
    page = looked_at(poll, author, **{f"choice-{n}-text": "" for n in range(11)})
    assert page.count('class="tap"') == 11


def test_the_team_keeps_the_pictures_of_somebody_elses_poll():
    author, admin = a_member(role="editor"), a_member(role="admin")
    picture = an_upload(owner=author)
    options = [Option("Lake", upload=picture.key, alt="Blue"), Option("Sand")]
    poll = a_poll(author=author, options=options)
    assert "<img" in looked_at(poll, admin)
    spec = a_spec(question="Which colour now?", options=options)
    actions.edit_poll(actor=admin, poll_id=poll.pk, spec=spec)
    assert poll.choices.get(number=1).picture == picture
    copy = actions.duplicate_poll(actor=admin, poll_id=poll.pk)
    actions.edit_poll(actor=admin, poll_id=copy.pk, spec=spec)
    assert copy.choices.get(number=1).picture == picture
    with pytest.raises(Invalid, match="not there any more"):  # a stranger's picture is nobody's to show
        actions.make_poll(actor=admin, spec=spec)
