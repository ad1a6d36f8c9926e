"""`python -m tests.benchmarks.preview`: what a preview of 2 KB costs, from the request to the last byte.

In this process, with a database in memory; CPU time, since the machine is never alone. The text holds everything the
renderer knows. Ends with 1 when the slowest of twenty takes more than may be.
"""

import argparse
import os
import sys
import time
from pathlib import Path
from statistics import median

from tests.benchmarks.results import Result, Run

ROUNDS = 60
MOST_MS = 150.0
BLOCKS = """
Saturday, Leipzig to Dresden, −12 °C, **110 on the cruise**. At *Wilsdruff* the readout said `38 km` with 9 % left; see
https://example.org/range?winter=1 and what @Sunbird wrote. 周六从莱比锡到德累斯顿，**零下十二度**，||剩余三十八公里||。

> [!quote 1 Sunbird]
> The number follows the last fifty kilometres.

| km | % | °C |
| ---: | ---: | ---: |
| 38 | 9 | −12 |
| 71 | 2 | −11 |

- one
- two
  1. deeper
- [x] done

```python
def left(percent: float, use: float) -> float:
    return percent / use * 100
```
"""


def text(size: int = 2048) -> str:
    """`size` characters of everything."""
    return (BLOCKS * (size // len(BLOCKS) + 1))[:size]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.test")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="keep the figures for docs/benchmarks.md")
    wanted = parser.parse_args()
    import django

    django.setup()
    from django.core.cache import cache
    from django.core.management import call_command
    from django.test import Client
    from django.test.utils import setup_test_environment

    from tests.builders.members import a_member, signed_in

    setup_test_environment()
    call_command("migrate", verbosity=0)
    client = signed_in(Client(), a_member(name="Sunbird"))
    spent = []
    for _ in range(ROUNDS):
        cache.clear()  # of its limit, and of whatever would make it quick
        before = time.thread_time()
        response = client.post("/compose/preview/", {"source": text()})
        spent.append(1000 * (time.thread_time() - before))
        if response.status_code != 200 or b"<table>" not in response.content:
            sys.exit(f"the preview failed: {response.status_code}")
    spent.sort()
    p95 = spent[int(ROUNDS * 0.95)]
    kept = Run("preview, in memory")
    kept.add(
        Result("preview of 2 KB: median CPU", median(spent), "ms"),
        Result("preview of 2 KB: p95 CPU", p95, "ms", MOST_MS),
    )
    if wanted.json:
        kept.write(wanted.json)
    return int(p95 > MOST_MS)


if __name__ == "__main__":
    sys.exit(main())
