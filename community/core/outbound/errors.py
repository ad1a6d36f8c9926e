"""Why a page of somebody else's did not come, in words for the person who asked for it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_REASONS: dict[str, str | Promise] = {
    "malformed": _("This is not a complete web address."),
    "scheme": _("Only web addresses that begin with http:// or https:// can be used."),
    "credentials": _("A web address with a name or password in it cannot be used."),
    "port": _("Only the ordinary web ports 80 and 443 can be used."),
    "address": _("This address is not on the public internet, so it cannot be used."),
    "dns": _("No server with this name was found."),
    "connect": _("The server could not be reached."),
    "secure": _("The server could not prove that it is the right one (its certificate is not valid)."),
    "slow": _("The server took too long to answer."),
    "size": _("The answer of the server is too large."),
    "hops": _("The server redirects too many times."),
    "broken": _("The answer of the server cannot be understood."),
    "type": _("The server answered with another kind of file than expected."),
}


class OutboundError(Exception):
    """No answer. `code` names the cause, `reason` says it in the reader's language."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        super().__init__(f"{code}: {detail}" if detail else code)

    @property
    def reason(self) -> str:
        return str(_REASONS[self.code])


class Blocked(OutboundError):
    """The address may not be visited. Nothing was sent; trying again will not help."""


class Failed(OutboundError):
    """The address may be visited, but no usable answer came. Trying again later may help."""
