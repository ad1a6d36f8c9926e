"""`manage.py run_worker`: the queue's worker as a process of its own."""

import os
import signal
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from community.core.tasks.worker import Worker, load_timetable


class Command(BaseCommand):
    help = (
        "Run queued tasks and the timetable until stopped; start as many as you need. "
        "Example: manage.py run_worker --interval 1"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due now, then exit")
        parser.add_argument(
            "--interval", type=float, default=0.25, help="seconds between looks at an empty queue (0.25)"
        )
        parser.add_argument(
            "--nice",
            type=int,
            choices=range(20),
            default=10,
            metavar="0-19",
            help="how far it gives way to the pages on the same machine (10)",
        )

    def handle(
        self, *args: Any, once: bool = False, interval: float = 0.25, nice: int = 10, **options: Any
    ) -> None:
        worker = Worker(interval=max(interval, 0.05))
        if once:
            load_timetable()
            worker.look_after_the_queue()
            self.stdout.write(f"{worker.drain()} tasks run")
            return
        self._stop_on_signal(worker)
        os.nice(max(0, nice - os.nice(0)))  # nobody waits for it as somebody waits for a page
        worker.run()

    def _stop_on_signal(self, worker: Worker) -> None:
        def stop(number: int, frame: FrameType | None) -> None:
            # The second signal is meant: the running task goes back to the queue.
            signal.signal(number, signal.default_int_handler)
            self.stderr.write("Stopping after the running task; once more to stop at once.")
            worker.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
