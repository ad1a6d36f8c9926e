"""axe-core under a strict content policy: it goes in through the debugger, and the policy stays on."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
SUMMARY = """
result => result.violations.map(found => [
  found.id,
  found.impact,
  found.nodes.slice(0, 3).map(node => node.html.slice(0, 160) + " " + node.failureSummary),
])
"""


def available() -> bool:
    return SCRIPT.exists()


@cache
def _source() -> str:
    return SCRIPT.read_text()


def violations(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """Every violation with its rule and the first elements it names; empty means clean."""
    debugger = page.context.new_cdp_session(page)
    try:
        _evaluate(debugger, _source())
        found = _evaluate(debugger, f"axe.run(document, {json.dumps(OPTIONS)}).then({SUMMARY})")
    finally:
        debugger.detach()
    return [f"{rule} ({impact}): {'; '.join(nodes)}" for rule, impact, nodes in found if rule not in without]


def _evaluate(debugger: Any, expression: str) -> Any:
    answer = debugger.send(
        "Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True}
    )
    if "exceptionDetails" in answer:
        raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "axe failed"))
    return answer["result"].get("value")
