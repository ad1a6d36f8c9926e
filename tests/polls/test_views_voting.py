"""Voting from pages: with and without a script, as a member and as a guest."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from community.core import clock
from polls import actions, guests, turns
from polls.models import Ballot, Poll
from tests.builders.forum import a_board, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote, counted

pytestmark = pytest.mark.django_db
OURS = {"origin": "http://testserver"}


def vote(client: Client, poll, piece: bool = False, headers: dict | None = None, **form):
    told = (OURS if headers is None else headers) | ({"hx-request": "true"} if piece else {})
    return client.post(f"/polls/{poll.pk}/vote/", form, headers=told)


def test_a_member_votes_without_a_script_and_is_back_at_the_poll():
    thread = a_thread(author=a_member())
    poll = a_poll(thread=thread)
    client = signed_in(Client(), a_member())
    page = client.get(thread.get_absolute_url()).content.decode()
    assert f'id="poll-{poll.pk}"' in page
    assert f'name="next" value="{thread.get_absolute_url()}#poll-{poll.pk}"' in page
    answer = vote(client, poll, choice="2", next=f"{thread.get_absolute_url()}#poll-{poll.pk}")
    assert answer["Location"] == f"{thread.get_absolute_url()}#poll-{poll.pk}"
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "Your vote: 250 to 300 km" in page
    assert "data-mine" in page


def test_a_script_gets_the_result_alone():
    poll = a_poll()
    answer = vote(signed_in(Client(), a_member()), poll, piece=True, choice="1", style="page")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert page.lstrip().startswith("<section")
    assert "data-poll-focus" in page
    assert "100 %" in page


def test_nobody_sends_a_number_of_a_long_scale_without_choosing_it():
    poll = a_poll(kind="scale", low=0, high=20, audience="everyone")
    page = Client().get(poll.get_absolute_url()).content.decode()
    assert '<option value="">Choose a number</option>' in page
    assert "Choose a number, then send." in page
    assert "One tap" not in page


def test_rules_stand_on_the_page_before_the_vote():
    poll = a_poll(audience="everyone", changes="change", closes_at=clock.now() + timedelta(days=3))
    page = Client().get(poll.get_absolute_url()).content.decode()
    for said in (
        "Everybody, also without an account.",
        "Guests are counted apart.",
        "One tap. Change it until the poll closes. Nobody is shown what you chose.",
        "You see it once you have voted; when the poll has closed everybody does.",
    ):
        assert said in page


def test_results_wait_for_the_vote_and_for_the_end():
    poll = a_poll(results="closed")
    a_vote(poll, 1)
    client = signed_in(Client(), a_member())
    vote(client, poll, choice="1")
    page = client.get(poll.get_absolute_url()).content.decode()
    assert "Results show when the poll has closed." in page
    assert 'class="roads' not in page
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    assert 'class="roads' in client.get(poll.get_absolute_url()).content.decode()


def test_a_refused_ballot_says_why_and_keeps_what_was_counted():
    poll = a_poll(changes="final")
    client = signed_in(Client(), a_member())
    vote(client, poll, choice="2")
    answer = vote(client, poll, piece=True, choice="1")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "You have voted already" in page
    assert "Your vote: 250 to 300 km" in page
    assert counted(poll) == {"": 1, "2": 1}


@pytest.mark.parametrize(
    "form",
    [{}, {"choice": "9"}, {"choice": ["1", "2"]}, {"choice": "-1"}, {"rank-1": "x"}, {"choice": "1'--"}],
)
def test_a_made_up_ballot_is_refused_in_words(form):
    poll = a_poll()
    answer = vote(signed_in(Client(), a_member()), poll, **form)
    assert answer.status_code == 422
    assert "data-poll-focus" in answer.content.decode()
    assert counted(poll) == {"": 0}


def test_ten_thousand_choices_are_refused():
    poll = a_poll(kind="multiple", most=3)
    client = signed_in(Client(), a_member())
    assert vote(client, poll, choice=["1"] * 900).status_code == 422
    for someone in (client, Client()):
        answer = vote(someone, poll, choice=["1"] * 10_000)
        assert answer.status_code == 422
        assert "This form has more fields than can be read. Nothing was changed." in answer.content.decode()
    assert counted(poll) == {"": 0}


def test_an_order_is_sent_as_ranks():
    poll = a_poll(kind="ranked")
    client = signed_in(Client(), a_member())
    vote(client, poll, **{"rank-1": "2", "rank-2": "", "rank-3": "1"})
    assert counted(poll) == {"": 1, "3>1": 1}
    assert "Your order: Over 300 km › Under 250 km" in client.get(poll.get_absolute_url()).content.decode()
    answer = vote(client, poll, piece=True, **{"rank-1": "1", "rank-3": "1"})
    assert answer.status_code == 422
    assert "Two of them have the same rank" in answer.content.decode()


def test_a_vote_is_changed_and_taken_back_from_the_page():
    poll = a_poll()
    client = signed_in(Client(), a_member())
    vote(client, poll, choice="2")
    page = client.get(f"{poll.get_absolute_url()}?change=1").content.decode()
    assert 'name="choice" value="2" data-mine' in page
    vote(client, poll, choice="3")
    assert counted(poll) == {"": 1, "3": 1}
    assert client.post(f"/polls/{poll.pk}/withdraw/").status_code == 302
    assert counted(poll) == {"": 0}


# -- guests


def test_a_guest_votes_with_one_tap_and_finds_the_vote_again():
    poll, client = a_poll(audience="everyone"), Client()
    page = client.get(poll.get_absolute_url())
    assert not page.cookies
    answer = vote(client, poll, choice="2")
    assert answer["Location"] == f"/polls/{poll.pk}/result/#poll-{poll.pk}"
    kept = answer.cookies[guests.COOKIE]
    assert kept["httponly"]
    assert kept["samesite"] == "Lax"
    page = client.get(f"/polls/{poll.pk}/result/").content.decode()
    assert "Your vote: 250 to 300 km" in page
    assert not vote(client, poll, choice="3").cookies.get(guests.COOKIE)
    assert counted(poll) == {"": 1, "3": 1}


def test_the_database_does_not_hold_the_cookie():
    poll, client = a_poll(audience="everyone"), Client()
    vote(client, poll, choice="2")
    token = client.cookies[guests.COOKIE].value
    assert Ballot.objects.get(poll=poll).guest_key not in token


@pytest.mark.parametrize("value", ["x", "abc.def", "A" * 300, "a" * 32 + ".made-up"])
def test_a_cookie_that_was_not_made_here_is_none(value):
    poll, client = a_poll(audience="everyone"), Client()
    vote(client, poll, choice="2")
    other = Client()
    other.cookies[guests.COOKIE] = value
    assert vote(other, poll, choice="2").cookies[guests.COOKIE].value != value
    assert counted(poll) == {"": 2, "2": 2}


def test_a_guests_form_must_stand_on_a_page_of_ours():
    poll = a_poll(audience="everyone")
    for headers in ({}, {"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}):
        assert vote(Client(), poll, headers=headers, choice="1").status_code == 403
    assert counted(poll) == {"": 0}


def test_a_member_needs_the_token():
    poll = a_poll()
    client = signed_in(Client(enforce_csrf_checks=True), a_member())
    assert vote(client, poll, choice="1").status_code == 403


def test_a_machine_that_fills_in_everything_is_not_counted_and_not_told():
    poll = a_poll(audience="everyone")
    answer = vote(Client(), poll, choice="1", website="http://spam.example")
    assert answer.status_code == 302
    assert counted(poll) == {"": 0}


def test_an_office_may_vote_and_a_machine_that_drops_its_cookie_is_slowed_down():
    poll, wait = a_poll(audience="everyone"), timedelta(seconds=turns.WAIT)
    with clock.frozen(clock.now()) as hands:
        codes, began = [], clock.now()
        for _ in range(61):
            client = Client()
            answer = vote(client, poll, choice="1")
            if answer.status_code == 429 and (
                turn := re.search(r'name="turn" value="([^"]+)"', answer.content.decode())
            ):
                hands.move(wait)
                answer = vote(client, poll, choice="1", turn=turn[1])
            codes.append(answer.status_code)
        assert codes == [302] * 60 + [429]
        assert clock.now() - began == 40 * wait, "the first twenty waited for nothing"
    assert counted(poll)[""] == 60


def test_guests_and_members_are_told_apart():
    poll = a_poll(audience="everyone", results="always")
    a_vote(poll, 1)
    a_vote(poll, 1, guest="one")
    page = Client().get(poll.get_absolute_url()).content.decode()
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", page)
    assert cells[:3] == ["1", "1", "100 %"]
    assert re.sub(r" data-count=\"\d\"", "", page).count("<span>1 member</span><span>1 guest</span>") == 1


def test_a_kept_page_for_guests_says_nothing_of_one_of_them():
    poll, client = a_poll(audience="everyone"), Client()
    vote(client, poll, choice="2")
    page = client.get(poll.get_absolute_url()).content.decode()
    assert "Your vote:" not in page
    assert "csrfmiddlewaretoken" not in page
    assert "Your vote" in client.get(f"/polls/{poll.pk}/box/").content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("is_member", [True, False])
@pytest.mark.parametrize(
    "fields", [{"choice": "\x00"}, {"choice": "1\x00"}, {"choice": "1", "other": "Sn\x00ow"}]
)
def test_what_no_database_stores_is_refused_like_an_unknown_choice(fields, is_member, language):
    poll = a_poll(audience="everyone", other="Something else")
    client = signed_in(Client(), a_member(language=language)) if is_member else Client()

    def told(sent: dict[str, str]) -> str:
        answer = vote(client, poll, headers=OURS | {"accept-language": language}, **sent)
        assert answer.status_code == 422
        return re.search(r'-problem" tabindex="-1" data-poll-focus>(.*?)<', answer.content.decode())[1]

    assert told(fields) == told({"choice": "no number"})
    assert counted(poll) == {"": 0}


def test_a_wrong_readable_part_is_put_right():
    poll = a_poll()
    assert Client().get(f"/polls/{poll.pk}/else/").status_code == 301
    assert Client().get(f"/polls/{poll.pk}/")["Location"] == poll.get_absolute_url()
    assert Client().get(f"/polls/{poll.pk + 99}/").status_code == 404


def test_the_list_shows_what_is_open_and_what_is_over():
    poll, over, hidden = a_poll(), a_poll(), a_poll(is_draft=True)
    actions.close_poll(actor=over.author, poll_id=over.pk)
    page = Client().get("/polls/").content.decode()
    assert poll.question in page
    assert over.question not in page
    assert hidden.question not in page
    assert over.question in Client().get("/polls/?show=closed").content.decode()


def test_a_tap_that_is_sent_again_before_the_cookie_came_is_the_same_guests():
    poll = a_poll(audience="everyone")
    for choice in ("1", "1", "2"):
        vote(Client(), poll, choice=choice, seed="a" * 32)
    assert counted(poll) == {"": 1, "2": 1}
    vote(Client(), poll, choice="1", seed="b" * 32)
    vote(Client(), poll, choice="1", seed="not a seed")
    assert counted(poll) == {"": 3, "1": 2, "2": 1}


@pytest.mark.parametrize("role", ["member", "admin"])
def test_a_poll_on_a_board_is_seen_by_whoever_reads_the_board(role):
    poll, apart = a_poll(board_id=a_board().pk, author=a_member(role="admin")), a_poll()
    assert set(Poll.objects.visible_to(a_member(role=role))) == {poll, apart}


@pytest.mark.parametrize(("language", "said"), [("en", "not here any more"), ("zh-hans", "已经不在了")])
@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
def test_a_vote_for_a_poll_that_went_meanwhile_is_told_so(language, said, headers):
    poll = a_poll(audience="everyone")
    actions.remove_poll(actor=poll.author, poll_id=poll.pk)
    headers = OURS | headers | {"accept-language": language}
    for address in ("vote", "withdraw", "why"):
        answer = Client().post(f"/polls/{poll.pk}/{address}/", {"choice": "1", "why": "so"}, headers=headers)
        assert answer.status_code == 404
        assert said in answer.content.decode()


def test_why_a_vote_is_refused_is_said_once():
    poll = a_poll(audience="everyone")
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    told = Client().post(f"/polls/{poll.pk}/vote/", {"choice": "1"}, headers=OURS).content.decode()
    assert told.count("This poll is closed. Its result stays readable.") == 1


def test_moments_on_a_page_for_all_guests_can_be_told_in_each_reader_s_zone():
    now = clock.now()
    poll = a_poll(audience="everyone", closes_at=now + timedelta(days=2), results="always")
    told = Client().get(poll.get_absolute_url()).content.decode()
    for at in (poll.opens_at, poll.closes_at):
        assert f'<time datetime="{at.isoformat(timespec="seconds")}" data-when>' in told
    assert re.search(r"<dt>Closes</dt><dd><time [^>]*>[^<]*</time>\.</dd>", told)
    assert re.search(r"<span>since <time [^>]*>[^<]*</time></span>", told)
    assert re.search(r"closes <time ", Client().get("/polls/").content.decode())
    actions.close_poll(actor=poll.author, poll_id=poll.pk)
    assert re.search(
        r"Closed <time [^>]*>[^<]*</time>\.", Client().get(poll.get_absolute_url()).content.decode()
    )
