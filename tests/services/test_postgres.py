"""The suite can run on the database that production runs on."""

import pytest
from django.db import connection


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
