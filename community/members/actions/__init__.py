"""Every verb that changes something about people. Nothing else writes these rows."""

from community.members.actions.accounts import (
    confirm_address,
    end_welcome,
    enrol_totp,
    erase_unproven,
    erase_unproven_account,
    mark_seen,
    register_member,
)
from community.members.actions.claims import approve_claim, claim_member, decline_claim, withdraw_claim
from community.members.actions.leaving import (
    close_account,
    erase_name,
    former_key,
    former_name,
    is_erased,
    set_leaving,
)
from community.members.actions.moving_in import ImportedPerson, import_member, import_members
from community.members.actions.profile import (
    check_preferences,
    next_rename_at,
    remove_avatar,
    rename_member,
    set_avatar,
    set_preferences,
    time_zones,
    update_profile,
)
from community.members.actions.relations import (
    block,
    follow,
    ignore_member,
    unblock,
    unfollow,
    unignore,
)
from community.members.actions.sessions import end_session, end_sessions
from community.members.actions.standing import mark_key_member, set_role, set_standing

__all__ = [
    "ImportedPerson",
    "approve_claim",
    "block",
    "check_preferences",
    "claim_member",
    "close_account",
    "confirm_address",
    "decline_claim",
    "end_session",
    "end_sessions",
    "end_welcome",
    "enrol_totp",
    "erase_name",
    "erase_unproven",
    "erase_unproven_account",
    "follow",
    "former_key",
    "former_name",
    "ignore_member",
    "import_member",
    "import_members",
    "is_erased",
    "mark_key_member",
    "mark_seen",
    "next_rename_at",
    "register_member",
    "remove_avatar",
    "rename_member",
    "set_avatar",
    "set_leaving",
    "set_preferences",
    "set_role",
    "set_standing",
    "time_zones",
    "unblock",
    "unfollow",
    "unignore",
    "update_profile",
    "withdraw_claim",
]
