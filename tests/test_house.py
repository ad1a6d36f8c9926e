"""The house rules a linter does not know: sizes, secrets of the workshop, one clock, one write path."""

import ast
import re
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("community", "forum", "polls", "activity", "moderation")
LONGEST = 400
REGISTRIES = (
    "py" + "pi.org",
    "pythonhosted",
    "npm" + "js.",
    "maven.org",
    "maven.apache.org/maven2",
    "deb.debian",
)
DOWNLOADS = ("--index" + "-url", "--extra-index", "--find" + "-links", '"resolved"' + ":")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that is or is about to be committed, the vendored ones left out."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = (ROOT / name for name in listing.split("\0") if name)
    return tuple(path for path in paths if path.is_file() and "vendor" not in path.parts)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def having(*suffixes: str) -> list[Path]:
    return [path for path in tracked() if path.suffix in suffixes]


@cache
def modules() -> dict[Path, ast.Module]:
    """The parsed sources of the site itself, without its migrations."""
    sources = [path for path in having(".py") if path.relative_to(ROOT).parts[0] in ROOMS]
    return {path: ast.parse(path.read_text()) for path in sources if "migrations" not in path.parts}


def imported(tree: ast.AST) -> Iterator[str]:
    """Full names of what a module imports: `from a import b` gives `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Dotted names of what is called, with the line: `a.b()` gives `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def where(matches: str) -> list[tuple[Path, ast.Module]]:
    """The site's modules whose path matches."""
    return [(path, tree) for path, tree in modules().items() if re.search(matches, named(path))]


def test_files_stay_readable_in_one_sitting() -> None:
    sources = [path for path in having(".py", ".js", ".css") if "migrations" not in path.parts]
    long = {named(path): len(path.read_text().splitlines()) for path in sources}
    assert sources
    assert not {name: lines for name, lines in long.items() if lines > LONGEST}


ANYWHERE = {
    Path("/"),
    Path(tempfile.gettempdir()),
}  # where a checkout may stand without its place saying anything


def test_no_workshop_details_are_committed() -> None:
    homes = [str(place) + "/" for place in (ROOT.parent, Path.home()) if place not in ANYWHERE]
    forbidden = [*homes, *REGISTRIES, *DOWNLOADS]
    found = []
    for path in tracked():
        if path == Path(__file__) or path.suffix in {".webp", ".jpg", ".png", ".avif", ".ico", ".woff2"}:
            continue
        text = path.read_text(errors="replace")
        found += [f"{named(path)}: {word}" for word in forbidden if word in text]
    assert not found


def test_python_locks_hold_hashes_and_no_addresses() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert {lock.name for lock in locks} >= {"base.txt", "dev.txt"}
    for lock in locks:
        text = lock.read_text()
        assert "://" not in text, lock.name
        for requirement in re.findall(r"^[a-z0-9][^\n]*$", text, re.MULTILINE):
            assert re.match(r"^[\w.-]+(\[[\w,-]+\])?==\S+ .*\\$", requirement), f"{lock.name}: {requirement}"
        assert text.count("==") <= text.count("--hash=sha256:")


def test_every_python_requirement_is_pinned_and_locked() -> None:
    for source in sorted((ROOT / "requirements").glob("*.in")):
        lock = source.with_suffix(".txt").read_text().lower()
        lines = [line.split("#")[0].strip() for line in source.read_text().splitlines()]
        for line in filter(None, lines):
            if line.startswith("-"):
                continue
            name, pinned, version = line.partition("==")
            assert pinned, f"{source.name}: {line} names no version"
            bare = name.partition("[")[0].lower()
            assert re.search(rf"^{re.escape(bare)}(\[[^\]]*\])?=={re.escape(version)}[ ;]", lock, re.M), line


