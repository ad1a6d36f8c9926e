from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("polls", "0007_reopened_decisions")]

    operations = [
        migrations.RemoveConstraint(model_name="draw", name="draw_once_a_source"),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=Q(frozen_at=None) | Q(frozen_at__lt=F("value_at")),
                name="draw_once_a_source",
            ),
        ),
    ]
