"""The child is held by limits, and the parent survives whatever it does."""

import os
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from community.core import images
from community.core.images import BadImage, child, worker
from tests import hostile


def small_jpeg() -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, "JPEG")
    return out.getvalue()


def confined(
    code: str, *, cpu: int = 1, stdin: object = subprocess.DEVNULL
) -> subprocess.CompletedProcess[bytes]:
    """Run `code` in a process that has given its rights away like the worker does."""
    script = (
        "import runpy, sys; worker = type('W', (), runpy.run_path(sys.argv[1]));"
        f"sys.path.append(sys.argv[2]); worker.confine(cpu={cpu}, wall=20)\n{code}"
    )
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", script, str(child.WORKER), child._packages()],
        stdin=stdin, capture_output=True, timeout=30, check=False,
    )  # fmt: skip


def test_memory_is_limited() -> None:
    done = confined("bytearray(worker.MEMORY)")
    assert b"MemoryError" in done.stderr
    assert confined("bytearray(worker.MEMORY // 2)").returncode == 0


def test_processor_time_is_limited() -> None:
    assert confined("while True: pass").returncode == -24  # SIGXCPU


def test_files_cannot_be_written(tmp_path: Path) -> None:
    done = confined(f"open({str(tmp_path / 'x')!r}, 'w').write('x' * 10_000)")
    assert done.returncode != 0
    assert (tmp_path / "x").read_bytes() == b""


def test_nothing_can_be_opened_once_the_doors_are_closed() -> None:
    for attempt in ("open('/etc/passwd')", "import socket; socket.socket()", "import os; os.pipe()"):
        done = confined(f"import socket, os; worker.close_doors(); {attempt}")
        assert b"Too many open files" in done.stderr, attempt


def test_hard_limits_are_set_so_they_cannot_be_lifted() -> None:
    done = confined(
        "from resource import *; print(*[getrlimit(w)[1] for w in"
        " (RLIMIT_AS, RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_NPROC, RLIMIT_CORE)])"
    )
    assert done.stdout.split() == [b"268435456", b"2", b"0", b"0", b"0"]


# Every decoder of Pillow let in, as if the list of formats had a hole: the limits alone must hold.
EVERY_DECODER = """
import signal, sys
from PIL import Image
Image.init()
Image.MAX_IMAGE_PIXELS = None
image = Image.open(sys.stdin.buffer)
image.load()
"""


@pytest.mark.parametrize("file", hostile.images())
def test_the_limits_hold_even_if_every_decoder_were_let_in(file: Path) -> None:
    with file.open("rb") as stream:
        before = os.times()
        confined(EVERY_DECODER, cpu=worker.CPU_SECONDS, stdin=stream)
        after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    assert spent <= worker.CPU_SECONDS + 0.5  # and memory is capped by the kernel: test_memory_is_limited


@pytest.fixture
def as_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put another script in the worker's place: one that has been taken over by its picture."""

    def put(code: str) -> None:
        script = tmp_path / "worker.py"
        script.write_text(code)
        monkeypatch.setattr(child, "WORKER", script)
        monkeypatch.setattr(child, "WALL_SECONDS", 1.0)

    return put


def refusal() -> str:
    with pytest.raises(BadImage) as caught:
        images.process(small_jpeg())
    return caught.value.code


def test_a_child_that_hangs_is_killed(as_worker, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    as_worker(f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)")

    began = time.monotonic()
    assert refusal() == "slow"
    assert time.monotonic() - began < 10
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_a_child_that_stays_after_its_last_word_is_killed(as_worker) -> None:
    as_worker("import os, time; os.close(1); time.sleep(60)")
    assert refusal() == "slow"


def test_a_child_that_never_stops_talking_is_cut_off(as_worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MAX_ANSWER", 100_000)
    as_worker("import os\nwhile True: os.write(1, b'x' * 65536)")
    assert refusal() == "damaged"


def test_a_child_that_runs_out_of_processor_time_says_slow(as_worker) -> None:
    as_worker("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)")
    assert refusal() == "slow"


def test_a_child_that_crashes_means_a_damaged_picture(as_worker) -> None:
    as_worker("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert refusal() == "damaged"


def test_a_child_that_cannot_start_is_our_fault_and_logged(
    as_worker, caplog: pytest.LogCaptureFixture
) -> None:
    as_worker(f"import os; os._exit({worker.NOT_STARTED})")
    assert refusal() == "unavailable"
    assert "image worker" in caplog.text


def test_no_interpreter_is_our_fault_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(child.sys, "executable", "/nowhere/python")
    assert refusal() == "unavailable"
    assert "could not be started" in caplog.text


def test_a_full_disk_is_our_fault_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(child, "TemporaryFile", full)
    assert refusal() == "unavailable"
    assert "No space left" in caplog.text


WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0e\x00\x00\x00" + b"\x2f" * 14


def told(
    main: bytes = WEBP, thumb: bytes = WEBP, sizes: tuple[int, ...] = (1, 1, 1, 1), count: int = 2
) -> bytes:
    entries = worker.ENTRY.pack(*sizes[:2], len(main)) + worker.ENTRY.pack(*sizes[2:], len(thumb))
    return b"OK" + worker.COUNT.pack(count) + entries + main + thumb


LIES = {
    "nothing": b"",
    "an unknown word": b"HELLO",
    "half a header": b"OK\x00\x00",
    "a page": told(main=b"<html>" * 10),
    "a page behind the picture": told(thumb=WEBP + b"<script>"),
    "a comment inside": told(main=WEBP[:4] + b"\x2c\0\0\0" + WEBP[8:] + b"EXIF\x0a\0\0\0" + b"x" * 10),
    "a chunk longer than the file": told(main=WEBP[:16] + b"\xff" * 4 + WEBP[20:]),
    "an enormous size": told(sizes=(100_000, 1, 1, 1)),
    "no size": told(sizes=(0, 1, 1, 1)),
    "fewer pictures than were asked for": told(count=1),
    "pictures without end": told(count=2**32 - 1),
    "no picture": told(count=0),
    "too little": told()[:-1],
    "too much": told() + b"x",
}


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_what_the_child_says_is_not_believed(lie: str, as_worker) -> None:
    as_worker(f"import os; os.write(1, {LIES[lie]!r})")
    assert refusal() == "damaged"


def test_an_honest_answer_is_taken(as_worker) -> None:
    as_worker(f"import os; os.write(1, {told()!r})")
    assert images.process(small_jpeg()).main == WEBP


def test_an_unknown_reason_of_the_child_never_reaches_a_page(as_worker) -> None:
    as_worker("import os; os.write(1, b'NO<script>')")
    assert refusal() == "damaged"


def test_the_child_sees_no_environment(as_worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hush")
    as_worker(f"import os; os.write(1, {told()!r} if 'SECRET_KEY' not in os.environ else b'')")
    assert images.process(small_jpeg()).width == 1


def test_many_threads_at_once_each_get_their_own_picture() -> None:
    sizes = [16, 24, 32, 40, 48, 56]
    got: dict[int, int] = {}

    def upload(size: int) -> None:
        out = BytesIO()
        Image.new("RGB", (size, size)).save(out, "PNG")
        got[size] = images.process(out.getvalue()).width

    threads = [threading.Thread(target=upload, args=(size,)) for size in sizes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert got == {size: size for size in sizes}


def test_when_all_places_are_taken_the_answer_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(child, "WAIT_FOR_PLACE_SECONDS", 0.01)
    with child._place():
        assert refusal() == "busy"
    assert images.process(small_jpeg()).width == 64
