"""Trials on the first page: drawn by chance, the same ever after, judged at their end, and linked to no ballot."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client

from community.core import chance, clock
from community.core.access import Refused
from community.members.models import Member
from polls import actions, guests, limits, trials
from polls.actions import TrialSpec
from polls.models import Ballot, Enrolment, Trial
from polls.queries import trials as queries
from tests.builders.forum import a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll
from tests.polls.test_views_voting import OURS, vote


def test_shares_add_up_and_every_number_falls_into_one():
    assert trials.shares(3, 20) == [20, 27, 27, 26]
    drawn = Counter(trials.drawn([20, 27, 27, 26], at) for at in range(100))
    assert [drawn[place] for place in range(4)] == [20, 27, 27, 26]


@pytest.mark.parametrize(
    ("one", "other", "limits"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ],
)
def test_the_interval_is_the_published_one(monkeypatch, one, other, limits):
    monkeypatch.setattr(trials, "FEWEST", 1)
    monkeypatch.setattr(trials, "FEWEST_DONE", 1)
    found = trials.difference(*one, *other)
    assert (found.low / 100, found.high / 100) == pytest.approx(limits, abs=0.0002)


def test_few_people_say_nothing_and_chance_alone_is_seldom_taken_for_more():
    assert trials.difference(40, 99, 10, 500).verdict == "few"
    assert trials.difference(5, 500, 3, 500).verdict == "few"
    assert trials.difference(60, 1000, 20, 1000, comparisons=6).verdict == "more"
    assert trials.difference(20, 1000, 60, 1000, comparisons=6).verdict == "less"
    dice = random.Random(3)

    def done() -> int:
        return sum(dice.random() < 0.05 for _ in range(400))

    wrong = sum(trials.difference(done(), 400, done(), 400).verdict != "none" for _ in range(400))
    assert wrong <= 400 * trials.WRONG * 1.5


def a_trial(*polls, holdout: int = 20, **fields) -> Trial:
    chosen = polls or (a_poll(audience="everyone"), a_poll(audience="everyone"))
    ends_at = fields.pop("ends_at", clock.now() + timedelta(days=7))
    spec = TrialSpec("Range or colour?", [poll.pk for poll in chosen], holdout, ends_at)
    return actions.start_trial(actor=a_member(role="moderator"), spec=spec)


def asked(client: Client):
    return client.post("/polls/today/", headers=OURS)


@pytest.mark.django_db
def test_a_guest_is_drawn_once_and_sees_the_same_ever_after(frozen_clock):
    trial = a_trial()
    arms = {arm.number: arm.poll_id for arm in queries.arms_of(trial.pk)}
    with chance.seeded(7):
        crowd = [Client() for _ in range(12)]
        first = [asked(client) for client in crowd]
    seen = Counter()
    for client, answer in zip(crowd, first, strict=True):
        again = asked(client)
        assert (again.status_code, again.content) == (answer.status_code, answer.content)
        page = answer.content.decode()
        number = next((n for n, pk in arms.items() if pk and f'id="poll-{pk}"' in page), 0)
        assert answer.status_code == (200 if number else 204)
        seen[number] += 1
    assert set(seen) == {0, 1, 2}, "some see one poll, some the other, some none"
    assert dict(Counter(Enrolment.objects.values_list("arm__number", flat=True))) == dict(seen)


@pytest.mark.django_db
def test_nothing_that_is_kept_leads_from_a_trial_to_a_ballot():
    trial = a_trial()
    client = Client()
    asked(client)
    poll = queries.arms_of(trial.pk)[1].poll
    vote(client, poll, choice="1")
    drawn, ballot = Enrolment.objects.get(), Ballot.objects.get()
    token = guests.variant_of(_request(client))
    assert drawn.key == guests.trial_key(trial.pk, token)
    assert drawn.key != guests.trial_key(trial.pk + 1, token)
    assert ballot.guest_key not in (drawn.key, guests.key_from(token))
    assert client.cookies[guests.COOKIE].value != client.cookies[guests.VARIANT].value
    assert {field.name for field in Enrolment._meta.get_fields()} == {
        "id",
        "trial",
        "arm",
        "key",
        "member",
        "at",
    }


def _request(client: Client):
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    return request


@pytest.mark.django_db
def test_the_first_page_is_the_same_for_all_while_a_trial_runs():
    poll = a_poll(audience="everyone", home_on=clock.now().date())
    assert f'id="poll-{poll.pk}"' in Client().get("/").content.decode()
    other = a_poll(audience="everyone")
    trial = a_trial(other)
    queries.changed()  # at the commit, which a test has not
    page = Client().get("/").content.decode()
    before, _slot, after = page.partition("<noscript>")
    assert "data-trial" in before
    assert f'id="poll-{other.pk}"' in after.partition("</noscript>")[0]
    assert page.count("<h1") - after.partition("</noscript>")[0].count("<h1") == 1
    assert f'id="poll-{poll.pk}"' not in page
    assert not Enrolment.objects.exists(), "a page that is kept draws nobody"
    actions.end_trial(actor=a_member(role="admin"), trial_id=trial.pk)
    queries.changed()
    assert f'id="poll-{poll.pk}"' in Client().get("/").content.decode()
    assert f'id="poll-{poll.pk}"' in asked(Client()).content.decode()


@pytest.mark.django_db
def test_a_crowd_behind_one_address_sees_a_poll_and_is_not_counted(monkeypatch):
    monkeypatch.setattr(limits, "NEWCOMERS_A_POLL", 3)
    trial = a_trial()
    answers = [asked(Client()) for _ in range(5)]
    assert Enrolment.objects.count() == 3
    shown = queries.arms_of(trial.pk)[1].poll_id
    assert all(f'id="poll-{shown}"' in answer.content.decode() for answer in answers[3:])
    assert guests.VARIANT not in answers[-1].cookies
    assert Client().post("/polls/today/", headers={"origin": "https://elsewhere.example"}).status_code == 403


@pytest.mark.django_db
def test_what_became_of_them_is_told_and_judged_a_week_after_the_end(frozen_clock):
    trial, thread = a_trial(), a_thread(author=a_member())
    people = []
    for n in range(60):
        client = Client()
        answer = actions.draw_arm(trial_id=trial.pk, token=f"token-number-{n:020}")
        people.append((client, answer.number))
    assert {row.n for row in queries.told(trial)} != {0}
    frozen_clock.move(timedelta(hours=1))
    member = a_member(joined_at=clock.now())
    actions.join_trials(member=member, token=f"token-number-{0:020}")
    actions.join_trials(member=member, token=f"token-number-{1:020}")
    regular = a_member(joined_at=clock.now() - timedelta(days=900))
    actions.join_trials(member=regular, token=f"token-number-{2:020}")
    assert Enrolment.objects.exclude(member=None).count() == 2
    a_reply(author=member, thread=thread)
    Member.objects.filter(pk=member.pk).update(returned_at=clock.now() + timedelta(days=2))
    arm = people[0][1]
    told = {row.arm.number: row for row in queries.told(trial)}
    assert told[arm].done == dict.fromkeys(queries.OUTCOMES, 1)
    assert sum(sum(row.done.values()) for row in told.values()) == 3
    assert not any(row.against for row in told.values())
    frozen_clock.move(timedelta(days=8))
    assert actions.end_due_trials() == 1
    frozen_clock.move(timedelta(days=7))
    trial.refresh_from_db()
    *_rest, last = queries.told(trial)
    assert {one.verdict for one in last.against.values()} == {"few"}
    team = signed_in(Client(), a_member(role="moderator"), strongly=True)
    page = team.get(trial.get_absolute_url()).content.decode()
    assert "Too few to say." in page
    assert page.count('<tr class="row-on">') == 2 * page.count('rowspan="3">')  # beside the arm's own cells
    Trial.objects.filter(pk=trial.pk).update(is_cut=True)
    trial.refresh_from_db()
    assert not any(row.against for row in queries.told(trial))


@pytest.mark.django_db
def test_a_trial_is_the_teams_one_at_a_time_and_its_end_is_set_before():
    poll = a_poll(audience="everyone")
    spec = TrialSpec("Which?", [poll.pk], 20, clock.now() + timedelta(days=1))
    with pytest.raises(Refused):
        actions.start_trial(actor=a_member(role="editor"), spec=spec)
    team = signed_in(Client(), a_member(role="admin"), strongly=True)
    members_only = a_poll()
    later = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    right = {"name": "Which?", "polls": [poll.pk], "holdout": "20", "ends_at": later}
    for wrong in (
        {"name": " "},
        {"polls": [members_only.pk]},
        {"polls": []},
        {"holdout": "90"},
        {"ends_at": "x"},
    ):
        assert team.post("/polls/trials/", right | wrong).status_code == 422, wrong
    assert not Trial.objects.exists()
    answer = team.post("/polls/trials/", right)
    trial = Trial.objects.get()
    assert answer["Location"] == trial.get_absolute_url()
    assert team.post("/polls/trials/", right | {"name": "Another?"}).status_code == 409
    assert team.post(trial.get_absolute_url()).status_code == 302
    trial.refresh_from_db()
    assert trial.is_cut
    assert "nothing is concluded from it" in team.get(trial.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_trial_begun_by_two_presses_is_one_and_neither_is_an_error():
    polls = [a_poll(audience="everyone") for _ in range(2)]
    team = signed_in(Client(), a_member(role="moderator"), strongly=True)
    form = {
        "name": "Range?",
        "polls": [poll.pk for poll in polls],
        "holdout": "20",
        "ends_at": "2036-12-01T12:00",
    }
    places = [team.post("/polls/trials/", form) for _ in range(2)]
    assert {answer.status_code for answer in places} == {302}
    trial = Trial.objects.get()
    assert {answer["Location"] for answer in places} == {trial.get_absolute_url()}
    other = team.post("/polls/trials/", form | {"name": "Colour?"})
    assert "Another trial runs" in other.content.decode()


@pytest.mark.django_db
def test_signing_up_costs_the_same_however_many_trials_run(django_assert_num_queries):
    token = f"token-number-{7:020}"
    for number in range(3):
        actions.end_due_trials()
        trial = a_trial(ends_at=clock.now() + timedelta(days=7))
        actions.draw_arm(trial_id=trial.pk, token=token)
        actions.end_trial(actor=a_member(role="admin"), trial_id=trial.pk)
        member = a_member()
        with django_assert_num_queries(4):  # two, within a savepoint
            actions.join_trials(member=member, token=token)
        assert Enrolment.objects.get(trial=trial).member == member, number
