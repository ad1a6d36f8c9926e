"""What deploy/ says fits the code: every variable, every room, and nothing that would run as root or be lost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.required import need
from tests.test_production_settings import WHOLE, load

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: told for name, told in SERVICES.items() if "convoy" in told["image"]}
EXAMPLE = dict(re.findall(r"^([A-Z_]+)=(.*)$", (DEPLOY / "env.example").read_text(), re.MULTILINE))
MENTIONED = set(re.findall(r"^(?:# )?([A-Z_]+)=", (DEPLOY / "env.example").read_text(), re.MULTILINE))


def given_to(service: str) -> set[str]:
    return set(EXAMPLE) | set(OURS[service].get("environment", {}))


@pytest.mark.parametrize("service", OURS)
def test_every_process_gets_what_production_demands(service: str) -> None:
    assert OURS[service]["env_file"] == ".env"
    assert set(WHOLE) - given_to(service) == set()


def test_the_example_names_everything_that_must_be_set() -> None:
    assert set(WHOLE) - MENTIONED == set()
    asked = set(re.findall(r"\$\{([A-Z_]+):\?", (DEPLOY / "compose.yaml").read_text()))
    assert asked and asked - set(EXAMPLE) == set(), "compose would not start from a filled-in example"


def test_a_filled_in_example_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    filled = {name: value.strip('"') or WHOLE.get(name, "filled") for name, value in EXAMPLE.items()}
    for name, value in OURS["web"]["environment"].items():
        filled[name] = re.sub(r"\$\{(\w+)[^}]*\}", lambda found: filled.get(found[1], "8"), str(value))
    assert load(monkeypatch, **filled)["problems"] == []


def test_the_example_holds_no_secret() -> None:
    assert {
        name: EXAMPLE[name] for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "EMAIL_URL")
    } == {
        "SECRET_KEY": "",
        "POSTGRES_PASSWORD": "",
        "REDIS_PASSWORD": "",
        "EMAIL_URL": "",
    }


@pytest.mark.parametrize("service", OURS)
def test_our_processes_are_confined(service: str) -> None:
    told = OURS[service]
    assert told["user"] == "10001:10001" and told["read_only"] and told["cap_drop"] == ["ALL"]
    assert told["security_opt"] == ["no-new-privileges:true"] and told["mem_limit"]
    assert not told.get("ports") and not told.get("privileged")


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"migrate", "tools"}))
def test_services_are_bounded_and_come_back(service: str) -> None:
    told = SERVICES[service]
    assert told["mem_limit"] and told["restart"] == "unless-stopped"
    assert told["logging"]["options"]["max-size"], "logs would fill the disk"


@pytest.mark.parametrize("service", ["caddy", "web", "web2", "live", "postgres", "redis", "elasticsearch"])
def test_what_others_wait_for_says_whether_it_is_well(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"]


def test_caddy_knows_every_page_container_by_name() -> None:
    told = SERVICES["caddy"]["environment"]["CONVOY_WEB"].split()
    assert told == [f"{name}:8000" for name in SERVICES if name.startswith("web")] and len(told) == 2
    assert {f"{name}:8000" for name in SERVICES["caddy"]["depends_on"]} >= set(told)
    assert EXAMPLE["CONVOY_WEB_PROCESSES"] == "1", "what shares a socket cannot be handed out evenly"


def test_databases_are_reached_from_inside_only() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for service in ("postgres", "redis", "elasticsearch"):
        assert SERVICES[service]["networks"] == ["inside"] and "ports" not in SERVICES[service]
    assert SERVICES["caddy"]["networks"] == ["front"], "the proxy has no business with a database"
    net = COMPOSE["networks"]["front"]["ipam"]["config"][0]["subnet"]
    assert OURS["web"]["environment"]["CONVOY_PROXY_NETS"] == net


def test_volumes_are_declared_and_data_is_in_them() -> None:
    told = [str(volume) for service in SERVICES.values() for volume in service.get("volumes", [])]
    used = {re.sub(r"\$\{\w+:-(\w+)\}", r"\1", volume).partition(":")[0] for volume in told}
    assert {name for name in used if name.isalpha()} == set(COMPOSE["volumes"])
    assert "database:/var/lib/postgresql/data" in SERVICES["postgres"]["volumes"]
    assert all("uploads:/var/lib/convoy/media" in told["volumes"] for told in OURS.values())


def test_the_user_of_the_image_may_write_wherever_it_is_sent() -> None:
    """A folder that is made for a mount belongs to root; a volume belongs to whom the image's folder belongs."""
    made = {
        word
        for line in re.findall(r"install -d -o convoy (.*?)(?: \\)?$", DOCKERFILE, re.MULTILINE)
        for word in line.split()
        if word.startswith("/")
    }
    for name, told in OURS.items():
        for volume in told["volumes"]:
            source, _, target = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", volume).partition(":")
            assert source in COMPOSE["volumes"], (name, volume)
            assert target in made, (name, volume)


