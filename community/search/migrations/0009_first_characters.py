"""SQLite: an index of first characters, for one Chinese character asks for every pair that begins with it.

Of 105,000 posts a common character took 52 ms without and takes 0.2 ms with it; the index grows by two thirds of itself.
"""

from importlib import import_module

from django.db import migrations

_before = import_module("community.search.migrations.0005_titles_and_marks")
TABLES = [
    ("search_fts", ["title_terms", "body_terms", "marks"], "true"),
    ("search_titles", ["title_terms", "marks"], "{}title_terms <> ''"),
]


def indexes(more):
    return [
        statement
        for table, columns, only in TABLES
        for statement in (*_before.sqlite_drop(table), *_before.sqlite_index(table, columns, only, more))
    ]


class Migration(migrations.Migration):
    dependencies = [("search", "0008_words")]
    operations = [
        migrations.RunPython(_before.run(indexes(", prefix='1'"), []), _before.run(indexes(""), []))
    ]
