"""A restored site keeps quiet: no mail, no push, no webhook, until somebody says that this copy is the real one."""

from __future__ import annotations

from django.core.mail.message import EmailMessage

from community.core import clock
from community.core.models import RestoreHold


def held() -> RestoreHold | None:
    """The hold, if there is one; one statement. Whoever sends anything to people asks first."""
    return RestoreHold.objects.first()


def is_held() -> bool:
    """Whether this site may not reach people."""
    return RestoreHold.objects.exists()


def lift() -> bool:
    """This copy is the real one from now on. False if nothing was held."""
    return bool(RestoreHold.objects.all().delete()[0])


def file_name(message: EmailMessage) -> str:
    """Where a held message is kept: by time, and by what it is."""
    return f"{clock.now():%Y%m%d-%H%M%S-%f}-{abs(hash(message)) % 10**6:06}.eml"
