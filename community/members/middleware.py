"""Language, theme and time zone of the viewer; the second factor of staff."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class PreferencesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class StaffSecondFactorMiddleware(PreferencesMiddleware):
    pass
