"""Tell a port of this machine that is free and will probably stay so until it is used, which may be minutes later.

    free_port.py var/stack/*.port     none that these files hold: what was kept and nobody listens on yet

Not one of those the system hands out itself: what it gave away a moment ago it gives to the next that asks.
"""

import random
import socket
import sys
from contextlib import suppress
from pathlib import Path

LOWEST, SYSTEM = 10_000, 32_768


def main() -> None:
    """By chance: two who look at once find different ones."""
    first = SYSTEM
    with suppress(OSError, ValueError, IndexError):
        first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    kept = {path.read_text().strip() for path in map(Path, sys.argv[1:]) if path.is_file()}
    below = [port for port in range(LOWEST, first) if str(port) not in kept]
    for port in [*random.sample(below, min(200, len(below))), 0]:
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            sys.stdout.write(f"{found.getsockname()[1]}\n")
            return


if __name__ == "__main__":
    main()