def test_every_room_has_its_storey() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = " ".join(contracts["contracts"][0]["layers"])
    rooms = {f"community.{path.parent.name}" for path in (ROOT / "community").glob("*/__init__.py")}
    rooms |= {path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"}
    listed = set(re.findall(r"[\w.]+", layers))
    assert not rooms - {"community"} - listed
    present = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert set(contracts["root_packages"]) == present


def test_migrations_have_real_names_and_stand_alone() -> None:
    for path in having(".py"):
        if path.parent.name != "migrations" or path.stem.startswith("_"):
            continue
        assert re.match(r"^\d{4}_(?!auto_)[a-z]", path.stem), named(path)
        inner = [name for name in imported(ast.parse(path.read_text())) if name.split(".")[0] in ROOMS]
        # What columns default to has a room of its own, whose names are as fixed as the columns'.
        assert not [name for name in inner if not re.search(r"^community\.core\.clock$|\.defaults$", name)], (
            path
        )


def test_time_and_chance_come_from_one_place() -> None:
    bare = {
        "timezone.now",
        "datetime.now",
        "datetime.utcnow",
        "date.today",
        "time.time",
    }
    for path, tree in modules().items():
        if named(path) in {"community/core/clock.py", "community/core/chance.py"}:
            continue
        used = [
            f"{named(path)}:{line} {name}" for name, line in calls(tree) if name in bare and "(" not in name
        ]
        assert not used
        drawn = {name for name in imported(tree) if name.split(".")[0] in {"random", "secrets"}}
        assert not drawn, f"{named(path)} draws chance by itself: {drawn}"


def test_effects_do_not_hide_in_signals_or_save() -> None:
    signals = re.compile(r"django\.db\.models\.signals\.(pre|post)_(save|delete)|.*\.m2m_changed")
    for path, tree in modules().items():
        if named(path) == "community/editorial/handlers.py":
            continue  # Wagtail saves its pages itself: its signals become facts here
        assert not [name for name in imported(tree) if signals.match(name)], named(path)


def test_only_the_outbound_client_opens_connections() -> None:
    clients = re.compile(r"(urllib\.request|http\.client|smtplib|ftplib|telnetlib)(\.|$)")
    dialling = {"socket.socket", "socket.create_connection", "socket.getaddrinfo"}
    for path, tree in modules().items():
        if re.match(
            r"community/core/(outbound|doctor|embedded|management/commands/(serve|doctor))", named(path)
        ):
            continue
        reached = [name for name in imported(tree) if clients.match(name) and not name.endswith("Exception")]
        reached += [name for name, _ in calls(tree) if name in dialling]
        assert not reached, f"{named(path)}: {reached}"


def test_views_and_readers_do_not_write() -> None:
    writes = re.compile(
        r".*\.(save|bulk_create|bulk_update|get_or_create|update_or_create)$|.*\.objects\.create$"
    )
    readers = where(r"/(views|queries|access|policy|templatetags|feeds|context|forms)(/.*)?(\.py)?$")
    assert readers
    for path, tree in readers:
        # A form of Django's own saves through its action; sessions are not domain rows.
        found = [f"{named(path)}:{line} {name}" for name, line in calls(tree) if writes.match(name)]
        assert not [hit for hit in found if "super().save" not in hit]


def test_pure_rules_know_no_database_and_no_request() -> None:
    for path, tree in where(r"/(policy|scoring|tally)(/.*)?\.py$"):
        impure = [name for name in imported(tree) if re.match(r"django\.(db|http|contrib|core\.cache)", name)]
        assert not impure, f"{named(path)}: {impure}"


def test_html_is_declared_safe_only_where_it_was_made() -> None:
    core = r"core/(text/|templatetags/|display|hot|moulds|pieces|ways)"
    makers = rf"^(community/({core}|editorial/richtext|search/snippets)|(forum|polls)/drawing)"
    for path, tree in modules().items():
        declared = [line for name, line in calls(tree) if name.split(".")[-1] in {"mark_safe", "SafeString"}]
        assert not declared or re.search(makers, named(path)), f"{named(path)}:{declared}"


def test_nothing_is_translated_inside_an_f_string() -> None:
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                said = [
                    name for name, _line in calls(node) if re.search(r"(^|\.)(_|n?p?gettext(_lazy)?)$", name)
                ]
                assert not said, f"{named(path)}:{node.lineno}: the catalogue's collector does not read there"


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ("only stored renderings are marked safe", r"(?<!\.html)(?<!\.help_text)\s*\|\s*safe(seq)?\b"),
        ("escaping is never switched off", r"autoescape off"),
        ("no inline styles", r"\sstyle\s*="),
        ("no inline event handlers", r"<[^>]*\son[a-z]+\s*="),
        ("no inline scripts", r"<script(?![^>]*(\ssrc=|type=\"application/(ld\+)?json\"))"),
        ("no inline style sheets", r"<style\b"),
        ("nothing is loaded from elsewhere", r"<(script|link|img|iframe)[^>]*\s(src|href)=\"(https?:)?//"),
    ],
)
def test_templates(rule: str, pattern: str) -> None:
    pages = [path for path in having(".html") if "templates" in path.parts and "email" not in path.parts]
    assert pages
    found = []
    for path in pages:
        text = path.read_text()
        if pattern.startswith(("<", r"\s")):  # about the markup: tags of the template language are none
            text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", text)
        if re.search(pattern, text):
            found.append(named(path))
    assert not found, rule


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
    sources = having(".py", ".html", ".js", ".css", ".sh")
    assert not [named(path) for path in sources if later.search(path.read_text())]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/operators.md"])
def test_guides_name_only_what_exists(page: str) -> None:
    text = (ROOT / page).read_text()
    tops = {path.relative_to(ROOT).parts[0] for path in tracked()}
    shown = re.findall(r"`([\w./-]+)`|\]\(([\w./-]+)\)|src=\"([\w./-]+)\"", text)
    paths = {name for names in shown for name in names if name.split("/")[0] in tops}
    assert not {name for name in paths if not (ROOT / name).exists()}
    commands = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))
    assert paths or commands
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert not commands - targets


def test_the_operators_guide_names_every_figure() -> None:
    """`convoy_pool_waiters` `_idle` in one row stand for convoy_pool_idle too."""
    ours = [path for path in having(".py") if "tests" not in path.parts and path.name != "metrics.py"]
    source = "\n".join(path.read_text() for path in ours)
    names = {
        f"convoy_{name}"
        for name in re.findall(r'metrics\.(?:counter|gauge|histogram|Reading)\(\s*"(\w+)"', source)
    }
    guide = (ROOT / "docs/operators.md").read_text()
    rows = re.findall(r"^\| (`convoy_[^|]*)\|", guide, re.MULTILINE)
    named = set()
    for row in rows:
        first, *rests = re.findall(r"`(\w+)(?:{[^`]*)?`", row)
        named |= {first, *rests} | {first[:end] + rest for rest in rests for end in range(len(first))}
    assert names
    assert not names - named


def test_the_operators_guide_names_every_production_variable() -> None:
    source = (ROOT / "community/settings/production.py").read_text()
    names = set(re.findall(r'_(?:need|text|number|yes)\("([A-Z_]+)"', source))
    guide = (ROOT / "docs/operators.md").read_text()
    assert names
    assert not {name for name in names if name not in guide}