def test_pools_fit_the_servers_connections() -> None:
    words = SERVICES["postgres"]["command"]
    (most,) = [int(word.partition("=")[2]) for word in words if str(word).startswith("max_connections=")]
    web = int(EXAMPLE["CONVOY_WEB_PROCESSES"])
    assert (web + len({"live", "worker", "migrate", "tools"})) * int(EXAMPLE["CONVOY_POOL"]) <= most - 3


# -- the image


DOCKERFILE = (DEPLOY / "Dockerfile").read_text()


def test_the_image_is_built_from_hashed_locks_and_does_not_run_as_root() -> None:
    assert "--require-hashes" in DOCKERFILE and "requirements/base.txt" in DOCKERFILE
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER convoy$", last, re.MULTILINE) and "npm" not in DOCKERFILE
    assert "COPY --from=build" in last and "pip" not in last


def test_every_room_is_in_the_image() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    wanted = {
        *told["tool"]["importlinter"]["root_packages"],
        "static",
        "manage.py",
        "deploy/gunicorn.conf.py",
    }
    assert wanted - let_in == set()
    assert not [name for name in let_in if name.startswith(("tests", "var", ".git"))]


def test_every_variable_of_the_build_is_enough_to_collect(monkeypatch: pytest.MonkeyPatch) -> None:
    step = DOCKERFILE[DOCKERFILE.index("SECRET_KEY=$") :].partition("manage.py")[0]
    given = dict(re.findall(r"([A-Z_]+)=([^\s$]+)", step))
    given.pop("DJANGO_SETTINGS_MODULE")
    assert (
        load(monkeypatch, **(dict.fromkeys(WHOLE) | {"SECRET_KEY": WHOLE["SECRET_KEY"]} | given))["problems"]
        == []
    )


# -- the proxy


def test_the_proxy_knows_its_words() -> None:
    need("stack", shutil.which("caddy"), "caddy is not installed here")
    told = {name: str(value) for name, value in SERVICES["caddy"]["environment"].items()}
    environment = (
        os.environ | told | {"CONVOY_SITE": "http://localhost:0", "CONVOY_CADDY": str(DEPLOY / "caddy")}
    )
    ran = subprocess.run(
        ["caddy", "adapt", "--config", DEPLOY / "caddy/Caddyfile", "--adapter", "caddyfile"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert ran.returncode == 0, ran.stderr
    formatted = subprocess.run(
        ["caddy", "fmt", DEPLOY / "caddy/Caddyfile"], capture_output=True, text=True, check=True, timeout=30
    )
    assert formatted.stdout == (DEPLOY / "caddy/Caddyfile").read_text()


@pytest.mark.parametrize("script", ["stack.sh", "services.sh", "environment.sh"])
def test_scripts_parse_and_tell_how_they_are_used(script: str) -> None:
    subprocess.run(["bash", "-n", DEPLOY / script], check=True, timeout=20)
    assert os.access(DEPLOY / script, os.X_OK)


def test_a_port_kept_for_later_is_nobody_elses(tmp_path: Path) -> None:
    """Chosen at the start, used once a community moved in: meanwhile any connection may take one of the system's."""
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    kept, *ports = range(first - 3, first)
    (tmp_path / "mail.port").write_text(f"{kept}\n")
    for script in ("stack.sh", "services.sh"):
        line = re.search(r"^free_port\(\) .*$", (DEPLOY / script).read_text(), re.MULTILINE)
        assert line
        # The lowest raised, so that there are three to choose from.
        (tmp_path / "deploy").mkdir(exist_ok=True)
        few = (
            (DEPLOY / "free_port.py")
            .read_text()
            .replace("LOWEST, SYSTEM = 10_000", f"LOWEST, SYSTEM = {kept}")
        )
        (tmp_path / "deploy/free_port.py").write_text(few)
        told = subprocess.run(
            [
                "bash",
                "-c",
                f"root=$1 state=$1; {line[0]}\nfor _ in 1 2 3 4 5; do free_port; done",
                "-",
                tmp_path,
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        found = [int(port) for port in told.stdout.split()]
        assert len(found) == 5 and {*found} <= {*ports}


def test_what_each_picture_imports_lies_compiled() -> None:
    """The child that reads a picture writes nothing: what it imports of others is compiled when it is installed."""
    worker = (ROOT / "community/core/images/worker.py").read_text()
    imported = set(re.findall(r"^ +from (\w+)(?:\.\w+)* import", worker, re.MULTILINE)) - {"community"}
    compiled = re.search(r'^compiled="([\w ]+)"$', (DEPLOY / "environment.sh").read_text(), re.MULTILINE)
    assert compiled and set(compiled[1].split()) == imported
    assert "compileall -q ." in (DEPLOY / "Dockerfile").read_text()
