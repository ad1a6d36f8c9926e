from typing import Any

from django.db import migrations

# Every task writes three versions of its row, and each stood in two indexes that tell nothing apart: this site has one
# queue and one backend. A reaction's key is looked for whole, never by its beginning.
UNUSED = [
    "django_task_queue_n_99c321_idx",
    "django_task_backend_071754_idx",
    "core_reactorrun_key_6d511609_like",
]


def drop(apps: Any, schema_editor: Any) -> None:
    """Without holding anybody up."""
    way = "CONCURRENTLY " if schema_editor.connection.vendor == "postgresql" else ""
    for name in UNUSED:
        schema_editor.execute(f'DROP INDEX {way}IF EXISTS "{name}"')


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("core", "0002_restore_hold"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]
