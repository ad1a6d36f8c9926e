from typing import Any

from django.db import migrations, models

# A thread is found by its number; its slug only makes the address readable, and each reply wrote both indexes anew.
UNUSED = ["forum_thread_slug_58819496", "forum_thread_slug_58819496_like"]


def drop(apps: Any, schema_editor: Any) -> None:
    """Without holding anybody up."""
    way = "CONCURRENTLY " if schema_editor.connection.vendor == "postgresql" else ""
    for name in UNUSED:
        schema_editor.execute(f'DROP INDEX {way}IF EXISTS "{name}"')


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("forum", "0020_look_numbers_up"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, migrations.RunPython.noop)],
            state_operations=[
                migrations.AlterField(
                    model_name="thread",
                    name="slug",
                    field=models.SlugField(allow_unicode=True, db_index=False, max_length=80),
                ),
            ],
        ),
    ]
