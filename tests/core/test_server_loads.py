"""What a server has done before its first visitor."""

import os
import subprocess
import sys
from pathlib import Path

SAYS = """
import sys
from community.core.server import {make}
{make}()
print("community.files.views.mine" in sys.modules, "forum.views.writing" in sys.modules)
"""


def test_every_address_is_loaded_before_the_first_visitor() -> None:
    """Importing the views takes as long as several uploads: nobody waits for it."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "community.settings.test"}
    for make in ("wsgi_site", "asgi_site"):
        ran = subprocess.run(
            [sys.executable, "-c", SAYS.format(make=make)],
            cwd=Path(__file__).resolve().parents[2],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.stdout.split()[-2:] == ["True", "True"], ran.stderr[-1000:]
