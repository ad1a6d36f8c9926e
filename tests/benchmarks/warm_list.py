"""docs/warm-list.md: how the warm list ranks, and how well that told what went cold, on histories real and made.

    python -m tests.benchmarks.warm_list --keep beer                  # the site's own boards, as `beer.json`
    python -m tests.benchmarks.warm_list --made                       # histories whose truth is known
    python -m tests.benchmarks.warm_list --page                       # the page and its pictures, from what is kept

Every figure on the page comes from the kept reports in `docs/warm-list/`; none was typed.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from typing import Any

from tests.browser.site import ROOT

KEPT = ROOT / "docs" / "warm-list"
PAGE = KEPT.with_suffix(".md")
MADE = {"made-signal": 1.0, "made-nothing": 0.0}
WIDTH, ROW, LEFT, RIGHT = 640, 26, 90, 40

INTRODUCTION = """# The warm list

Which threads will go cold next, and why. The desk ranks every open thread by points that anybody can add up
(`moderation/desk/scoring.py`), and runs a small model beside them that has learnt from the site's own history
(`moderation/desk/hazard.py`). This page says how well both would have done; `manage.py warmlist_backtest` says it for
your own community.

A promise that a board has made counts more and more in its last six hours, and as much as in its last minute from when
it is broken until somebody answers: 90 points, more than silence comes to however long it lasts, so that what is promised
stands first when it must be answered. A question counts as unanswered while its clock runs, whatever was written to it.
Where a board has promised nothing, 30 points are counted towards the end of a question's first day, and nothing after it.

The desk ranks by the rules until the worker has learnt something better. Every night it learns from the last months and
is judged by the last weeks; it is on only where it told what goes cold better than the rules *and* better than age alone,
each beyond chance. The desk says which of both ranks, with the figures. `manage.py warmlist_learn` does it at once.

## How it is tried

A history is replayed in the order of time. At every moment, each hour or each morning, the threads that are open and at
most 72 hours old are ranked by what was known *then*: the code that ranks is handed nothing else, and a test changes the
future and finds the ranking unchanged. A thread **went cold** if nobody but its author and staff wrote in the next 24
hours. The first 60 % of the moments are for learning, the rest for judging, with a day between them.

*AUC* is the chance that of two threads, one that went cold and one that did not, the cold one stands higher: 0.5 is
chance. *Over oldest* is how much better than simply taking the oldest first. Intervals hold the middle 95 % of 200
resamples of whole threads. *Gap* is how far the chances foretold lie from what happened, on average over ten groups.

**Promises.** With so many staff answers a day: which questions had a first answer by anybody within 24 hours, and how
many staff answers went to questions that members answered in time anyway. Plain orders use every hand they have; the
list answers as late as every promise can still be kept (`scoring.due`). These histories know no promises of boards, so a
question's first day stands for one. The queue itself is in the order of points and holds nobody back: who answers from
its top without waiting uses every hand, as the plain orders here do.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--keep", metavar="NAME", help="replay this site's boards and keep the reports under a name"
    )
    parser.add_argument("--hands", type=int, default=1, help="staff answers a day (1)")
    parser.add_argument("--made", action="store_true", help="make histories and keep their reports")
    parser.add_argument("--page", action="store_true", help="write the page")
    options = parser.parse_args()
    KEPT.mkdir(exist_ok=True)
    if options.keep:
        for at in ("daily", "hourly"):
            _keep(f"{options.keep}-{at}", _asked("--at", at, "--hands", str(options.hands)))
    if options.made:
        _make()
    if options.page:
        _write()


