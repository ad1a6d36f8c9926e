"""Full-text indexes over words and marks, a small one of titles beside it, and the counter of versions."""

from django.db import migrations

FTS = "tokenize='unicode61 remove_diacritics 0'"


def sqlite_index(table, columns, only, more=""):
    """An FTS5 table over `columns` of the entries, and the triggers that keep it."""
    names, new, old = (", ".join(f"{prefix}{column}" for column in columns) for prefix in ("", "new.", "old."))
    add = f"INSERT INTO {table}(rowid, {names}) SELECT new.id, {new} WHERE {only.format('new.')};"
    take = f"INSERT INTO {table}({table}, rowid, {names}) SELECT 'delete', old.id, {old} WHERE {only.format('old.')};"
    fill = f"INSERT INTO {table}(rowid, {names}) SELECT id, {names} FROM search_searchentry WHERE {only.format('')}"
    entry = "ON search_searchentry BEGIN"
    return [
        f"CREATE VIRTUAL TABLE {table} USING fts5({names}, content='search_searchentry', content_rowid='id', {FTS}{more})",
        fill,
        f"CREATE TRIGGER {table}_added AFTER INSERT {entry} {add} END",
        f"CREATE TRIGGER {table}_gone AFTER DELETE {entry} {take} END",
        f"CREATE TRIGGER {table}_changed AFTER UPDATE OF {names} {entry} {take} {add} END",
    ]


def sqlite_drop(table):
    return [*(f"DROP TRIGGER IF EXISTS {table}_{event}" for event in ("added", "gone", "changed")), f"DROP TABLE {table}"]


SQLITE = [
    *sqlite_drop("search_fts"),
    *sqlite_index("search_fts", ["title_terms", "body_terms", "marks"], "true"),
    *sqlite_index("search_titles", ["title_terms", "marks"], "{}title_terms <> ''"),
    "CREATE TABLE search_version (number INTEGER NOT NULL)",
    "INSERT INTO search_version VALUES (1)",
]
SQLITE_BACK = [
    "DROP TABLE search_version",
    *sqlite_drop("search_titles"),
    *sqlite_drop("search_fts"),
    *sqlite_index("search_fts", ["title_terms", "body_terms"], "true"),
]
TITLE = "setweight(to_tsvector('simple'::regconfig, title_terms), 'A')"
BODY = "setweight(to_tsvector('simple'::regconfig, body_terms), 'B')"
MARKS = "array_to_tsvector(string_to_array(marks, ' '))"
GENERATED = "ALTER TABLE search_searchentry ADD COLUMN {} tsvector GENERATED ALWAYS AS ({}) STORED"
POSTGRES = [
    "ALTER TABLE search_searchentry DROP COLUMN vector",
    GENERATED.format("vector", f"{TITLE} || {BODY} || {MARKS}"),
    GENERATED.format("title_vector", f"CASE WHEN title_terms <> '' THEN {TITLE} || {MARKS} END"),
    "CREATE INDEX search_vector ON search_searchentry USING gin (vector)",
    "CREATE INDEX search_title_vector ON search_searchentry USING gin (title_vector) WHERE title_terms <> ''",
    "CREATE SEQUENCE search_version",
]
POSTGRES_BACK = [
    "DROP SEQUENCE search_version",
    "ALTER TABLE search_searchentry DROP COLUMN title_vector",
    "ALTER TABLE search_searchentry DROP COLUMN vector",
    GENERATED.format("vector", f"{TITLE} || {BODY}"),
    "CREATE INDEX search_vector ON search_searchentry USING gin (vector)",
]


def run(sqlite, postgres):
    def apply(apps, schema_editor):
        statements = {"sqlite": sqlite, "postgresql": postgres}[schema_editor.connection.vendor]
        for statement in statements:
            schema_editor.execute(statement)

    return apply


class Migration(migrations.Migration):
    dependencies = [("search", "0004_marks_of_old_entries")]
    operations = [migrations.RunPython(run(SQLITE, POSTGRES), run(SQLITE_BACK, POSTGRES_BACK))]
