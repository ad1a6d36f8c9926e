"""Draws: the list frozen before anybody knows the value, winners that anyone recomputes, prizes claimed once."""

from __future__ import annotations

import hashlib
import html
import re
import shlex
import subprocess
import sys
from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from community.core import clock
from community.core.access import Invalid, Refused, no
from polls import actions, draws, recompute, sources
from polls.actions import DrawSpec
from polls.models import Draw, Entry, Poll
from tests.builders.draws import HOUR, a_draw
from tests.builders.members import a_member, signed_in
from tests.builders.polls import a_poll, a_vote
from tests.builders.surveys import a_survey, an_anonymous_survey, answered

pytestmark = pytest.mark.django_db
CODES = st.lists(st.text("0123456789-", min_size=1, max_size=12), unique=True, max_size=30)


def entered(draw: Draw, choice: int = 1, **who) -> Entry:
    member = a_member(**who)
    a_vote(Poll.objects.get(pk=draw.source_id), choice, by=member)
    return actions.enter_draw(actor=member, draw_id=draw.pk, is_adult=True)


def hold(draw: Draw, value: str = "4 8 15 16 23 42") -> Draw:
    return actions.hold_draw(actor=a_member(role="moderator"), draw_id=draw.pk, value=value)


@pytest.fixture
def drawn(frozen_clock) -> Draw:
    """A draw of seven people and two prizes, held."""
    draw = a_draw(winners=2)
    for n in range(7):
        entered(draw, 1 + n % 2)
    frozen_clock.move(HOUR)
    assert actions.freeze_draw(draw_id=draw.pk)
    frozen_clock.move(HOUR)
    return hold(draw)


# The rule -------------------------------------------------------------------------------------------------------


def by_hand(listed: list[str], value: str, many: int) -> list[str]:
    """The rule once more, as somebody would write it who read its description."""
    first = hashlib.sha256("\n".join(listed).encode()).hexdigest()
    left, found = list(listed), []
    for place in range(1, many + 1):
        if left:
            number = int(hashlib.sha256(f"{first}\n{value}\n{place}".encode()).hexdigest(), 16)
            found.append(left.pop(number % len(left)))
    return found


@given(CODES, st.text(max_size=20), st.integers(1, 12))
def test_the_site_the_script_and_a_third_hand_agree(codes, value, many):
    listed, value = draws.frozen(codes), draws.tidy(value)
    assert (
        draws.winners(listed, value, many)
        == recompute.drawn(listed, value, many)
        == by_hand(listed, value, many)
    )


def test_the_order_in_which_people_came_plays_no_part():
    codes = [f"{n:04}" for n in range(20)]
    assert draws.frozen(codes) == draws.frozen(codes[::-1])
    with pytest.raises(ValueError, match="one person"):
        draws.frozen(["a", "a"])


def test_every_place_in_the_list_wins_alike():
    """Over many values each of ten people wins about a tenth of the time: within five standard deviations."""
    listed = [f"{n}" for n in range(10)]
    wins = dict.fromkeys(listed, 0)
    for value in range(2000):
        wins[draws.winners(listed, str(value), 1)[0]] += 1
    assert all(abs(n - 200) < 5 * (2000 * 0.1 * 0.9) ** 0.5 for n in wins.values())


