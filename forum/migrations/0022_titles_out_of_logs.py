from typing import Any

from django.db import migrations

BATCH = 500


def take_titles_out(apps: Any, schema_editor: Any) -> None:
    """Lines about merges and splits name a thread by its number alone: its title is read from its row.

    Empty, not absent: a process that runs the code from before still finds one.
    """
    rows = apps.get_model("forum", "ThreadLog").objects.using(schema_editor.connection.alias)
    named = rows.filter(kind__in=["merged_in", "split_off", "split_from"], data__has_key="title")
    pks = list(named.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        lines = list(rows.filter(pk__in=pks[start : start + BATCH]))
        for line in lines:
            line.data = {**line.data, "title": ""}
        rows.bulk_update(lines, ["data"])


class Migration(migrations.Migration):
    atomic = False  # rows are held for one batch, not for the whole table

    dependencies = [
        ("forum", "0021_slugs_unindexed"),
    ]

    operations = [
        migrations.RunPython(take_titles_out, migrations.RunPython.noop, elidable=True),
    ]
