from django.db import migrations, models

KINDS = [('locked', 'locked'), ('unlocked', 'unlocked'), ('pinned', 'pinned'), ('unpinned', 'unpinned'), ('slowed', 'slowed down'), ('unslowed', 'ended slow mode'), ('topic', 'stands for a theme'), ('moved', 'moved'), ('merged_in', 'merged'), ('split_off', 'split'), ('split_from', 'split from'), ('renamed', 'renamed'), ('lane', 'changed lane'), ('retagged', 'retagged'), ('hidden', 'hidden'), ('restored', 'restored'), ('removed', 'removed'), ('accepted', 'accepted an answer'), ('unaccepted', 'withdrew the accepted answer'), ('known', 'made a known answer'), ('known_back', 'took a known answer back'), ('linked', 'linked to a known answer'), ('unlinked', 'took the link to a known answer away')]


class Migration(migrations.Migration):

    dependencies = [
        ('forum', '0017_gone_for'),
    ]

    operations = [
        migrations.AddField(
            model_name='thread',
            name='has_known',
            field=models.BooleanField(db_default=False, default=False),
        ),
        # Words only: the column stays as it is.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='threadlog',
                    name='kind',
                    field=models.CharField(choices=KINDS, max_length=10),
                ),
            ],
        ),
    ]
