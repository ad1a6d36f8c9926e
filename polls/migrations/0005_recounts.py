import community.core.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('polls', '0004_splits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Recount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(blank=True, default='', max_length=45)),
                ('ballots', models.PositiveIntegerField()),
                ('reason', models.CharField(max_length=300)),
                ('evidence', models.JSONField(default=dict)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('at', models.DateTimeField(default=community.core.clock.now)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recounts', to='polls.poll')),
                ('undoes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone_by', to='polls.recount')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('undoes', None), ('mark', ''), _connector='OR'), name='recount_one_way')],
            },
        ),
        migrations.AddField(
            model_name='poll',
            name='recount_count',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='ballot',
            name='network',
            field=models.CharField(blank=True, db_default='', default='', max_length=22),
        ),
        migrations.AddField(
            model_name='ballot',
            name='device',
            field=models.CharField(blank=True, db_default='', default='', max_length=22),
        ),
        migrations.AddField(
            model_name='ballot',
            name='left_out_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='polls.recount'),
        ),
        migrations.AlterField(
            model_name='ballot',
            name='state',
            field=models.CharField(choices=[('counted', 'Counted'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged'), ('left_out', 'Left Out')], default='counted', max_length=9),
        ),
    ]
