"""Replay this community's history and say how well the warm list would have told which threads go cold."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forum.models import BoardGroup
from forum.queries import history
from moderation.desk.backtest import FIRST, Order, Report, judge
from moderation.desk.measures import Interval
from moderation.desk.replaying import At


class Command(BaseCommand):
    help = (__doc__ or "").strip()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", choices=list(At), default=At.DAILY, help="when the list is asked (daily)")
        parser.add_argument(
            "--order", choices=list(Order), action="append", help="only this order; may be repeated (all)"
        )
        parser.add_argument("--hands", type=int, metavar="N", help="also: N staff answers a day")
        parser.add_argument("--board-group", metavar="SLUG", help="only the boards of this group")
        parser.add_argument("--json", action="store_true", help="everything, as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        hands = options["hands"]
        if hands is not None and hands < 1:
            raise CommandError("--hands needs a number of staff answers a day, 1 or more.")
        group = None
        if slug := options["board_group"]:
            group = BoardGroup.objects.filter(slug=slug).first()
            if group is None:
                raise CommandError(f"No group of boards is called {slug!r}.")
        report = judge(
            history.told(board_group_id=group.pk if group else None),
            at=At(options["at"]),
            orders=[Order(name) for name in options["order"] or Order],
            hands=hands,
        )
        if options["json"]:
            self.stdout.write(json.dumps(plain(report.to_json()), indent=1))
        else:
            self.stdout.write("\n".join(_said(report)))


def plain(value: Any) -> Any:
    """What JSON can say: no NaN, moments as text."""
    match value:
        case dict():
            return {name: plain(part) for name, part in value.items()}
        case list() | tuple():
            return [plain(part) for part in value]
        case float() if math.isnan(value):
            return None
        case datetime():
            return value.isoformat()
    return value


def _said(report: Report) -> list[str]:
    if not report.rows:
        return [
            f"{report.events} events, {report.threads} threads: too short a history to judge anything by.",
            "It takes some weeks in which threads were opened and answered.",
        ]
    lines = [
        f"{report.events} events, {report.threads} threads; asked {report.at} at {report.moments} moments.",
        f"Judged by the last {report.judged_moments}, {report.since:%Y-%m-%d} to {report.until:%Y-%m-%d}: "
        f"{report.rows} rows, of which {report.cold_share:.0%} heard nothing in the next 24 hours.",
        "",
        f"{'order':<8} {'AUC':>20} {'over oldest':>22} {f'cold of first {FIRST}':>22} {'gap':>6} {'Brier':>6}",
    ]
    for one in report.judged:
        first = _interval(one.first) if one.first_moments else "never so many"
        lines.append(
            f"{one.order:<8} {_interval(one.auc):>20} {_interval(one.over_oldest, sign=True):>22} {first:>22} "
            f"{_figure(one.gap):>6} {_figure(one.brier):>6}"
        )
    if not report.model_rows:
        lines.append("hazard   too little history to learn from")
    if report.hands is not None and report.kept_alone is not None:
        lines += [
            "",
            f"{report.promises} questions; members answered {_interval(report.kept_alone)} of them within a day. "
            f"With {report.hands} staff answers a day:",
            f"{'order':<8} {'promises kept':>20} {'answers':>8} {'of these wasted':>22}",
        ]
        lines += [
            f"{one.order:<8} {_interval(one.kept):>20} {one.answers:>8} {_interval(one.wasted):>22}"
            for one in report.helped
        ]
    return lines


def _interval(found: Interval, *, sign: bool = False) -> str:
    if math.isnan(found.value):
        return "–"
    form = "+.3f" if sign else ".3f"
    return f"{found.value:{form}} [{found.low:{form}} {found.high:{form}}]"


def _figure(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"
