"""The staff's first page names what the role opens; parked tasks can be tried again or let go."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from community.core import clock
from community.core.models import RestoreHold
from community.core.tasks import operators
from community.core.tasks.testing import run_due
from tests.builders.members import a_member, signed_in
from tests.core import sample_tasks

pytestmark = pytest.mark.django_db


def staff(role: str) -> Client:
    return signed_in(Client(), a_member(role=role), strongly=True)


@pytest.mark.parametrize(
    ("role", "opens", "closed"),
    [
        ("moderator", ["members:staff"], ["forum:staff_boards", "wagtailadmin_home"]),
        ("editor", ["wagtailadmin_home"], ["members:staff", "forum:staff_boards"]),
        ("admin", ["members:staff", "forum:staff_boards", "wagtailadmin_home", "staff_tasks"], []),
    ],
)
def test_the_first_page_links_what_the_role_opens_and_nothing_else(role, opens, closed):
    client = staff(role)
    page = client.get(reverse("staff")).content.decode()
    for name in opens:
        assert f'href="{reverse(name)}"' in page
        assert client.get(reverse(name)).status_code == 200
    for name in closed:
        assert f'href="{reverse(name)}"' not in page


def test_an_administrator_lets_a_parked_task_go():
    with clock.frozen(clock.now()) as held:
        sample_tasks.stumble.enqueue()
        for _try in range(3):
            run_due(raise_errors=False)
            held.move(timedelta(hours=2))
    (row,) = operators.parked()
    client = staff("admin")
    assert row.name in client.get(reverse("staff_tasks")).content.decode()
    client.post(reverse("staff_tasks"), {"discard": row.id})
    assert operators.parked() == []


@pytest.mark.parametrize("data", [{}, {"retry": "no-such-id"}, {"discard": "7"}])
def test_a_task_that_is_not_parked_is_told(data):
    client = staff("admin")
    answer = client.post(reverse("staff_tasks"), data, follow=True)
    assert "no longer parked" in answer.content.decode()


def test_a_restored_copy_says_so_to_staff():
    client, words = staff("moderator"), "restored from a backup of 2026-11-20 03:00"
    assert words not in client.get(reverse("staff")).content.decode()
    made = datetime(2026, 11, 20, 3, tzinfo=UTC)
    RestoreHold.objects.create(pk=1, backup_id="b", made_at=made, restored_at=clock.now())
    assert words in client.get(reverse("staff")).content.decode()
    client.cookies["django_language"] = "zh-hans"
    assert (
        "备份恢复而来"
        in client.get(reverse("staff"), headers={"Accept-Language": "zh-hans"}).content.decode()
    )
