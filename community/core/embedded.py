"""What the one-process site needs and production does not."""

from pathlib import Path

from community.core import chance


def persistent_secret(path: Path) -> str:
    """The secret kept in `path`, made on first use, readable by its owner only."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(chance.token(48))
    return path.read_text()
