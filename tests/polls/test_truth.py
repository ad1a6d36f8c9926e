"""How far a result carries: the published rules, and the label that says so."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from community.core import near
from polls import labels, truth
from polls.actions import Option, edit_poll
from polls.queries import shown
from polls.truth import Sample
from polls.voters import Voter
from tests.builders.members import a_member
from tests.builders.polls import a_poll, a_spec, a_vote

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("sample", "warned"),
    [
        (Sample(), []),
        (Sample(owners=29), ["few"]),
        (Sample(owners=30), []),
        (Sample(owners=40, eligible=401), ["low_share"]),
        (Sample(owners=40, eligible=400), []),
        (Sample(owners=20, guests=21), ["guests"]),
        (Sample(owners=20, guests=20), []),
        (Sample(owners=19, members=20), ["few_owners"]),
        (Sample(members=40, tells_owners=False), []),
        (Sample(owners=100, first_two=(52, 48)), ["close"]),
        (Sample(owners=100, first_two=(70, 30)), []),
        (Sample(owners=100, first_two=(0, 0)), []),
        (Sample(owners=50, late=1, reworded=2), ["late", "reworded"]),
    ],
)
def test_each_rule_at_its_threshold(sample, warned):
    assert truth.warnings(sample) == warned


def test_the_distance_that_chance_makes_shrinks_with_the_number():
    assert truth.is_close(52, 48, 100)
    assert not truth.is_close(5200, 4800, 10_000)
    assert not truth.is_close(10, 0, 10)


@pytest.mark.parametrize(
    ("owners", "eligible", "share"), [(1, 3, 33), (1, 2, 50), (3, 2, 100), (1, None, None), (1, 0, None)]
)
def test_the_share_is_of_those_who_could(owners, eligible, share):
    assert Sample(owners=owners, eligible=eligible).share == share


def test_a_label_agrees_with_the_ballots():
    poll = a_poll("Yes", "No", audience="members")
    for owner in (True, False, False):
        a_vote(poll, 1, by=a_member(is_verified_owner=owner))
    a_vote(poll, 2, by=a_member(role="moderator"))
    a_member(is_active=False)
    label = labels.of_poll(shown.one(Voter(), poll.pk))
    assert label.n == 3
    assert label.who == ["1 verified owner", "2 other members", "1 of the team, in no total"]
    assert label.share == "100 % of the 3 who could"
    assert [rule for rule, _said in label.warnings] == ["few", "few_owners"]


def test_late_choices_and_changed_words_are_told():
    poll = a_poll("Yes", "No", question="Is it so?")
    a_vote(poll, 1)
    options = [Option("Yes", number=1), Option("No!", number=2), Option("Perhaps")]
    edit_poll(
        actor=poll.author,
        poll_id=poll.pk,
        spec=a_spec(question="Is it so?", options=options),
        reason="Clearer",
    )
    label = labels.of_poll(shown.one(Voter(), poll.pk))
    assert [rule for rule, _said in label.warnings] == ["few", "few_owners", "late", "reworded"]


def test_guests_decide_nothing_and_stand_in_no_label_of_a_decision():
    poll = a_poll("Yes", "No", audience="everyone", is_decision=True, author=a_member(role="admin"))
    a_vote(poll, 1, by=a_member())
    a_vote(poll, 2, guest="somebody")
    assert labels.of_poll(shown.one(Voter(), poll.pk)).n == 1


def test_nobody_knows_how_many_guests_could_answer():
    assert labels.eligible("everyone") is None
    assert labels.eligible("of a room that is gone") is None
    a_member(is_key_member=True)
    assert labels.eligible("key_members") == 1
    cache.clear()
    near.forget()
    assert labels.eligible("owners") == 0


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_rules_are_published_with_their_thresholds(language):
    with translation.override(language):
        page = Client().get("/polls/truth/", headers={"accept-language": language}).content.decode()
        for when, said in labels.rules():
            assert when.split("<")[0] in page.replace("&lt;", "<") and said.split("’")[0] in page
    assert "30" in page and "1.96" in page


def test_the_label_stands_under_the_result():
    poll = a_poll("Yes", "No", audience="everyone", results="always")
    a_vote(poll, 1, guest="somebody")
    page = Client().get(poll.get_absolute_url()).content.decode()
    assert 'data-rule="few"' in page and 'data-rule="guests"' in page
    assert 'href="/polls/truth/"' in page
