"""The suite can run on the database that production runs on."""

import pytest
from django.db import connection

from forum.queries import lists
from forum.queries.lists import ListFilter
from tests.builders.forum import a_thread
from tests.builders.members import a_member
from tests.test_production_settings import load


@pytest.mark.django_db
def test_the_suite_runs_on_postgresql_15_or_newer(postgres_url: str) -> None:
    assert connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 150_000


@pytest.mark.django_db
def test_text_is_stored_as_typed(postgres_url: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        assert cursor.fetchone()[0] == "UTF8"
        cursor.execute("SELECT %s::text", ["發動機 🚗 naïve"])
        assert cursor.fetchone()[0] == "發動機 🚗 naïve"


@pytest.mark.django_db
def test_a_list_is_planned_once_however_often_it_is_asked_for(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As production connects. Left to choose, the server plans at least the first five times, and a list each time."""
    options = load(monkeypatch)["DATABASES"]["default"]["OPTIONS"]
    with connection.cursor() as cursor:
        for setting in options["options"].split("-c ")[1:]:
            name, _, value = setting.strip().partition("=")
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
    reader, threads = a_member(), [a_thread(author=a_member()) for _ in range(3)]
    monkeypatch.setattr(connection.connection, "prepare_threshold", 0)
    for _ in range(4):
        assert len(lists.latest(reader, ListFilter(), None).items) == len(threads)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(custom_plans), sum(generic_plans) FROM pg_prepared_statements WHERE statement LIKE %s",
            ['%ORDER BY "forum_thread"."last_posted_at" DESC%'],
        )
        assert cursor.fetchone() == (0, 4)
