"""What is served is what the sources say, small enough, and ours or pinned."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
BUILD = json.loads((STATIC / "dist/BUILD.json").read_text())
# Compressed: what a thread page needs, and what one needs on which one writes.
LIMITS = {"app.css": 40 * 1024, "app.js": 60 * 1024, "write.css": 16 * 1024, "write.js": 20 * 1024}


def sources(name: str) -> list[Path]:
    folder, ending = ("css", ".css") if name.endswith(".css") else ("js", ".js")
    found = (path for path in (STATIC / folder).rglob(f"*{ending}") if "tests" not in path.parts)
    return sorted(found, key=lambda path: path.relative_to(STATIC).as_posix())


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_the_build_is_newer_than_its_sources(name):
    digest = hashlib.sha256()
    for path in sources(name):
        digest.update(f"{path.relative_to(STATIC).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    assert digest.hexdigest() == BUILD[name]["sources"], "static/dist is stale: npm run build"


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_the_build_is_what_was_built(name):
    assert hashlib.sha256((STATIC / "dist" / name).read_bytes()).hexdigest() == BUILD[name]["sha256"]


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_the_build_stays_small(name):
    assert len(gzip.compress((STATIC / "dist" / name).read_bytes(), 9)) <= LIMITS[name]


def test_the_sheet_names_nothing_outside_the_site():
    css = (STATIC / "dist/app.css").read_text()
    assert "http" not in css.replace("http://www.w3.org", "").replace('[href^="http"]', "").replace(
        "[href^=http]", ""
    )
    assert "url(" not in css


def test_every_component_sheet_is_imported():
    app = (STATIC / "css/app.css").read_text()
    imported = set(re.findall(r'@import "([^"]+)"', app))
    there = {
        path.relative_to(STATIC / "css").as_posix()
        for path in (STATIC / "css").rglob("*.css")
        if path.name not in ("app.css", "write.css")
    }
    assert there == imported


def test_vendored_files_are_the_pinned_ones():
    lines = (STATIC / "vendor/CHECKSUMS").read_text().split()
    listed = dict(zip(lines[1::2], lines[::2], strict=True))
    there = {path.name for path in (STATIC / "vendor").glob("*.js")}
    assert there == set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest
