"""Marks of the entries there are, so that filters find them before anything is indexed anew."""

from datetime import UTC
from hashlib import blake2s

from django.db import migrations

BATCH = 1000
COLUMNS = (
    "pk", "post__number", "post__thread_id", "post__thread__board_id", "post__thread__lane", "post__author_id",
    "post__thread__accepted_post_id", "post__state", "post__thread__state", "post__thread__tag_list", "at",
)


def marks(number, thread, board, lane, author, accepted, state, thread_state, tags, at):
    """As this release writes them; `community.search.marks` may change, this stays."""
    found = ["kopening" if number == 1 else "kreply", f"t{thread}", f"b{board}", f"l{lane}"]
    if author:
        found.append(f"a{author}")
    if lane == "ask":
        found.append("yes" if accepted else "no")
    if (state, thread_state) != ("visible", "visible"):
        found.append("gone")
    found += [f"g{blake2s(slug.encode('utf-8', 'replace'), digest_size=6).hexdigest()}" for slug, _name in tags]
    day = at.astimezone(UTC)
    return [*found, f"y{day:%Y}", f"m{day:%Y%m}", f"d{day:%Y%m%d}"]


def write(apps, schema_editor):
    Entry = apps.get_model("search", "SearchEntry")
    for kind in ("member", "article"):
        Entry.objects.filter(kind=kind).update(marks=f"\ue000k{kind}")
    last = 0
    while rows := list(Entry.objects.filter(kind="post", pk__gt=last).order_by("pk").values_list(*COLUMNS)[:BATCH]):
        entries = [Entry(pk=pk, marks=" ".join(f"\ue000{mark}" for mark in marks(*row))) for pk, *row in rows]
        Entry.objects.bulk_update(entries, ["marks"], batch_size=200)
        last = rows[-1][0]


class Migration(migrations.Migration):
    dependencies = [("search", "0003_marks"), ("forum", "0001_initial")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
