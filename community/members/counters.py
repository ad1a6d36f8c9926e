"""What every stored look-alike key must equal. `manage.py rebuild_counters` runs it after names are read otherwise."""

from __future__ import annotations

from community.core.counters import register
from community.members.models import Member, NameHistory
from community.members.names import look_alike_key


def rebuild_keys() -> int:
    """Read every name anew, past ones too. Returns how many keys were wrong; one that is somebody's stays."""
    wrong = 0
    for model in (Member, NameHistory):
        rows = model.objects.exclude(name="").order_by("pk").values_list("pk", "name", "name_key")
        read = [(pk, key, look_alike_key(name)) for pk, name, key in rows]
        for pk, key, real in read:
            if key == real or (model is Member and Member.objects.filter(name_key=real).exists()):
                continue
            wrong += model.objects.filter(pk=pk, name_key=key).update(name_key=real)
    return wrong


register("members.names", rebuild_keys)
