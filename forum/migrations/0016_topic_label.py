from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0015_slow_mode'),
    ]

    operations = [
        migrations.AddField(
            model_name='thread',
            name='topic',
            field=models.CharField(blank=True, db_default='', default='', max_length=100),
        ),
        migrations.AlterField(
            model_name='threadlog',
            name='kind',
            field=models.CharField(choices=[('locked', 'locked'), ('unlocked', 'unlocked'), ('pinned', 'pinned'), ('unpinned', 'unpinned'), ('slowed', 'slowed down'), ('unslowed', 'ended slow mode'), ('topic', 'stands for a theme'), ('moved', 'moved'), ('merged_in', 'merged'), ('split_off', 'split'), ('split_from', 'split from'), ('renamed', 'renamed'), ('lane', 'changed lane'), ('retagged', 'retagged'), ('hidden', 'hidden'), ('restored', 'restored'), ('removed', 'removed'), ('accepted', 'accepted an answer'), ('unaccepted', 'withdrew the accepted answer')], max_length=10),
        ),
    ]
