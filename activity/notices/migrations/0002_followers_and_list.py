from django.db import migrations, models

KIND = [
    ("message", "Somebody writes to me"),
    ("mention", "Somebody mentions me"),
    ("quote", "Somebody quotes me"),
    ("reply", "Somebody replies to me"),
    ("house", "Moderators act on my posts or my account"),
    ("accepted", "My answer is accepted"),
    ("followed", "Somebody I follow opens a thread"),
    ("watched", "New replies in a thread I watch"),
    ("opened", "New threads on a board I watch"),
    ("follower", "Somebody begins to follow me"),
    ("reaction", "Reactions to my posts"),
]
STATE = [
    ("queued", "waiting to be sent"),
    ("sending", "being sent"),
    ("sent", "sent"),
    ("deferred", "left for the digest"),
    ("listed", "not sent: it stands in your list"),
    ("dropped", "not sent: you had read it, or it was taken back"),
    ("failed", "could not be sent"),
    ("unclear", "perhaps sent: the mail server did not say"),
]


class Migration(migrations.Migration):
    """Words only: the columns stay as they are."""

    dependencies = [("notices", "0001_notices")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "delivery", "kind", models.CharField(blank=True, choices=KIND, default="", max_length=8)
                ),
                migrations.AlterField(
                    "delivery", "state", models.CharField(choices=STATE, default="queued", max_length=8)
                ),
                migrations.AlterField("notification", "kind", models.CharField(choices=KIND, max_length=8)),
                migrations.AlterField("preference", "kind", models.CharField(choices=KIND, max_length=8)),
            ]
        )
    ]
