"""Defaults of model fields, apart from the models so that migrations import nothing else."""

import datetime

from django.conf import settings

from community.core import clock


def brand_name() -> str:
    return str(settings.BRAND_NAME)


def today() -> datetime.date:
    return clock.now().date()
