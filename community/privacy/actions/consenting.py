"""Texts of the house, and who agreed to which version."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max
from django.utils.translation import gettext as _

from community.core import clock
from community.core.access import Invalid, Refused, no
from community.core.facts import publish
from community.core.once import put_once
from community.core.retrying import action
from community.core.text import clean_source, render
from community.members.models import Member, Role
from community.privacy import papers
from community.privacy.facts import ConsentGiven, ConsentWithdrawn, PaperPublished
from community.privacy.models import Consent, Paper


@action
def publish_paper(
    *, actor: Member, kind: str, text_en: str, text_zh: str = "", changes_en: str = "", changes_zh: str = ""
) -> Paper:
    """Make this the version that counts from now on. Administrators only; members are asked at their next visit."""
    if actor.role != Role.ADMIN or not actor.is_active:
        raise Refused(no(_("Only administrators publish the texts of the house."), "role"))
    if kind not in Paper.Kind.values:
        raise Invalid(_("There is no such text."), field="kind")
    if not text_en.strip():
        raise Invalid(_("Write something first."), field="text_en")
    texts = {"en": clean_source(text_en), "zh": clean_source(text_zh)}
    for text in texts.values():
        render(text)  # what cannot be drawn is refused here, not on the page
    last = Paper.objects.filter(kind=kind).aggregate(last=Max("version"))["last"] or 0
    paper = Paper(
        kind=kind,
        version=last + 1,
        source_en=texts["en"],
        source_zh=texts["zh"],
        changes_en=" ".join(changes_en.split())[:300],
        changes_zh=" ".join(changes_zh.split())[:300],
        published_at=clock.now(),
        published_by=actor,
    )
    if not put_once(paper):
        raise Refused(
            no(_("Somebody published another version at this moment. Look at it first."), "conflict")
        )
    publish(PaperPublished(kind=kind, version=paper.version, by_id=actor.pk))
    papers.forget()
    return paper


@action
def give_consents(*, member: Member, versions: Iterable[tuple[str, int]]) -> int:
    """Note that the member agrees to these versions, as far as they are the present ones; how many were new."""
    current, given = papers.versions(), 0
    for kind, version in versions:
        if current.get(kind) != version:
            raise Invalid(
                _("This text was changed while you read it. Please look at the new one."), field=kind
            )
        if put_once(Consent(member=member, kind=kind, version=version, given_at=clock.now())):
            given += 1
            publish(ConsentGiven(member_id=member.pk, kind=kind, version=version))
    return given


@action
def withdraw_consent(*, member: Member, kind: str) -> bool:
    """Take back a free consent. False when none was given; Refused for what nobody takes part without."""
    if kind in Paper.NEEDED:
        raise Refused(
            no(_("Nobody takes part without this one. To withdraw it, delete the account."), "needed")
        )
    rows = Consent.objects.filter(member=member, kind=kind, withdrawn_at=None)
    found = list(rows.values_list("version", flat=True))
    rows.update(withdrawn_at=clock.now())
    for version in found:
        publish(ConsentWithdrawn(member_id=member.pk, kind=kind, version=version))
    return bool(found)
