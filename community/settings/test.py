"""Settings for the test suite: SQLite in memory unless DATABASE_URL names PostgreSQL; nothing leaves the process."""

from pathlib import Path
from tempfile import mkdtemp

from community.settings.base import *  # noqa: F403
from community.settings.base import env

SECRET_KEY = "test-only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES = {"default": env.db("DATABASE_URL", default="sqlite://:memory:")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "Convoy <convoy@localhost>"
VAR_DIR = Path(mkdtemp(prefix="convoy-test-"))
MEDIA_ROOT = VAR_DIR / "media"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
EMBEDDED_WORKER = False
LINK_CARDS = False  # their own tests switch them on
PAGE_CACHE = False  # its own tests put it before the site themselves
DEMO = True
STEADY_SECONDS = 0
ERASED_LIST = str(VAR_DIR / "erased.jsonl")
STORAGES = STORAGES | {  # noqa: F405
    "exports": {
        "BACKEND": "community.core.storage.LocalStorage",
        "OPTIONS": {"location": str(VAR_DIR / "exports"), "file_permissions_mode": 0o600},
    }
}
