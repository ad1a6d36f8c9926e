"""The only writers of this room."""

from community.privacy.actions.consenting import (
    give_consents,
    publish_paper,
    withdraw_consent,
)
from community.privacy.actions.exporting import finish_export, forget_export, request_export, sweep_exports
from community.privacy.actions.leaving import (
    cancel_erasure,
    erase_again,
    may_leave,
    perform_erasure,
    request_erasure,
)

__all__ = [
    "cancel_erasure",
    "erase_again",
    "finish_export",
    "forget_export",
    "give_consents",
    "may_leave",
    "perform_erasure",
    "publish_paper",
    "request_erasure",
    "request_export",
    "sweep_exports",
    "withdraw_consent",
]
