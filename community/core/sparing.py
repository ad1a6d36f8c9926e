"""What of the libraries' own every request paid for and few used: the same answers, made when they are asked for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.messages.storage.base import BaseStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Messages(FallbackStorage):
    """Django's own (in a cookie, what does not fit in the session), whose parts are made by whoever has a message."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        BaseStorage.__init__(self, request, *args, **kwargs)
        self._used_storages: set[BaseStorage] = set()

    @cached_property
    def storages(self) -> list[BaseStorage]:
        return [storage(self.request) for storage in self.storage_classes]


class Policy(CSPMiddleware):
    """The policy of a response that has none of its own and names no nonce is the same for all: put together once."""

    @cached_property
    def usual(self) -> str:
        return build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        told: dict[str, Any] = vars(response)
        is_usual = not any(name.startswith("_csp_") for name in told) and not hasattr(request, "_csp_nonce")
        if is_usual and not settings.DEBUG and not hasattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY"):
            prefixes = tuple(settings.CONTENT_SECURITY_POLICY.get("EXCLUDE_URL_PREFIXES", ()))
            if not request.path_info.startswith(prefixes):
                response.headers.setdefault(HEADER, self.usual)
            return response
        return super().process_response(request, response)
