"""Make the community in the database that the environment names, which must hold no member.

    python -m tests.benchmarks.community --size S --answers var/answers.json
    python -m tests.benchmarks.community --posts 100000 --answers …

Migrates first. The answers say what pages and searches must show; `manage.py rebuild_counters` finds nothing wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from tests.benchmarks.community.plan import SIZES


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", choices=SIZES, default="S", help="S: 10,000 posts, M: 1,000,000 (S)")
    parser.add_argument("--posts", type=int, help="this many posts instead")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--answers", type=Path, required=True, help="where to write what must be shown")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.embedded")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    began = time.perf_counter()
    make(options.posts or SIZES[options.size], options.seed, options.answers)
    _tell(f"made in {time.perf_counter() - began:.1f} s")


def make(posts: int, seed: int, answers_at: Path) -> None:
    """Plan, fill, and write the answers."""
    from django.contrib.auth import get_user_model

    from community.search import relatives
    from community.search.models import SearchEntry
    from forum import models as forum
    from tests.benchmarks.community import boards, words
    from tests.benchmarks.community.answers import answers
    from tests.benchmarks.community.loading import Bulk, without_indexes
    from tests.benchmarks.community.plan import make_plan
    from tests.benchmarks.community.rows import Community, today

    if get_user_model()._default_manager.exists():
        sys.exit("There are members in this database. Made-up ones belong into an empty one.")
    plan = make_plan(posts, seed=seed)
    texts = words.texts(plan.bodies, seed)
    _tell(f"{len(plan.threads.size):,} threads planned, {len(texts):,} texts rendered")
    community = Community(plan, texts, words.titles(len(plan.threads.size), seed), today())
    boards.lay_out()
    bulk = Bulk(_tell)
    loaded = [forum.Thread, forum.Post, forum.Reaction, forum.Watch, forum.ReadMark, SearchEntry]
    with without_indexes([*loaded, get_user_model()], _tell):
        community.load(bulk)
    boards.settle(community)
    bulk.finish()
    told = answers(community)
    for thread in [told["long"], *told["sample"]]:  # the others wait for the minute that has their turn
        relatives.find(int(thread["url"].split("/")[2]))
    answers_at.parent.mkdir(parents=True, exist_ok=True)
    answers_at.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")


def _tell(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
