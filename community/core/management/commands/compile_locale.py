"""`manage.py compile_locale`: translations from .po to .mo, without gettext's tools."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from community.core import catalogs


class Command(BaseCommand):
    help = "Compile the translations that changed. Example: manage.py compile_locale"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = catalogs.compile_stale(settings.LOCALE_PATHS)
        except catalogs.BadCatalog as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(written)} compiled" if written else "nothing to do")
