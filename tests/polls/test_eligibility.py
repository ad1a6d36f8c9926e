"""Who may vote: owners of a car, the circle of a board, members who are no longer new. The others read why not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from community.core import clock
from community.core.access import Invalid
from community.members.models import Member
from forum import actions as forum
from polls import actions, labels
from polls.models import Ballot, Poll
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_spec
from tests.polls.test_views_voting import vote

pytestmark = pytest.mark.django_db


def said(poll: Poll, client: Client) -> str:
    return client.get(poll.get_absolute_url()).content.decode()


def takes(poll: Poll, client: Client) -> bool:
    before = Ballot.objects.filter(poll=poll).count()
    vote(client, poll, choice="1")
    return Ballot.objects.filter(poll=poll).count() > before


def test_owners_of_one_car_vote_and_others_read_why_not():
    owner = a_member(is_verified_owner=True, drives="Aurora  E (2026), Leipzig")
    poll = a_poll(audience="owners_of", audience_value="aurora E, 8 months")
    assert poll.audience_value == "Aurora E"
    unproved = a_member(drives="Aurora E")
    other = a_member(is_verified_owner=True, drives="Aurora Mini")
    dated = a_member(is_verified_owner=True, drives="Aurora E 2024")
    for member, may in ((owner, True), (dated, True), (unproved, False), (other, False)):
        client = signed_in(Client(), member)
        assert takes(poll, client) is may
        why = "This is for verified owners of this car: Aurora E." in said(poll, client)
        assert why is not may
    assert labels.eligible(poll.audience, poll.audience_value) == 2
    guest = said(poll, Client())
    assert "Verified owners of this car: Aurora E." in guest and "Sign in to vote." in guest
    assert not takes(poll, Client())


def test_a_car_of_one_year_is_that_year_and_no_other():
    for drives in ("Aurora E · 2024", "Aurora E · 2023", "Aurora E"):
        a_member(is_verified_owner=True, drives=drives)
    poll = a_poll(audience="owners_of", audience_value="AURORA E 2024")
    assert poll.audience_value == "Aurora E 2024"
    for drives, may in (
        ("Aurora E · 2024", True), ("aurora e 2024款, 3 months", True), ("Aurora E (2024)", True),
        ("Aurora E · 2023", False), ("Aurora E 2023", False), ("Aurora E", False), ("Aurora E · 2024 km", False),
    ):  # fmt: skip
        client = signed_in(Client(), a_member(is_verified_owner=True, drives=drives))
        assert takes(poll, client) is may, drives
    assert labels.eligible(poll.audience, poll.audience_value) == 4


def test_a_car_that_no_owner_names_is_refused_at_its_field():
    a_member(is_verified_owner=True, drives="Aurora E · 2024")
    a_member(drives="Spaceship 9000")  # says so, and has not proved it
    a_member(is_verified_owner=True, drives="Boreal", visibility={"drives": "nobody"})
    admin = a_member(role="admin")
    for car in ("Spaceship 9000", "Aurora", "Aurora E 2023", "Boreal"):
        with pytest.raises(Invalid) as unknown:
            a_poll(audience="owners_of", audience_value=car, author=admin)
        assert unknown.value.field == "audience_value"
        assert "Known are: Aurora E, Aurora E 2024." in str(unknown.value.reason)
    poll = a_poll(audience="owners_of", audience_value="aurora e", author=admin)
    page = signed_in(Client(), admin).get(f"/polls/{poll.pk}/edit/").content.decode()
    assert '<option value="Aurora E">' in page and '<option value="Aurora E 2024">' in page
    assert "Boreal" not in page and "Spaceship" not in page
    Member.objects.filter(drives__startswith="Aurora").update(drives="")
    spec = a_spec(audience="owners_of", audience_value=poll.audience_value)
    assert actions.edit_poll(actor=admin, poll_id=poll.pk, spec=spec).audience_value == "Aurora E"


def test_the_circle_of_the_board_votes():
    board, admin = a_board(), a_member(role="admin")
    poll = a_poll(audience="circle", thread=a_thread(author=a_member(), board=board))
    inside, outside, elsewhere = a_member(), a_member(), a_member()
    for member, where in ((inside, board), (elsewhere, a_board())):
        forum.enrol(actor=admin, board_id=where.pk, member=member, kind="club_member")
    assert takes(poll, signed_in(Client(), inside))
    for member in (outside, elsewhere):
        client = signed_in(Client(), member)
        assert not takes(poll, client)
        assert "This is for the circle of this board. Administrators put people in it." in said(poll, client)
    assert not takes(poll, Client())
    assert labels.eligible(poll.audience, poll.audience_value) == 1
    with pytest.raises(Invalid) as nowhere:
        actions.make_poll(actor=admin, spec=a_spec(audience="circle"))
    assert nowhere.value.field == "audience"


def test_members_who_are_new_here_wait():
    poll, thread = a_poll(audience="settled"), a_thread(author=a_member())
    long_ago = clock.now() - timedelta(days=30)
    quiet, regular = a_member(joined_at=long_ago), a_member(joined_at=long_ago)
    for _post in range(5):
        a_reply(author=regular, thread=thread)
    assert takes(poll, signed_in(Client(), regular))
    client = signed_in(Client(), quiet)
    assert not takes(poll, client)
    assert "no longer new: 5 posts, and 3 days here." in said(poll, client)


def test_the_form_asks_which_car_and_keeps_what_was_typed():
    admin = a_member(role="admin")
    a_member(is_verified_owner=True, drives="Aurora E, Leipzig")
    client = signed_in(Client(), admin)
    sent = {
        "question": "Does the seat creak?", "kind": "single", "audience": "owners_of", "results": "voted",
        "changes": "withdraw", "secrecy": "private", "choice-0-text": "Yes", "choice-1-text": "No", "key": "k1",
    }  # fmt: skip
    answer = client.post("/polls/new/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Name the car whose owners may vote." in page
    assert "Does the seat creak?" in page
    label = page[page.index('for="id_audience_value"') :]
    assert "optional" not in label[: label.index("</label>")]
    page = client.post("/polls/new/", sent | {"audience_value": "Spaceship 9000"}).content.decode()
    assert 'value="Spaceship 9000"' in page and "Does the seat creak?" in page
    assert "No verified owner here names this car" in page
    in_chinese = {"accept-language": "zh-hans"}
    page = client.post("/polls/new/", sent | {"audience_value": "Spaceship 9000"}, headers=in_chinese)
    assert "这里没有认证车主填写这款车" in page.content.decode()
    client.post("/polls/new/", sent | {"audience_value": "Aurora E"})
    poll = Poll.objects.get()
    assert (poll.audience, poll.audience_value) == ("owners_of", "Aurora E")
    assert 'value="Aurora E"' in client.get(f"/polls/{poll.pk}/edit/").content.decode()
    told = json.loads(client.get(f"/polls/{poll.pk}/export/json/").content)
    assert told["audience_value"] == "Aurora E"
