"""What boards ask of opening posts, and what those answered."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0011_poll_count'),
    ]

    operations = [
        migrations.AddField(
            model_name='board',
            name='form',
            field=models.JSONField(blank=True, default=None, null=True),
        ),
        migrations.AddField(
            model_name='post',
            name='particulars',
            field=models.JSONField(default=None, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='postrevision',
            name='particulars',
            field=models.JSONField(default=None, null=True),
        ),
        migrations.CreateModel(
            name='BoardField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('text', 'A line of text'), ('long', 'Several lines of text'), ('number', 'A number'), ('mileage', 'Mileage'), ('year', 'A year'), ('date', 'A day'), ('choice', 'One of a list'), ('several', 'Several of a list'), ('yesno', 'Yes or no'), ('model', 'Car model'), ('city', 'City'), ('fault', 'Fault codes')], max_length=7)),
                ('label_en', models.CharField(max_length=60)),
                ('label_zh', models.CharField(blank=True, default='', max_length=60)),
                ('help_en', models.CharField(blank=True, default='', max_length=200)),
                ('help_zh', models.CharField(blank=True, default='', max_length=200)),
                ('unit_en', models.CharField(blank=True, default='', max_length=12)),
                ('unit_zh', models.CharField(blank=True, default='', max_length=12)),
                ('least', models.BigIntegerField(blank=True, null=True)),
                ('most', models.BigIntegerField(blank=True, null=True)),
                ('places', models.PositiveSmallIntegerField(default=0)),
                ('choices', models.JSONField(blank=True, default=list)),
                ('lanes', models.JSONField(blank=True, default=list)),
                ('is_required', models.BooleanField(default=False)),
                ('is_filter', models.BooleanField(default=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='field_rows', to='forum.board')),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='FieldValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(default=0)),
                ('key', models.CharField(blank=True, default='', max_length=60)),
                ('amount', models.BigIntegerField(null=True)),
                ('text', models.TextField(blank=True, default='')),
                ('field', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forum.boardfield')),
                ('post', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='field_values', to='forum.post')),
            ],
            options={
                'indexes': [models.Index(fields=['field', 'key', 'post'], name='field_value_key'), models.Index(fields=['field', 'amount', 'post'], name='field_value_amount')],
                'constraints': [models.UniqueConstraint(fields=('post', 'field', 'place'), name='field_value_unique')],
            },
        ),
    ]
