"""Where somebody's answers lie until they are sent: under their name, or a mark that only the site's secret makes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from community.core.once import put_once
from polls import sealing
from polls.surveys import policy
from polls.surveys.models import Handed, Response, ResponseState, Sheet, Survey, Wave
from polls.surveys.policy import Progress
from polls.voters import Voter


@dataclass(slots=True)
class Kept:
    """What is there of one person in one wave. `is_elsewhere`: this device's answers belong to an account now."""

    progress: Progress = field(default_factory=Progress)
    is_sent: bool = False
    is_elsewhere: bool = False
    row: Response | Sheet | None = None


def place_of(wave_id: int) -> str:
    """What a wave is called where answers are sealed."""
    return f"survey-wave-{wave_id}"


def find(voter: Voter, survey: Survey, wave: Wave, *, for_change: bool = False) -> Kept | None:
    """What this person has in the wave, None before they began. One statement, two where it is anonymous; with
    `for_change` the row is locked until commit."""
    if survey.is_anonymous:
        return _find_sheet(voter, wave, for_change=for_change)
    rows = Response.objects.filter(wave=wave)
    if for_change:
        rows = rows.select_for_update(no_key=True)
    if voter.member is not None:
        response = rows.filter(member=voter.member).first()
    else:
        response = rows.filter(guest_key=voter.guest_key).first() if voter.guest_key else None
    if response is None:
        return None
    is_anothers = voter.member is None and response.member_id is not None
    if is_anothers or response.state == ResponseState.MERGED:
        return Kept(is_elsewhere=True)
    return Kept(policy.unpacked(response.progress), response.state == ResponseState.SENT, row=response)


def begin(voter: Voter, survey: Survey, wave: Wave) -> None:
    """A place for this person's answers, unless there is one. One statement."""
    if not survey.is_anonymous:
        key = "" if voter.member else voter.guest_key
        put_once(Response(wave=wave, member=voter.member, guest_key=key, group=voter.group))
        return
    mark = marks_of(voter, wave)[0]
    put_once(Sheet(mark=mark, wave=wave, content=_sealed(Progress(), wave, mark)))


def keep(row: Response | Sheet, progress: Progress) -> None:
    """Keep progress in the row that `find` locked."""
    if isinstance(row, Response):
        row.progress = policy.packed(progress)
        row.save(update_fields=["progress"])
    else:
        row.content = _sealed(progress, row.wave, row.mark)
        row.save(update_fields=["content"])


def marks_of(voter: Voter, wave: Wave) -> list[str]:
    """What says that this member took part: by the present secret, then by earlier ones."""
    assert voter.member is not None, "guests answer no anonymous survey"
    return sealing.marks_of(place_of(wave.pk), voter.member.pk)


def _find_sheet(voter: Voter, wave: Wave, *, for_change: bool) -> Kept | None:
    if voter.member is None:
        return None
    marks = marks_of(voter, wave)
    rows = Sheet.objects.select_for_update(no_key=True) if for_change else Sheet.objects.all()
    sheet = rows.filter(mark__in=marks).first()
    if sheet is not None:
        sheet.wave = wave
        told = sealing.opened(sheet.content, poll_id=f"{place_of(wave.pk)}/{sheet.mark}", slot=0)
        return Kept(policy.unpacked(json.loads(told[0])), row=sheet)
    return Kept(is_sent=True) if Handed.objects.filter(mark__in=marks).exists() else None


def _sealed(progress: Progress, wave: Wave, mark: str) -> bytes:
    told = json.dumps(policy.packed(progress), ensure_ascii=False)
    return sealing.sealed([told], poll_id=f"{place_of(wave.pk)}/{mark}", slot=0)
