from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

BATCH = 2_000


def look_up(apps: Any, schema_editor: Any) -> None:
    """Fill both numbers for the threads there are, some thousand at a time."""
    threads = apps.get_model("forum", "Thread").objects.using(schema_editor.connection.alias)
    posts = apps.get_model("forum", "Post").objects.filter(thread_id=OuterRef("pk"), state="visible")
    shown = Subquery(posts.order_by("-number").values("number")[:1])
    latest = Subquery(posts.order_by("-posted_at", "-number").values("number")[:1])
    pks = list(threads.filter(last_number__gt=1).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        few = threads.filter(pk__in=pks[start : start + BATCH])
        few.update(shown_number=Coalesce(shown, 1), latest_number=Coalesce(latest, 1))


class Migration(migrations.Migration):
    atomic = False  # rows are held for one batch, not for the whole table

    dependencies = [
        ("forum", "0019_numbers_shown"),
    ]

    operations = [
        migrations.RunPython(look_up, migrations.RunPython.noop, elidable=True),
    ]
