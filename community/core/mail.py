"""Mail goes by SMTP, unless the site was restored and nobody has said yet that it is the real one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import structlog
from django.conf import settings
from django.core.mail.backends import filebased
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import EmailMessage

from community.core import chance, clock, hold

log = structlog.get_logger("community.mail")

FOLDER = "held_mail"


class HoldingEmailBackend(EmailBackend):
    """Django's SMTP backend. While a hold stands, messages go to files for the operator, and to nobody else.

    They count as sent: what an old queue wanted to say must not come out when the hold is lifted.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if not hold.is_held():
            return super().send_messages(email_messages) or 0
        folder = Path(settings.VAR_DIR) / FOLDER
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            (folder / hold.file_name(message)).write_bytes(message.message().as_bytes())
        log.warning("mail_held", count=len(email_messages), folder=str(folder))
        return len(email_messages)


class FolderEmailBackend(filebased.EmailBackend):
    """Letters as files of a folder, one for each connection that sent some: one that only asked leaves none."""

    name = ""

    def open(self) -> bool:
        return False

    def _get_filename(self) -> str:
        """One of its own. Django's names the second and an object's address in memory, which the next one is given:
        the letters of two connections met in one file, where no mail program finds the second."""
        if not self.name:
            name = f"{clock.machine_now():%Y%m%d-%H%M%S-%f}-{chance.token(8)}.log"
            self.name = str(Path(self.file_path) / name)
        return self.name

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        super().open()
        return super().send_messages(email_messages) or 0
