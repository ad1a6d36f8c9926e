"""Count on how many threads of each board a tag stands, for the threads there are."""

from django.db import migrations

COUNT = """
    INSERT INTO forum_taguse (tag_id, board_id, thread_count)
    SELECT tagged.tag_id, thread.board_id, count(*)
    FROM forum_thread_tags tagged JOIN forum_thread thread ON thread.id = tagged.thread_id
    WHERE thread.state = 'visible' GROUP BY tagged.tag_id, thread.board_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0008_stored_counts'),
    ]

    operations = [
        migrations.RunSQL(COUNT, "DELETE FROM forum_taguse"),
    ]
