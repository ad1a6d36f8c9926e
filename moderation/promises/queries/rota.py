"""Calendars and their rotas."""

from __future__ import annotations

from moderation.promises.models import Calendar, RotaShift


def calendars_with_rota() -> list[tuple[Calendar, list[RotaShift]]]:
    """Every calendar with the turns of those whose account is open. Two statements."""
    turns: dict[int, list[RotaShift]] = {}
    rows = RotaShift.objects.select_related("member").filter(member__is_active=True)
    for turn in rows.order_by("weekday", "start", "pk"):
        turns.setdefault(turn.calendar_id, []).append(turn)
    return [(row, turns.get(row.pk, [])) for row in Calendar.objects.select_related("lead")]