def _asked(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "manage.py", "warmlist_backtest", "--json", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _make() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.test")
    import django

    django.setup()
    from moderation.desk.backtest import judge
    from moderation.desk.management.commands.warmlist_backtest import plain
    from moderation.desk.replaying import At
    from tests.support.made_history import Made, events

    for name, signal in MADE.items():
        report = judge(events(Made(seed=11, signal=signal)), at=At.HOURLY, hands=4)
        _keep(name, plain(report.to_json()))


def _keep(name: str, report: dict[str, Any]) -> None:
    (KEPT / f"{name}.json").write_text(json.dumps(report, indent=1) + "\n")


def _write() -> None:
    parts = [INTRODUCTION]
    for path in sorted(KEPT.glob("*.json")):
        report = json.loads(path.read_text())
        (KEPT / f"{path.stem}.svg").write_text(_picture(report))
        parts.append(_section(path.stem, report))
    PAGE.write_text("\n".join(parts))


def _section(name: str, report: dict[str, Any]) -> str:
    lines = [
        f"## {name}\n",
        f"{report['threads']:,} threads, {report['events']:,} events, asked {report['at']}. Judged by "
        f"{report['judged_moments']:,} moments, {report['since'][:10]} to {report['until'][:10]}: {report['rows']:,} "
        f"rows, of which {report['cold_share']:.0%} went cold. {_verdict(report)}\n",
        f"![AUC of each order with its interval](warm-list/{name}.svg)\n",
        "| order | AUC | over oldest | cold of the first 20 | gap | Brier |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for one in report["judged"]:
        first = _interval(one["first"]) if one["first_moments"] else "never so many open"
        cells = [
            one["order"], _interval(one["auc"]), _interval(one["over_oldest"], sign=True), first, _figure(one["gap"]),
            _figure(one["brier"]),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    if report["hands"]:
        lines += [
            "",
            f"{report['promises']:,} questions, of which members answered {_interval(report['kept_alone'])} within a "
            f"day by themselves. With {report['hands']} staff answers a day:\n",
            "| order | promises kept | staff answers | of these wasted |",
            "|---|--:|--:|--:|",
        ]
        lines += [
            f"| {one['order']} | {_interval(one['kept'])} | {one['answers']:,} | {_interval(one['wasted'])} |"
            for one in report["helped"]
        ]
    return "\n".join([*lines, ""])


def _verdict(report: dict[str, Any]) -> str:
    model = next((one for one in report["judged"] if one["order"] == "hazard"), None)
    if model is None:
        return "There was too little to learn from: the model stays off."
    low = model["over_oldest"]["low"]
    if low is not None and low > 0:
        return "The model tells more than age does, beyond chance: it is on."
    return "The model tells no more than age does, as far as this history can say: it stays off."


def _interval(found: dict[str, float | None], *, sign: bool = False) -> str:
    form = "+.3f" if sign else ".3f"
    value, low, high = (found[name] for name in ("value", "low", "high"))
    if value is None:
        return "–"
    return (
        f"{value:{form}}" if low is None or high is None else f"{value:{form}} [{low:{form}}, {high:{form}}]"
    )


def _figure(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.3f}"


def _picture(report: dict[str, Any]) -> str:
    """Dots with whiskers, one row an order; readable on light and on dark."""
    rows = [one for one in report["judged"] if one["auc"]["low"] is not None]
    height = ROW * (len(rows) + 1) + 14

    def across(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * value

    ticks = "".join(
        f'<path d="M{across(tick):.1f} 6V{height - ROW}" stroke="#8a949c" '
        f'stroke-opacity="{0.9 if tick == 0.5 else 0.3}"/>'
        f'<text x="{across(tick):.1f}" y="{height - 8}" text-anchor="middle">{tick:g}</text>'
        for tick in (0, 0.25, 0.5, 0.75, 1)
    )
    dots = ""
    for number, one in enumerate(rows):
        y = 6 + ROW * number + ROW / 2
        low, value, high = (across(one["auc"][name]) for name in ("low", "value", "high"))
        dots += (
            f'<text x="{LEFT - 12}" y="{y + 4:.1f}" text-anchor="end">{one["order"]}</text>'
            f'<path d="M{low:.1f} {y:.1f}H{high:.1f}" stroke="#1f8f6f" stroke-width="3"/>'
            f'<circle cx="{value:.1f}" cy="{y:.1f}" r="5" fill="#1f8f6f"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="#8a949c" role="img">'
        f"<title>AUC of each order, with the middle 95 % of resamples</title>{ticks}{dots}</svg>\n"
    )


if __name__ == "__main__":
    main()
