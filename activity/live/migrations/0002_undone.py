from django.db import migrations, models


class Migration(migrations.Migration):
    """One more kind of step. Nothing changes in the database."""

    dependencies = [("live", "0001_events")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="liveevent",
                    name="kind",
                    field=models.CharField(
                        max_length=9,
                        choices=[
                            ("reply", "Reply"),
                            ("edit", "Edit"),
                            ("state", "State"),
                            ("undone", "Undone"),
                            ("reactions", "Reactions"),
                            ("accept", "Accept"),
                            ("thread", "Thread"),
                            ("shown", "Shown"),
                            ("moved", "Moved"),
                            ("merged", "Merged"),
                            ("split", "Split"),
                        ],
                    ),
                )
            ]
        )
    ]
