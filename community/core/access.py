"""Yes, or no with a reason: how every rule in the house answers."""

from dataclasses import dataclass

from django.http import Http404
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to "may they?". Truthy when allowed; otherwise `reason` is translated text for the person."""

    allowed: bool
    reason: str | Promise = ""
    code: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Verdict(True)


def no(reason: str | Promise, code: str = "") -> Verdict:
    """A refusal with its translated reason; `code` names the rule for machines."""
    return Verdict(False, reason, code)


class Refused(Exception):
    """Seen but not allowed. Carries the verdict, so page, API and socket tell the same story."""

    field = ""  # of a form, beside which it is told: where input cannot be taken

    def __init__(self, verdict: Verdict | str | Promise, code: str = "") -> None:
        self.verdict = verdict if isinstance(verdict, Verdict) else no(verdict, code)
        super().__init__(self.verdict.reason)

    @property
    def reason(self) -> str:
        return str(self.verdict.reason)

    @property
    def code(self) -> str:
        return self.verdict.code


class Invalid(Refused):
    """Input that cannot be taken. Shown beside `field`; what was typed stays in the form."""

    def __init__(self, reason: str | Promise, *, field: str = "", code: str = "invalid") -> None:
        super().__init__(no(reason, code))
        self.field = field


def absent() -> Http404:
    """The answer for what does not exist and for what may not be seen: the two look alike."""
    return Http404()


def require(verdict: Verdict) -> None:
    """Raise Refused unless the verdict is yes."""
    if not verdict:
        raise Refused(verdict)
