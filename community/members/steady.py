"""Answers that take a whole number of steps of time, so that the clock does not tell who has an account."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def steady(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hold the answer to a POST until the next step of STEADY_SECONDS is full; 0 holds nothing."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        began = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST" and settings.STEADY_SECONDS:
            time.sleep(-(time.monotonic() - began) % settings.STEADY_SECONDS)
        return response

    return answer
