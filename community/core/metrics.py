"""Figures for Prometheus: what processes count, and what is asked when somebody looks.

A room names its figures once, at import, and counts where things happen; "convoy_" is put in front:

    GAPS = metrics.counter("live_replay_gaps_total", "Clients that were too far behind to be replayed.")
    GAPS.inc()
    SOCKETS = metrics.gauge("live_sockets", "Open sockets.")   # summed over the processes that live
    SOCKETS.inc(); SOCKETS.dec()

    @metrics.asked                                             # once a look, in the process that is asked
    def lag() -> list[metrics.Reading]:
        return [metrics.Reading("index_lag_seconds", "How far the index is behind.", 1.5)]

With CONVOY_METRICS_DIR several processes of one machine share a folder, and each of them answers for all.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TypeVar

import structlog

from community.core import retrying

# The library decides where values live when it is imported.
if _folder := os.environ.get("CONVOY_METRICS_DIR", "").strip():
    Path(_folder).mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _folder

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

log = structlog.get_logger("community.metrics")

Kind = TypeVar("Kind", Counter, Gauge, Histogram)
Labels = tuple[str, ...]

PREFIX = "convoy_"
CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
SAMPLE_EVERY = 1.0  # seconds
GONE = "gone"  # stands for the pid in the file that holds what processes counted that have ended

REGISTRY = CollectorRegistry()


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure that somebody asked for. `is_total`: it only ever grows."""

    name: str
    about: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    is_total: bool = False


_counters: dict[str, Counter] = {}
_gauges: dict[str, Gauge] = {}
_histograms: dict[str, Histogram] = {}
_asked: list[Callable[[], Iterable[Reading]]] = []
_samplers: list[Callable[[], None]] = []
_last_sample = 0.0
_sampling = threading.Lock()


def counter(name: str, about: str, labels: Labels = ()) -> Counter:
    """Something that happens: `.inc()`, or `.labels("en").inc()`. The same name is the same counter."""
    if name not in _counters:
        _counters[name] = Counter(PREFIX + name, about, labels, registry=REGISTRY)
    return _counters[name]


def gauge(name: str, about: str, labels: Labels = ()) -> Gauge:
    """Something each process has so many of: `.set(n)`, `.inc()`, `.dec()`; summed over living processes."""
    if name not in _gauges:
        _gauges[name] = Gauge(PREFIX + name, about, labels, registry=REGISTRY, multiprocess_mode="livesum")
    return _gauges[name]


def histogram(name: str, about: str, labels: Labels = (), *, buckets: Iterable[float]) -> Histogram:
    """How much of something there is each time: `.observe(0.2)`."""
    if name not in _histograms:
        _histograms[name] = Histogram(PREFIX + name, about, labels, registry=REGISTRY, buckets=tuple(buckets))
    return _histograms[name]


def asked(function: Callable[[], Iterable[Reading]]) -> Callable[[], Iterable[Reading]]:
    """Decorator: `function` is called at each look, in the process that answers it. Keep it to a few statements."""
    _asked.append(function)
    return function


def sampled(function: Callable[[], None]) -> Callable[[], None]:
    """Decorator: `function` sets gauges, at most once a second, as its process answers, and when it is looked at."""
    _samplers.append(function)
    return function


def sample(*, at_once: bool = False) -> None:
    """Run the samplers if their second is over, or `at_once`. Nothing while another thread does."""
    global _last_sample  # noqa: PLW0603  one cheap look a request
    if not at_once and monotonic() - _last_sample < SAMPLE_EVERY:
        return
    if not _sampling.acquire(blocking=False):
        return
    try:
        _last_sample = monotonic()
        for function in _samplers:
            try:
                function()
            except Exception as error:  # nobody's page fails over a figure
                log.warning("figure_not_sampled", figure=function.__qualname__, error=repr(error))
    finally:
        _sampling.release()


# -- looking


def exposition() -> bytes:
    """Every figure in Prometheus' text format. A figure that cannot be asked for is left out, and counted."""
    sample(at_once=True)
    shared = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    counted = _of_all_processes(Path(shared)) if shared else generate_latest(REGISTRY)
    told = CollectorRegistry()
    told.register(_Asked())
    return bytes(counted + generate_latest(told))


class _Asked:
    """What `asked` functions say, as the library wants it."""

    def collect(self) -> Iterator[Metric]:
        families: dict[str, CounterMetricFamily | GaugeMetricFamily] = {}
        silent = 0
        for function in _asked:
            try:
                for reading in retrying.read_again(partial(_listed, function)):
                    _add(families, reading)
            except Exception as error:
                silent += 1
                log.warning("figure_not_told", figure=function.__qualname__, error=type(error).__name__)
        _add(families, Reading("figures_silent", "Groups of figures that could not be asked for.", silent))
        yield from families.values()


def _listed(function: Callable[[], Iterable[Reading]]) -> list[Reading]:
    return list(function())


def _add(families: dict[str, CounterMetricFamily | GaugeMetricFamily], reading: Reading) -> None:
    if reading.name not in families:
        family = CounterMetricFamily if reading.is_total else GaugeMetricFamily
        families[reading.name] = family(PREFIX + reading.name, reading.about, labels=list(reading.labels))
    families[reading.name].add_metric(list(reading.labels.values()), reading.value)


# -- processes that have ended


def _of_all_processes(folder: Path) -> bytes:
    with (folder / ".looking").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # nobody folds a file away while another reads it
        fold_the_dead(folder)
        counted = CollectorRegistry()
        MultiProcessCollector(counted, path=str(folder))
        return bytes(generate_latest(counted))


def fold_the_dead(folder: Path) -> None:
    """What ended processes counted goes into one file; what they had of something is no more.

    Else the folder would hold files of every process there ever was, and each look would read them all.
    """
    for file in folder.glob("*.db"):
        kind, _, process = file.stem.rpartition("_")
        if process.isdecimal() and not _lives(int(process)):
            if not kind.startswith("gauge"):
                _fold(file, folder / f"{kind}_{GONE}.db")
            file.unlink()


def _fold(file: Path, into: Path) -> None:
    kept = MmapedDict(str(into))
    try:
        for key, value, stamp, _ in MmapedDict.read_all_values_from_file(str(file)):
            before, _ = kept.read_value(key)
            kept.write_value(key, before + value, stamp)
    finally:
        kept.close()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, so it is there
        return True
    return True
