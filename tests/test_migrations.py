"""Migrations leave the running site in peace: what locks a full table is refused, or stands here with a reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

OURS = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}

# (migration, what it does): why it may all the same.
_UNRELEASED = "before the first release: nobody has a table that is full, or an older release that serves"
ALLOWED = {
    ("desk.0002_calls_and_notes", "AlterField desklog.verb"): "only names of choices: no table changes",
    ("desk.0004_lanes", "AlterField desklog.verb"): "only names of choices: no table changes",
    ("desk.0006_polled_lines", "AlterField desklog.verb"): "only names of choices: no table changes",
    ("desk.0007_raised_lines", "AlterField desklog.verb"): "only names of choices: no table changes",
    ("forum.0002_thread_sequence", "AddField thread.sequence"): _UNRELEASED,
    ("forum.0013_accepted_answers", "AddIndex thread_accepted"): _UNRELEASED,
    ("forum.0015_slow_mode", "AddIndex thread_slow_ones"): _UNRELEASED,
    ("forum.0015_slow_mode", "AlterField threadlog.kind"): "only names of choices: no table changes",
    ("forum.0016_topic_label", "AlterField threadlog.kind"): "only names of choices: no table changes",
    ("notices.0009_poll_words", "AlterField delivery.kind"): "only names of choices: no table changes",
    ("notices.0009_poll_words", "AlterField notification.kind"): "only names of choices: no table changes",
    ("notices.0009_poll_words", "AlterField preference.kind"): "only names of choices: no table changes",
    ("promises.0002_rewritten", "AlterField setaside.why"): "only names of choices: no table changes",
    ("polls.0003_said_and_draws", "AddField poll.draw"): _UNRELEASED,
    ("polls.0003_said_and_draws", "AddIndex poll_answered"): _UNRELEASED,
    ("polls.0003_said_and_draws", "AddIndex poll_owed"): _UNRELEASED,
    ("polls.0005_recounts", "AddField ballot.left_out_by"): _UNRELEASED,
    ("polls.0005_recounts", "AlterField ballot.state"): "another choice of words, which no database knows",
    ("polls.0008_draws_after_void_ones", "AddConstraint draw_once_a_source"): "draws are few",
    ("surveys.0002_draws", "AddField survey.draw"): _UNRELEASED,
    ("search.0003_marks", "AddField searchentry.marks"): _UNRELEASED,
    ("search.0003_marks", "AddField searchentry.version"): _UNRELEASED,
    ("solutions.0002_narrowed", "AlterField change.what"): "only names of choices: no table changes",
}


def ours() -> Iterator[migrations.Migration]:
    for (label, _name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if label in OURS:
            yield migration


def locking(migration: migrations.Migration) -> Iterator[str]:
    """What in a migration would hold up a table that is full and in use."""
    operations = list(_flat(migration.operations))
    new = {op.name_lower for op in operations if isinstance(op, migrations.CreateModel)}
    for op in operations:
        on = getattr(op, "model_name_lower", None)
        if on in new:
            continue
        if isinstance(op, migrations.AddField) and not _is_instant(op.field):
            yield f"AddField {op.model_name}.{op.name}: null or db_default, or the release that still serves cannot write"
        elif isinstance(op, migrations.AlterField):
            yield f"AlterField {op.model_name}.{op.name}: may rewrite the table; add a new column and move over"
        elif isinstance(op, migrations.RenameField | migrations.RenameModel | migrations.AlterModelTable):
            yield f"{type(op).__name__}: the release that still serves asks for the old name"
        elif isinstance(op, migrations.RemoveField | migrations.DeleteModel):
            yield f"{type(op).__name__}: the release that still serves asks for it; leave it for one release"
        elif type(op) is migrations.AddIndex:
            yield f"AddIndex {op.index.name}: use AddIndexConcurrently"
        elif isinstance(op, migrations.AddConstraint) and not hasattr(op, "validate"):
            yield f"AddConstraint {op.constraint.name}: use AddConstraintNotValid, then ValidateConstraint"


def _flat(operations: list[Operation]) -> Iterator[Operation]:
    for op in operations:
        if isinstance(op, migrations.SeparateDatabaseAndState):
            yield from _flat(op.database_operations)
        else:
            yield op


def _is_instant(field: models.Field) -> bool:
    is_relation = field.is_relation and field.db_constraint and not field.many_to_many
    return field.many_to_many or (not is_relation and (field.null or field.has_db_default()))


def mixes(migration: migrations.Migration) -> bool:
    """Whether rows are filled in the transaction that holds the lock of a change to their table."""
    kinds = {isinstance(op, migrations.RunPython) for op in _flat(migration.operations)}
    return kinds == {True, False}


def test_no_migration_locks_a_full_table_without_a_reason() -> None:
    found = {(f"{m.app_label}.{m.name}", told.partition(":")[0]) for m in ours() for told in locking(m)}
    assert found - set(ALLOWED) == set(), "mend it as `locking` says, or write down why it may"
    assert set(ALLOWED) - found == set(), "no longer there"


@pytest.mark.django_db
def test_every_model_has_its_table() -> None:
    there = set(connection.introspection.table_names())
    wanted = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and connection.vendor in (model._meta.required_db_vendor or connection.vendor)
    }
    assert wanted - there == set()


@pytest.mark.django_db
def test_indexes_that_tell_nothing_apart_are_written_by_nobody() -> None:
    with connection.cursor() as cursor:
        for model, column in (("django_tasks_database.DBTaskResult", "queue_name"), ("forum.Thread", "slug")):
            table = apps.get_model(model)._meta.db_table
            told = connection.introspection.get_constraints(cursor, table).values()
            assert [one for one in told if one["columns"] == [column] and one["index"]] == []


def test_schema_and_rows_change_apart() -> None:
    assert [f"{m.app_label}.{m.name}" for m in ours() if mixes(m)] == []


def test_names_say_what_a_migration_does() -> None:
    assert [m.name for m in ours() if "_auto_" in m.name or m.name.count("_") < 1] == []


# -- the check itself


def made(*operations: Operation) -> migrations.Migration:
    migration = migrations.Migration("0002_x", "forum")
    migration.operations = list(operations)
    return migration


TEXT = models.CharField(max_length=5)


@pytest.mark.parametrize(
    ("operation", "refused"),
    [
        (migrations.AddField("thread", "x", models.TextField(default="")), True),
        (migrations.AddField("thread", "x", models.TextField(null=True)), False),
        (migrations.AddField("thread", "x", models.TextField(db_default="")), False),
        (migrations.AddField("thread", "x", models.ForeignKey("board", models.CASCADE, null=True)), True),
        (migrations.AlterField("thread", "x", TEXT), True),
        (migrations.RemoveField("thread", "x"), True),
        (migrations.RenameField("thread", "x", "y"), True),
        (migrations.DeleteModel("thread"), True),
        (migrations.AddIndex("thread", models.Index(fields=["x"], name="i")), True),
        (migrations.AddConstraint("thread", models.UniqueConstraint(fields=["x"], name="u")), True),
        (migrations.AlterModelOptions("thread", {}), False),
        (migrations.SeparateDatabaseAndState([migrations.DeleteModel("thread")], []), True),
    ],
)
def test_what_locks_is_seen(operation: Operation, refused: bool) -> None:
    assert bool(list(locking(made(operation)))) is refused


def test_a_table_of_its_own_may_have_anything() -> None:
    model = migrations.CreateModel("Thread", [("id", models.BigAutoField(primary_key=True))])
    index = migrations.AddIndex("thread", models.Index(fields=["id"], name="i"))
    assert list(locking(made(model, index))) == []


def test_filling_rows_beside_a_change_is_seen() -> None:
    filling = migrations.RunPython(migrations.RunPython.noop)
    assert mixes(made(filling, migrations.AddField("thread", "x", models.TextField(null=True))))
    assert not mixes(made(filling))
