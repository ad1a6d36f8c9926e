"""The site on one machine in one process: SQLite, memory, local files. `make run` uses this."""

from community.core.embedded import persistent_secret
from community.settings.base import *  # noqa: F403
from community.settings.base import VAR_DIR, env

VAR_DIR.mkdir(parents=True, exist_ok=True)
DEBUG = env.bool("CONVOY_DEBUG", default=False)
SECRET_KEY = persistent_secret(VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.list("CONVOY_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
DEMO = env.bool("CONVOY_DEMO", default=True)

# WAL and IMMEDIATE: without them twenty clients meet "database is locked" within a second. Not mapped: each of a
# dozen connections would count the whole file as this process's memory.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / "convoy.sqlite3",
        "CONN_MAX_AGE": None,  # each of the few web threads keeps its connection
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-2000;"
                "PRAGMA temp_store=MEMORY"
            ),
        },
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
EMAIL_BACKEND = "community.core.mail.FolderEmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = "Convoy <convoy@localhost>"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
EMBEDDED_WORKER = True
# For trying things out in minutes that members do in days: many times what a member may write.
LIMITS_EASED = max(1, env.int("CONVOY_EASE_LIMITS", default=1))
PAGE_CACHE = not DEBUG  # who edits templates wants to see them
