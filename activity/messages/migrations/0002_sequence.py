from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_conversations")]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="sequence",
            field=models.PositiveBigIntegerField(db_default=1, default=1),
        )
    ]
