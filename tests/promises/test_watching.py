"""The watch over clocks: who gets a question, when it is handed over, when the lead is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from community.core.tasks.testing import run_due
from community.members import actions as members
from forum import actions as forum
from moderation.promises import actions
from moderation.promises.models import Alert, Calendar, Clock, RotaShift
from moderation.promises.tasks import watch
from tests.builders.forum import a_board, a_reply, a_thread
from tests.builders.members import a_member, signed_in
from tests.builders.notices import told as notices_of
from tests.builders.promises import a_calendar, a_promise

pytestmark = pytest.mark.django_db
Stage = Clock.Stage
MONDAY = (0, 9 * 60, 17 * 60)


class House:
    def __init__(self, *rota: str) -> None:
        self.admin, self.lead = a_member(role="admin"), a_member(role="admin")
        self.calendar = a_calendar(by=self.admin, lead=self.lead)
        self.team = [a_member(role="moderator") for _ in rota]
        for member, language in zip(self.team, rota, strict=True):
            actions.add_shift(
                actor=self.admin,
                calendar_id=self.calendar.pk,
                member=member,
                shift=MONDAY,
                language=language,
            )
        self.board = a_board()
        a_promise(self.board, 120, calendar=self.calendar, by=self.admin)

    def asks(self, title: str = "How far in the cold?") -> Clock:
        thread = a_thread(author=a_member(), board=self.board, title=title)
        return Clock.objects.get(thread=thread)


def told(row: Clock) -> list[tuple[int, int | None, bool]]:
    return [
        (a.stage, a.recipient_id, a.is_gap) for a in Alert.objects.filter(clock=row).order_by("at", "stage")
    ]


def test_a_question_is_with_one_then_with_another_then_with_the_lead_and_then_broken(frozen_clock):
    house = House("", "")
    first, second = house.team
    row = house.asks()
    for minutes in (0, 59, 1, 29, 1, 29, 1):
        frozen_clock.move(timedelta(minutes=minutes))
        watch.func()
        watch.func()  # a second worker has nothing to do
    assert told(row) == [
        (Stage.HELD, first.pk, False),
        (Stage.HANDED, second.pk, False),
        (Stage.LATE, house.lead.pk, False),
        (Stage.BROKEN, house.lead.pk, False),
    ]
    row.refresh_from_db()
    assert row.broken_at == row.due_at and row.holder == second and row.next_at is None


def test_work_is_shared_and_a_language_is_minded(frozen_clock):
    house = House("en", "en", "zh")
    rows = [house.asks() for _ in range(2)] + [house.asks("冬天充一次电能开多远？")]
    watch.func()
    for row in rows:
        row.refresh_from_db()
    assert {rows[0].holder, rows[1].holder} == set(house.team[:2])
    assert rows[2].holder == house.team[2]


def test_a_gap_of_the_rota_falls_to_the_lead_and_says_so(frozen_clock):
    house = House()
    row = house.asks()
    watch.func()
    assert told(row) == [(Stage.HELD, house.lead.pk, True)]


@pytest.mark.parametrize(
    "lose",
    [
        lambda member: members.set_role(actor=None, member=member, role="member"),
        lambda member: members.set_role(actor=None, member=member, role="editor"),
        lambda member: members.set_standing(
            actor=a_member(role="admin"), member=member, standing="muted", reason="Rude"
        ),
        lambda member: members.close_account(member_id=member.pk),
    ],
    ids=["no role", "another role", "no word", "account closed"],
)
def test_who_may_not_answer_for_the_team_any_more_gets_nothing(frozen_clock, lose):
    house = House("")
    lose(house.team[0])
    row = house.asks()
    watch.func()
    assert told(row) == [(Stage.HELD, house.lead.pk, True)]
    client = signed_in(Client(), house.admin, strongly=True)
    desk = client.get(reverse("promises:desk")).content.decode()
    assert f"nobody, so it falls to the lead, {house.lead.name}" in desk
    page = client.get(reverse("promises:calendar", args=[house.calendar.pk])).content.decode()
    assert "<li>Monday 09:00–17:00</li>" in page and "gets nothing now" in page


@pytest.mark.parametrize("minutes", [5, 65])
def test_what_somebody_held_who_left_the_team_is_with_another_at_once(frozen_clock, minutes):
    """In the first half of the time and in the second; who stays holds what they hold."""
    house = House("", "")
    row = house.asks()
    for wait in (0, minutes):
        frozen_clock.move(timedelta(minutes=wait))
        watch.func()
    row.refresh_from_db()
    holder = row.holder
    (other,) = [one for one in house.team if one != holder]
    members.set_standing(actor=house.admin, member=other, standing="warned", reason="Mind your words")
    run_due()
    row.refresh_from_db()
    assert row.holder == holder
    members.set_role(actor=None, member=holder, role="member")
    run_due()
    watch.func()
    row.refresh_from_db()
    assert row.holder == other and told(row)[-1] == (row.stage, other.pk, False)
    assert len(told(row)) == row.stage, "one alert a stage"


def test_a_question_goes_only_to_those_who_keep_order_on_its_board(frozen_clock):
    house = House("", "")
    rights: dict[str, list[str]] = {"read": ["guest"], "start": ["member"], "reply": ["member"]}
    forum.set_rights(actor=house.admin, board_id=house.board.pk, rights=rights)
    row = house.asks()
    watch.func()
    assert told(row) == [(Stage.HELD, house.lead.pk, True)], "administrators keep order everywhere"
    rights["moderate"] = ["board_moderator"]
    forum.set_rights(actor=house.admin, board_id=house.board.pk, rights=rights)
    forum.enrol(actor=house.admin, board_id=house.board.pk, member=house.team[1], kind="moderator")
    row = house.asks()
    watch.func()
    assert told(row) == [(Stage.HELD, house.team[1].pk, False)]


def test_a_lead_who_may_not_answer_for_the_team_any_more_is_none(frozen_clock):
    house = House()
    members.set_role(actor=None, member=house.lead, role="member")
    row = house.asks()
    frozen_clock.move(timedelta(hours=2))
    watch.func()
    assert told(row) == [(Stage.BROKEN, None, False)]
    page = signed_in(Client(), house.admin, strongly=True).get(reverse("promises:desk")).content.decode()
    assert "nobody, and there is no lead" in page


def test_where_there_is_no_lead_administrators_are_told_of_every_stage_and_nobody_else(frozen_clock):
    """What falls into a gap is with nobody, and does not pass in silence."""
    house = House()
    Calendar.objects.update(lead=None)
    moderator, closed = a_member(role="moderator"), a_member(role="admin")
    members.close_account(member_id=closed.pk)
    row = house.asks()
    client = signed_in(Client(), house.admin, strongly=True)
    heard, stages = [], []
    for minutes in (0, 60, 30, 30):
        frozen_clock.move(timedelta(minutes=minutes))
        for _ in range(2):
            watch.func()
            run_due()
        heard.append([one.data["what"] for one in reversed(notices_of(house.admin, kind="duty"))])
        page = client.get(reverse("promises:desk")).content.decode()
        stages.append("there is no lead, so administrators are told" in page)
        assert "The lead is told" not in page
    assert heard == [["nobody"], ["nobody"], ["nobody", "late"], ["nobody", "late", "broken"]]
    assert stages == [False, False, True, False]
    assert {who for _stage, who, _gap in told(row)} == {None}
    words = client.get("/notices/").content.decode()
    assert "waits for its first answer, and nobody has it" in words
    assert "Its rota has no lead, so administrators are told." in words
    first = notices_of(house.admin, kind="duty")[-1]
    assert client.get(f"/notices/{first.pk}/")["Location"] == reverse("desk:thread", args=[row.thread_id])
    for other in (moderator, closed):
        assert not notices_of(other, kind="duty")
    assert len(notices_of(house.lead, kind="duty")) == 3, "an administrator too"
    a_reply(author=moderator, thread=row.thread)
    run_due()
    assert not notices_of(house.lead, kind="duty"), "answered, it waits for nobody"


def test_where_there_is_a_lead_administrators_hear_of_nothing(frozen_clock):
    house = House()
    house.asks()
    for minutes in (0, 60, 30, 30):
        frozen_clock.move(timedelta(minutes=minutes))
        watch.func()
        run_due()
    assert notices_of(house.lead, kind="duty") and not notices_of(house.admin, kind="duty")


def test_a_rota_that_answers_in_one_language_alone_says_who_gets_the_others(frozen_clock):
    house = House("zh")
    row = house.asks()
    watch.func()
    assert told(row) == [(Stage.HELD, house.lead.pk, True)]
    client = signed_in(Client(), house.lead, strongly=True)
    desk = client.get(reverse("promises:desk")).content.decode()
    assert f"{house.team[0].name} (in Chinese alone)" in desk
    assert f"questions in English fall to the lead, {house.lead.name}" in desk
    assert "nobody who answers in English was on the rota" in desk
    page = client.get(reverse("promises:calendar", args=[house.calendar.pk])).content.decode()
    assert "<li>Monday 09:00–17:00: nobody answers in English</li>" in page
    assert "<li>Tuesday 09:00–17:00</li>" in page
    RotaShift.objects.update(language="")
    desk = client.get(reverse("promises:desk")).content.decode()
    assert house.team[0].name in desk and "alone)" not in desk and "questions in" not in desk


def test_at_night_nobody_is_called_before_the_morning(frozen_clock):
    house = House("")
    frozen_clock.move(timedelta(hours=20))
    row = house.asks()
    watch.func()
    assert told(row) == []
    frozen_clock.move(timedelta(hours=4))  # nine on a Tuesday, for which there is no rota
    watch.func()
    assert told(row) == [(Stage.HELD, house.lead.pk, True)]


def test_what_was_answered_is_watched_no_more_and_a_new_start_from_its_beginning(frozen_clock):
    house = House("")
    row = house.asks()
    watch.func()
    helper = a_member()
    post = a_reply(author=helper, thread=row.thread)
    frozen_clock.move(timedelta(hours=1))
    watch.func()
    assert len(told(row)) == 1
    actions.call_no_answer(actor=row.thread.author, post_id=post.pk)
    watch.func()
    assert told(row) == [(Stage.HELD, house.team[0].pk, False)] * 2, "once in each lap"


def test_what_stood_aside_is_given_out_again_for_the_time_that_was_left(frozen_clock):
    house = House("", "")
    row = house.asks()
    watch.func()
    moderator = a_member(role="moderator")
    frozen_clock.move(timedelta(minutes=40))
    forum.lock_thread(actor=moderator, thread_id=row.thread_id, reason="Calm")
    frozen_clock.move(timedelta(minutes=30))
    watch.func()
    forum.unlock_thread(actor=moderator, thread_id=row.thread_id)
    for minutes, stage in (
        (0, Stage.HELD),
        (19, Stage.HELD),
        (1, Stage.HANDED),
        (30, Stage.LATE),
        (30, Stage.BROKEN),
    ):
        frozen_clock.move(timedelta(minutes=minutes))
        watch.func()
        row.refresh_from_db()
        assert row.stage == stage
    assert [stage for stage, _who, _gap in told(row)] == [Stage.HELD, Stage.HANDED, Stage.LATE, Stage.BROKEN]


def test_a_watch_that_was_away_goes_on_where_time_has_come_to(frozen_clock):
    house = House("")
    row = house.asks()
    frozen_clock.move(timedelta(hours=30))
    watch.func()
    assert told(row) == [(Stage.BROKEN, house.lead.pk, False)]


def test_an_alert_is_put_away_by_whom_it_is_for(frozen_clock):
    house = House("")
    house.asks()
    watch.func()
    alert = Alert.objects.get()
    with pytest.raises(Http404):
        actions.note_seen(actor=house.lead, alert_id=alert.pk)
    actions.note_seen(actor=house.team[0], alert_id=alert.pk)
    alert.refresh_from_db()
    assert alert.seen_at == frozen_clock.now()


def test_only_the_team_stands_on_a_rota(frozen_clock):
    house = House()
    from community.core.access import Invalid

    with pytest.raises(Invalid):
        actions.add_shift(actor=house.admin, calendar_id=house.calendar.pk, member=a_member(), shift=MONDAY)
