"""An imported author comes home.

A member says "this is me"; staff decide. On approval the imported row becomes their account: address,
password, passkeys, second factors and sign-in links move over to it, so every post keeps its author and no
row of authorship is touched. That works only while the claimant has written nothing here; otherwise it is
refused with that reason. The claimant's old row stays as a closed shell; its name leads to the account.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import YES as GRANTED
from community.core.access import Invalid, Refused, Verdict, no, require
from community.core.facts import publish
from community.core.retrying import action
from community.members import facts
from community.members.access import current_standing, may_moderate_members, may_speak
from community.members.actions._shared import free_number, line
from community.members.models import Follow, Ignore, ImportClaim, Member, NameHistory, Role, Standing
from community.members.names import CLAIMED

_TAKEN_OVER = (
    "language",
    "theme",
    "time_zone",
    "plain_order",
    "visibility",
    "is_verified_owner",
    "is_key_member",
    "is_demo",
)
_FILLED_IN = ("headline", "bio", "city", "website", "drives", "avatar")


def may_claim(claimant: Member, imported: Member) -> Verdict:
    """Whether the claimant could become the imported member. At most one statement."""
    speaks = may_speak(claimant)
    if not speaks:
        return speaks
    # A list, not a ladder: every reason is worth reading on its own line.
    refusals = (
        (
            not imported.is_imported,
            "not_imported",
            _("This member has already been claimed, or was never imported."),
        ),
        (bool(claimant.source), "claimed", _("You have already claimed an imported member.")),
        (
            claimant.role != Role.MEMBER,
            "role",
            _("A staff or partner account cannot be merged into an imported one."),
        ),
        (
            current_standing(claimant) != Standing.GOOD,
            "standing",
            _("Only a member in good standing can claim an imported one."),
        ),
        (
            bool(claimant.post_count or claimant.thread_count),
            "has_posts",
            _("You have already written here under your own name, so the two cannot become one account."),
        ),
    )
    return next((no(reason, code) for applies, code, reason in refusals if applies), GRANTED)


@action
def claim_member(*, claimant: Member, imported: Member, evidence: str) -> ImportClaim:
    """Say that an imported member is you; staff will decide on the evidence. One open claim at a time."""
    evidence = line(evidence, field="evidence", longest=500, lines=True)
    if not evidence:
        raise Invalid(_("Say how the moderators can tell that it is you."), field="evidence", code="missing")
    claimant, imported = _locked_pair(claimant, imported)
    require(may_claim(claimant, imported))
    if ImportClaim.objects.filter(claimant=claimant, state=ImportClaim.State.OPEN).exists():
        raise Refused(no(_("Your earlier claim is still waiting."), "claim_open"))
    claim = ImportClaim.objects.create(
        imported=imported,
        claimant=claimant,
        claimant_name=claimant.name,
        evidence=evidence,
        asked_at=clock.now(),
    )
    publish(facts.ClaimProposed(claim_id=claim.pk, imported_id=imported.pk, claimant_id=claimant.pk))
    return claim


@action
def withdraw_claim(*, claimant: Member, claim: ImportClaim) -> None:
    """Take an open claim back. Absent for anybody else."""
    ImportClaim.objects.filter(pk=claim.pk, claimant=claimant, state=ImportClaim.State.OPEN).update(
        state=ImportClaim.State.WITHDRAWN, decided_at=clock.now()
    )


@action
def decline_claim(*, actor: Member, claim: ImportClaim, reason: str) -> ImportClaim:
    """Refuse an open claim with a reason that the claimant reads."""
    require(may_moderate_members(actor))
    reason = line(reason, field="note", longest=300)
    if not reason:
        raise Invalid(_("Give the reason. The member will read it."), field="note", code="reason_missing")
    claim = _open_claim(claim)
    _decide(claim, actor, ImportClaim.State.DECLINED, reason)
    publish(
        facts.ClaimDeclined(
            claim_id=claim.pk,
            imported_id=claim.imported_id,
            claimant_id=claim.claimant_id or 0,
            reason=reason,
            by_id=actor.pk,
        )
    )
    return claim


@action
def approve_claim(*, actor: Member, claim: ImportClaim, note: str = "") -> Member:
    """Make the imported row its person's account, and return it. Nobody approves their own claim."""
    require(may_moderate_members(actor))
    note = line(note, field="note", longest=300)
    claim = _open_claim(claim)
    if claim.claimant is None or claim.claimant_id == actor.pk:
        raise Refused(no(_("Nobody decides about their own claim."), "self"))
    claimant, imported = _locked_pair(claim.claimant, claim.imported)
    require(may_claim(claimant, imported))
    _decide(claim, actor, ImportClaim.State.APPROVED, note)
    _move_account(claimant, imported)
    publish(
        facts.ImportedMemberClaimed(
            claim_id=claim.pk, imported_id=imported.pk, claimant_id=claimant.pk, by_id=actor.pk
        )
    )
    for rival in ImportClaim.objects.filter(imported=imported, state=ImportClaim.State.OPEN):
        _decide(rival, actor, ImportClaim.State.DECLINED, "")  # the reader's language says why: `reason`
    return imported


def _move_account(claimant: Member, imported: Member) -> None:
    address, old_name, old_key = claimant.email, claimant.name, claimant.name_key
    claimant.name, claimant.name_key = free_number(CLAIMED, claimant)
    claimant.email = None
    claimant.is_active = False
    imported.password, imported.last_login = claimant.password, claimant.last_login
    imported.email, imported.claimed_at = address, clock.now()
    imported.last_seen_at = claimant.last_seen_at
    for field in _TAKEN_OVER:
        setattr(imported, field, getattr(claimant, field))
    for field in _FILLED_IN:
        setattr(imported, field, getattr(claimant, field) or getattr(imported, field))
    claimant.avatar = ""
    claimant.set_unusable_password()
    claimant.save()  # first: the address is unique
    imported.save()
    NameHistory.objects.filter(member=claimant).update(member=imported)
    NameHistory.objects.create(member=imported, name=old_name, name_key=old_key)
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=claimant).update(user=imported)
    Ignore.objects.filter(member=claimant, target=imported).delete()
    Ignore.objects.filter(member=claimant).update(member=imported)
    Follow.objects.filter(member=claimant, target=imported).delete()
    Follow.objects.filter(member=claimant).update(member=imported)
    both = list(Follow.objects.filter(target=imported).values_list("member", flat=True))
    Follow.objects.filter(target=claimant).exclude(member__in=both).update(target=imported)


def _locked_pair(one: Member, other: Member) -> tuple[Member, Member]:
    """Both rows, locked in the order of their ids so that two claims never wait for each other."""
    rows = {
        row.pk: row
        for row in Member.objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk")
    }
    return rows[one.pk], rows[other.pk]


def _open_claim(claim: ImportClaim) -> ImportClaim:
    row = ImportClaim.objects.select_for_update().get(pk=claim.pk)
    if row.state != ImportClaim.State.OPEN:
        raise Refused(no(_("This claim has already been decided."), "decided"))
    return row


def _decide(claim: ImportClaim, actor: Member, state: str, note: str) -> None:
    claim.state, claim.decided_by, claim.decided_at, claim.note = state, actor, clock.now(), note
    claim.save(update_fields=["state", "decided_by", "decided_at", "note"])
