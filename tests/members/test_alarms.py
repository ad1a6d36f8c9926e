"""Somebody keeps guessing a password: its owner hears of it, the guesser learns nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from community.core.tasks.testing import run_due
from community.members.alarms import TRIES
from tests.builders.members import PASSWORD, a_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_other_limits(settings) -> None:
    """allauth's own limit would stop the guesser before the window of ours is over."""
    settings.ACCOUNT_RATE_LIMITS = False


def guess(client: Client, email: str, times: int = 1, password: str = "not-this-one-either") -> None:
    for _try in range(times):
        client.post(reverse("account_login"), {"login": email, "password": password, "way": "password"})


def test_the_owner_is_told_once_in_their_language(client, mailoutbox, frozen_clock) -> None:
    member = a_member(
        email="anna@example.org", password=PASSWORD, language="zh-hans", time_zone="Asia/Shanghai"
    )
    guess(client, "anna@example.org", TRIES)
    run_due()
    assert mailoutbox == []
    guess(client, "Anna@Example.org", 20)
    run_due()
    (letter,) = mailoutbox
    assert letter.to == [member.email]
    assert "有人" in letter.subject and "你好" in letter.body and "17:00" in letter.body
    for path in ("account_reset_password", "usersessions_list"):
        assert f"http://testserver{reverse(path)}" in letter.body
    frozen_clock.move(timedelta(hours=23))
    guess(client, "anna@example.org", 2 * TRIES)
    run_due()
    assert len(mailoutbox) == 1
    frozen_clock.move(timedelta(hours=6))  # a window may be a sixth longer
    guess(client, "anna@example.org", 2 * TRIES)
    run_due()
    assert len(mailoutbox) == 2


def test_a_few_slips_and_a_success_are_no_alarm(client, mailoutbox) -> None:
    a_member(email="anna@example.org", password=PASSWORD)
    guess(client, "anna@example.org", TRIES)
    guess(client, "anna@example.org", password=PASSWORD)
    run_due()
    assert mailoutbox == []


def test_an_address_that_nobody_has_leaves_the_same_traces_and_no_letter(client, mailoutbox) -> None:
    guess(client, "nobody@example.org", TRIES + 3)
    assert DBTaskResult.objects.filter(task_path__contains="alarms").count() == 1
    run_due()
    assert mailoutbox == []


def test_an_address_that_was_never_proved_gets_no_letter(client, mailoutbox) -> None:
    member = a_member(email="anna@example.org", password=PASSWORD)
    member.emailaddress_set.update(verified=False)
    guess(client, "anna@example.org", TRIES + 1)
    run_due()
    assert mailoutbox == []
