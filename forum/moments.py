"""From a date and an hour on somebody's wall to a moment, and back into words. No database, no request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

WALL = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Wall:
    """What a clock in a zone shows. `at` is naive, to the minute."""

    at: datetime
    zone: str

    @property
    def text(self) -> str:
        return self.at.strftime(WALL)

    @property
    def moment(self) -> datetime:
        """In UTC. Of an hour that comes twice the first one; of one that is skipped, as much later as the clocks jump."""
        return self.at.replace(tzinfo=ZoneInfo(self.zone), fold=0).astimezone(UTC)

    @property
    def is_skipped(self) -> bool:
        """Whether no clock there ever shows this: they are put forward over it."""
        return self.shown != self.at

    @property
    def comes_twice(self) -> bool:
        """Whether the clocks are put back over it."""
        zone = ZoneInfo(self.zone)
        first, second = (self.at.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
        return first != second and not self.is_skipped

    @property
    def shown(self) -> datetime:
        """What a clock there shows at `moment`."""
        return self.moment.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)


def offset(local: datetime) -> str:
    """How far an aware moment's clocks are from UTC: "UTC+2", "UTC+5:30", "UTC"."""
    seconds = int((local.utcoffset() or UTC.utcoffset(None)).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    sign = "−" if seconds < 0 else "+"
    return f"UTC{sign}{hours}{f':{minutes:02}' if minutes else ''}" if seconds else "UTC"


def in_words(local: datetime) -> str:
    """The day with its name and the hour: "Wednesday, 3 March 2027, 08:30"."""
    # Translators: a date format in Django's letters.
    day = date_format(local, _("l, j F Y"))
    return _("%(day)s, %(time)s") % {"day": day, "time": f"{local:%H:%M}"}


def zone_in_words(zone: str, local: datetime) -> str:
    """A zone and how far its clocks are from UTC then: "Europe/Vienna (UTC+1)"."""
    said = offset(local)
    return zone if said == zone else f"{zone.replace('_', ' ')} ({said})"