def test_exactly_the_text_on_the_page_picks_the_winners(drawn, tmp_path):
    client = Client()
    page = client.get(drawn.get_absolute_url())
    text = page.context["script"]
    assert len(text.splitlines()) <= 30
    assert text == client.get("/draws/recompute.py").content.decode()
    (tmp_path / "recompute.py").write_text(text)
    (tmp_path / "entries.txt").write_bytes(client.get(f"{drawn.get_absolute_url()}entries.txt").content)
    done = subprocess.run(
        [sys.executable, "-I", "recompute.py", "entries.txt", drawn.value, "2"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    head, *codes = done.stdout.split("\n")
    assert head == f"list {drawn.list_hash}"
    won = drawn.entries.exclude(place=None).order_by("place").values_list("code", flat=True)
    assert [code for code in codes if code] == list(won)
    assert len(won) == 2


def test_the_command_on_the_page_is_one_that_a_shell_takes(frozen_clock, tmp_path):
    draw = a_draw()
    code = entered(draw).code
    frozen_clock.move(HOUR)
    actions.freeze_draw(draw_id=draw.pk)
    frozen_clock.move(HOUR)
    held = hold(draw, """17,489.32 "$HOME" `id` it's \\ 恒生""")
    page = Client().get(held.get_absolute_url())
    (command,) = re.findall(r"<code>(python3 recompute.py .*?)</code>", page.content.decode())
    (tmp_path / "recompute.py").write_text(page.context["script"])
    (tmp_path / "entries.txt").write_text(code)
    named = html.unescape(command).replace("python3", f"{shlex.quote(sys.executable)} -I", 1)
    done = subprocess.run(["sh", "-c", named], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == f"list {held.list_hash}\n{code}\n"
    assert html.unescape(command).endswith(f" {shlex.quote(held.value)} 1")


# Who and when ---------------------------------------------------------------------------------------------------


def test_what_somebody_answered_plays_no_part(frozen_clock):
    """The same people under the same codes: other answers, the same list and the same winners."""
    found = []
    for choices in ((1, 1, 1, 1), (2, 1, 2, 2)):
        draw = a_draw()
        for n, choice in enumerate(choices):
            entry = entered(draw, choice)
            Entry.objects.filter(pk=entry.pk).update(code=f"code-{n}")
        frozen_clock.move(HOUR)
        actions.freeze_draw(draw_id=draw.pk)
        frozen_clock.move(HOUR)
        held = hold(draw)
        found.append((held.list_hash, held.entries.get(place=1).code))
    assert found[0] == found[1]
    assert {field.name for field in Entry._meta.get_fields()} == {
        "id",
        "draw",
        "member",
        "code",
        "place",
        "claimed_at",
    }


@pytest.mark.parametrize(
    ("who", "adult", "votes", "code"),
    [
        ({}, True, False, "not_voted"),
        ({}, False, True, "minor"),
        ({"role": "partner"}, True, True, "house"),
        ({"role": "editor"}, True, True, "house"),
    ],
)
def test_who_cannot_enter(who, adult, votes, code):
    draw, member = a_draw(), a_member(**who)
    if votes:
        a_vote(Poll.objects.get(pk=draw.source_id), 1, by=member)
    with pytest.raises(Refused) as refused:
        actions.enter_draw(actor=member, draw_id=draw.pk, is_adult=adult)
    assert refused.value.code == code
    assert not Entry.objects.exists()


def test_minors_are_barred_where_a_room_knows_an_age(monkeypatch):
    young = a_member()
    draw = a_draw()
    a_vote(Poll.objects.get(pk=draw.source_id), 1, by=young)
    monkeypatch.setattr(
        sources, "_bars", [lambda member: no("Too young", "minor") if member == young else no("x", "y")]
    )
    with pytest.raises(Refused) as refused:
        actions.enter_draw(actor=young, draw_id=draw.pk, is_adult=True)
    assert refused.value.code == "minor"


def test_guests_are_sent_to_sign_in_and_enter_nothing():
    draw = a_draw(a_poll("Left", "Right", audience="everyone"))
    answer = Client().post(f"{draw.get_absolute_url()}enter/", {"adult": "1"})
    assert "/account/login" in answer["Location"]
    assert "Draws are for members" in Client().get(draw.get_absolute_url()).content.decode()


def test_one_enters_once_and_may_leave_while_the_list_is_open(frozen_clock):
    draw = a_draw()
    entry = entered(draw)
    assert actions.enter_draw(actor=entry.member, draw_id=draw.pk, is_adult=True) == entry
    actions.leave_draw(actor=entry.member, draw_id=draw.pk)
    again = actions.enter_draw(actor=entry.member, draw_id=draw.pk, is_adult=True)
    frozen_clock.move(HOUR)
    for verb in (actions.leave_draw, lambda **k: actions.enter_draw(**k, is_adult=True)):
        actor = again.member if verb is actions.leave_draw else a_member()
        with pytest.raises(Refused):
            verb(actor=actor, draw_id=draw.pk)
    assert draw.entries.count() == 1


@pytest.mark.parametrize("make", [a_survey, an_anonymous_survey])
def test_a_survey_has_draws_too_and_answers_stay_apart(make):
    survey = make()
    draw = a_draw(source="survey", source_id=survey.pk)
    survey.refresh_from_db()
    assert survey.draw == draw
    member = a_member()
    with pytest.raises(Refused):
        actions.enter_draw(actor=member, draw_id=draw.pk, is_adult=True)
    answered(survey, {1: 1}, by=member)
    assert actions.enter_draw(actor=member, draw_id=draw.pk, is_adult=True).code
    assert f"/draws/{draw.pk}/" in signed_in(Client(), member).get(survey.get_absolute_url()).content.decode()


def test_who_became_staff_or_left_is_taken_out_before_the_freeze(frozen_clock):
    draw = a_draw()
    entries = [entered(draw) for _ in range(3)]
    type(entries[0].member).objects.filter(pk=entries[0].member_id).update(role="moderator")
    Entry.objects.filter(pk=entries[1].pk).update(member=None)
    frozen_clock.move(HOUR)
    actions.freeze_draw(draw_id=draw.pk)
    assert not actions.freeze_draw(draw_id=draw.pk)
    draw.refresh_from_db()
    assert (draw.entry_count, draw.left_out) == (1, 2)
    assert draw.list_hash == draws.list_hash([entries[2].code])


@pytest.mark.parametrize(
    "fields",
    [
        {"prize": " "},
        {"value_kind": ""},
        {"winners": 0},
        {"winners": 101},
        {"closes_at": None},
        {"value_at": None},
        {"closes_at": clock.now() - HOUR},
        {"value_at": clock.now() + timedelta(minutes=1)},
    ],
)
def test_what_no_draw_can_be(fields):
    with pytest.raises(Invalid):
        a_draw(**fields)


def test_who_holds_draws():
    poll = a_poll("Left", "Right")
    spec = DrawSpec("A prize", "A value", clock.now() + HOUR, clock.now() + 2 * HOUR)
    for role in ("member", "editor"):
        with pytest.raises(Refused):
            actions.announce_draw(actor=a_member(role=role), source="poll", source_id=poll.pk, spec=spec)
    with pytest.raises(Http404):
        actions.announce_draw(actor=a_member(role="admin"), source="else", source_id=poll.pk, spec=spec)
    assert a_draw(poll) == a_draw(poll, prize="Another")


def test_a_value_counts_only_after_the_freeze_and_its_moment_and_stays(frozen_clock):
    draw = a_draw()
    entered(draw)
    for moment, code in ((0, "not_frozen"), (1, "early")):
        with pytest.raises(Refused) as refused:
            hold(draw)
        assert refused.value.code == code, moment
        frozen_clock.move(HOUR)
        actions.freeze_draw(draw_id=draw.pk)
    with pytest.raises(Invalid):
        hold(draw, " \n ")
    held = hold(draw, " 4  8 ")
    assert (held.value, hold(draw, "4 8")) == ("4 8", held)
    with pytest.raises(Refused) as refused:
        hold(draw, "4 9")
    assert refused.value.code == "drawn"


def test_a_list_frozen_too_late_or_changed_is_void(frozen_clock):
    late, changed = a_draw(), a_draw()
    entered(late), entered(changed)
    frozen_clock.move(HOUR)
    actions.freeze_draw(draw_id=changed.pk)
    Entry.objects.filter(draw=changed).update(code="another")
    frozen_clock.move(HOUR)
    actions.freeze_draw(draw_id=late.pk)
    for draw in (late, changed):
        with pytest.raises(Refused) as refused:
            hold(draw)
        assert refused.value.code == "void"
    assert "This draw is void" in Client().get(late.get_absolute_url()).content.decode()
    assert a_draw(Poll.objects.get(pk=changed.source_id)).pk == changed.pk, (
        "its list was in time: it stays the one"
    )
    poll = Poll.objects.get(pk=late.source_id)
    admin = signed_in(Client(), a_member(role="admin"), strongly=True)
    assert "Announce a draw" in admin.get(f"/polls/{poll.pk}/manage/").content.decode()
    again = a_draw(poll)
    assert again.pk != late.pk
    assert a_draw(poll).pk == again.pk
    poll.refresh_from_db()
    assert poll.draw_id == again.pk
    assert "Announce a draw" not in admin.get(f"/polls/{poll.pk}/manage/").content.decode()


def test_a_prize_is_claimed_once_and_only_by_who_won(drawn, facts):
    winner = drawn.entries.get(place=1)
    loser = drawn.entries.filter(place=None)[0]
    first = actions.claim_prize(actor=winner.member, draw_id=drawn.pk)
    assert actions.claim_prize(actor=winner.member, draw_id=drawn.pk).claimed_at == first.claimed_at
    assert facts.only("PrizeClaimed").place == 1
    with pytest.raises(Http404):
        actions.claim_prize(actor=loser.member, draw_id=drawn.pk)


def test_the_page_tells_everybody_their_own_part_and_nobody_a_name(drawn):
    winner = drawn.entries.get(place=1)
    page = Client().get(drawn.get_absolute_url()).content.decode()
    assert drawn.list_hash in page and winner.code in page and winner.member.name not in page
    client = signed_in(Client(), winner.member)
    assert "You have won" in client.get(drawn.get_absolute_url()).content.decode()
    client.post(f"{drawn.get_absolute_url()}claim/")
    assert "Claimed" in client.get(drawn.get_absolute_url()).content.decode()
    assert winner.member.name not in Client().get(f"{drawn.get_absolute_url()}entries.txt").content.decode()


def test_the_form_announces_and_the_pages_buttons_work(frozen_clock):
    team = signed_in(Client(), a_member(role="admin"), strongly=True)
    poll, member = a_poll("Left", "Right"), a_member()
    address = f"/draws/new/?poll={poll.pk}"
    sent = {
        "prize": "<b>Wheels</b>",
        "winners": "1",
        "value_kind": "Lotto",
        "closes_at": "2026-11-23T12:00",
        "value_at": "x",
    }
    assert team.post(address, sent).status_code == 422
    made = team.post(address, sent | {"value_at": "2026-11-23T20:00"})
    draw = Draw.objects.get()
    assert made["Location"] == draw.get_absolute_url()
    assert Client().get(f"{draw.get_absolute_url()}entries.txt").status_code == 404
    a_vote(poll, 1, by=member)
    mine = signed_in(Client(), member)
    assert "Something can be won here" in mine.get(poll.get_absolute_url()).content.decode()
    assert mine.post(f"{draw.get_absolute_url()}enter/").status_code == 403
    mine.post(f"{draw.get_absolute_url()}enter/", {"adult": "1"})
    page = mine.get(draw.get_absolute_url()).content.decode()
    assert "You are in" in page and "<b>Wheels" not in page
    frozen_clock.move(4 * HOUR)
    actions.freeze_draw(draw_id=draw.pk)
    assert team.post(f"{draw.get_absolute_url()}hold/", {"value": "1 2 3"}).status_code == 403
    assert 'name="value"' not in team.get(draw.get_absolute_url()).content.decode(), "nobody can know it yet"
    frozen_clock.move(8 * HOUR)
    assert 'name="value"' in team.get(draw.get_absolute_url()).content.decode()
    assert team.post(f"{draw.get_absolute_url()}hold/", {"value": "1 2 3"}).status_code == 302
    assert "You have won" in mine.get(draw.get_absolute_url()).content.decode()
