"""One upload in a process of its own that ends itself with -9 at a named step. For `test_uploads_killed`.

python -m tests.faults.uploading answer    runs `upload "half stored"` and the like, line by line
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from tests.faults.answering import answer

STEPS = (
    "received", "looked at", "half stored", "stored", "row written", "row committed", "decoded",
    "half a size stored", "one size stored", "all sizes stored", "sizes committed",
)  # fmt: skip


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def grace() -> timedelta:
    from community.files.actions import sweeping

    return sweeping.GRACE


def _before(place: Any, name: str) -> None:
    def dying(*_args: Any, **_kwargs: Any) -> None:
        die()

    setattr(place, name, dying)


def _after(place: Any, name: str, *, calls: int = 1) -> None:
    real: Callable[..., Any] = getattr(place, name)
    left = [calls]

    def acting(*args: Any, **kwargs: Any) -> Any:
        done = real(*args, **kwargs)
        left[0] -= 1
        if left[0] <= 0:
            die()
        return done

    setattr(place, name, acting)


def _set(step: str) -> None:
    """Put the end of this process where the step is."""
    from community.core import images, storage
    from community.files import store
    from community.files.actions import making, receiving
    from community.files.models import Upload

    match step:
        case "received":
            _before(receiving, "_look")
        case "looked at":
            _after(receiving, "_look")
        case "half stored":
            _before(storage.os, "fsync")
        case "stored":
            _after(store, "put")
        case "row written":
            _after(Upload, "save")
        case "row committed":
            _after(receiving, "_keep")
        case "decoded":
            _after(images, "process")
        case "half a size stored":
            images_process = images.process

            def process(*args: Any, **kwargs: Any) -> Any:
                made = images_process(*args, **kwargs)
                _before(storage.os, "fsync")
                return made

            images.process = process
        case "one size stored":
            _after(store, "put", calls=2)  # the received file was the first
        case "all sizes stored":
            _before(making, "_settle")
        case "sizes committed":
            _after(making, "_settle")


def begin() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.builders.members import a_member

    a_member(name="Photographer")


def upload(step: str) -> None:
    from django.core.files.base import ContentFile

    from community.core.tasks.testing import run_due
    from community.files import actions
    from community.members.models import Member
    from tests.builders.files import photo

    owner, data = Member.objects.get(name="Photographer"), photo()
    _set(step)
    actions.receive_upload(owner=owner, file=ContentFile(data), name="a.jpg")
    run_due()


def recover() -> None:
    from community.core import clock
    from community.core.tasks import beats
    from community.core.tasks.testing import run_due
    from community.files import actions

    with clock.frozen(clock.now() + timedelta(hours=1)):
        beats.reap("")
    with clock.frozen(clock.now() + timedelta(hours=2)):
        run_due()
        actions.sweep()
    check()


def check() -> None:
    """Every row has its files, whole; every file its row; nothing half-written is left."""
    from pathlib import Path

    from django.conf import settings
    from PIL import Image

    from community.files import store
    from community.files.models import State, Upload

    root = Path(settings.MEDIA_ROOT)
    there = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    rows = list(Upload.objects.kept())
    assert all(row.state == State.READY for row in rows), [row.state for row in rows]
    named = {name for row in rows for name in store.names_of(row)}
    assert there - named == set(), f"strays: {there - named}"
    assert named - there == set(), f"missing: {named - there}"
    for name in named:
        with Image.open(root / name) as image:
            image.load()


def run(words: Sequence[str]) -> None:
    what, step = words
    if what == "upload":
        upload(step)
    else:
        {"begin": begin, "recover": recover, "check": check}[what]()


def main() -> None:
    import django

    django.setup()
    answer(run)


if __name__ == "__main__":
    main()
