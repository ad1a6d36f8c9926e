"""What a site without Elasticsearch holds in memory of it: nothing."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.browser.site import ROOT

ASKED = """
import sys, django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
from community.search import engine
print(sorted(name for name in sys.modules if name.split(".")[0] in ("elasticsearch", "elastic_transport")))
"""


def test_the_library_of_elasticsearch_is_not_imported_without_one(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    env = kept | {"DJANGO_SETTINGS_MODULE": "community.settings.embedded", "CONVOY_VAR": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip().splitlines()[-1] == "[]"
