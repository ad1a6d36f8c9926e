"""The worker thread inside the one-process site."""

from __future__ import annotations

import threading

import structlog

from community.core.tasks.worker import Worker

log = structlog.get_logger("community.tasks")

PATIENCE = 10.0  # seconds a running task gets to finish when the site stops


class EmbeddedWorker:
    """A worker in a daemon thread. Commits that queued something wake it; it looks by itself rarely."""

    def __init__(self, *, interval: float = 5.0) -> None:
        self.worker = Worker(kind="embedded", interval=interval)
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> bool:
        """Let the running task finish; False if it did not within the patience."""
        self.worker.stop()
        self._thread.join(PATIENCE)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.worker.run()
        except Exception:
            log.exception("embedded_worker_died")
            raise
