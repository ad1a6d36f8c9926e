from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0002_fulltext")]
    operations = [
        migrations.AddField("searchentry", "marks", models.TextField(blank=True, default="")),
        migrations.AddField("searchentry", "version", models.BigIntegerField(default=0)),
    ]
