"""The site for real. Everything comes from the environment; all that is missing or unsafe is named."""

import re
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from community.core.logs import logging_config
from community.settings.base import *  # noqa: F403
from community.settings.base import VAR_DIR, env

problems: list[str] = []


def _text(name: str) -> str:
    value: str = env.str(name, default="").strip()
    return value


def _need(name: str, hint: str) -> str:
    value = _text(name)
    if not value:
        problems.append(f"{name} is missing. {hint}")
    return value


def _number(name: str, default: int, *, least: int = 0) -> int:
    value = _text(name) or str(default)
    if not value.isdecimal() or int(value) < least:
        problems.append(f"{name} is not a whole number from {least} up: {value!r}.")
        return default
    return int(value)


def _yes(name: str, *, default: bool) -> bool:
    value = _text(name).lower()
    if value and value not in ("1", "0", "true", "false", "yes", "no", "on", "off"):
        problems.append(f"{name} is neither yes nor no: {value!r}.")
    return value in ("1", "true", "yes", "on") if value else default


def _secret() -> str:
    hint = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(60))'."
    secret = _need("SECRET_KEY", hint)
    if secret and (len(secret) < 50 or len(set(secret)) < 10 or "insecure" in secret.lower()):
        problems.append(f"SECRET_KEY is weak: at least 50 random characters. {hint}")
    return secret


def _hosts() -> list[str]:
    names = _need("CONVOY_HOSTS", "The host names this site answers to, with commas: community.example.org.")
    hosts = [name.strip() for name in names.split(",") if name.strip()]
    for host in hosts:
        if host in ("*", ".") or "/" in host or ":" in host.strip("[]"):
            problems.append(f"CONVOY_HOSTS holds {host!r}: write plain host names, never '*'.")
    return hosts


def _base_url(hosts: list[str]) -> str:
    url = _need("CONVOY_BASE_URL", "How people reach the site: https://community.example.org.").rstrip("/")
    parts = urlsplit(url)
    if not url:
        return url
    if parts.scheme != "https" or not parts.hostname or parts.path or parts.query:
        problems.append("CONVOY_BASE_URL is https:// and a host name, without a path.")
    elif hosts and not any(
        parts.hostname == host or (host.startswith(".") and f".{parts.hostname}".endswith(host))
        for host in hosts
    ):
        problems.append(f"CONVOY_BASE_URL names {parts.hostname}, which is not in CONVOY_HOSTS.")
    return url


def _database() -> dict[str, Any]:
    url = _need("DATABASE_URL", "postgres://user:password@host:5432/name; PostgreSQL 15 or newer.")
    if not url:
        return {}
    if urlsplit(url).scheme not in ("postgres", "postgresql", "psql", "pgsql"):
        problems.append(
            "DATABASE_URL does not name PostgreSQL (postgres://…): SQLite is for the embedded site."
        )
        return {}
    try:
        database: dict[str, Any] = env.db_url_config(url)
    except (ValueError, ImproperlyConfigured):
        database = {}
    if not database.get("NAME"):
        problems.append("DATABASE_URL names no database: postgres://user:password@host:5432/name.")
    most = _number("CONVOY_POOL", 8, least=1)
    timeout = _number("CONVOY_STATEMENT_TIMEOUT", 0)
    options = database.setdefault("OPTIONS", {})
    # A hard cap: at a rush requests wait for a connection, and the server never answers "too many clients".
    # Given up soon, a connection that cannot be made is tried afresh by the next request, not minutes later.
    options["pool"] = {
        "min_size": 1,
        "max_size": most,
        "timeout": 10,
        "reconnect_timeout": 5,
        "max_lifetime": 1800,
    }
    limits = [f"-c statement_timeout={timeout}s"] if timeout else []
    # Compiling a plan to machine code pays for reports, never for a page: it made one cost thirty times as much. And a
    # bound statement is planned once: left to choose, the server takes lists for so dear that it plans them at each page.
    planning = ["-c jit=off", "-c plan_cache_mode=force_generic_plan"]
    options["options"] = " ".join([*limits, "-c idle_in_transaction_session_timeout=60s", *planning])
    options["prepare_threshold"] = 1  # for `core.prepared`, whose statements come again and again
    database |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "ATOMIC_REQUESTS": False}
    return database


def _cache() -> dict[str, Any]:
    url = _need("REDIS_URL", "redis://host:6379/0; cache, rate limits and live pages go through it.")
    if url and urlsplit(url).scheme not in ("redis", "rediss", "unix"):
        problems.append("REDIS_URL is redis://, rediss:// or unix://.")
    return {
        "BACKEND": "community.core.caches.RestingRedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "convoy",
        # Short: a Redis that hangs must not hang the pages with it.
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1.0, "health_check_interval": 30},
    }


def _elasticsearch() -> str:
    url = _text("ELASTICSEARCH_URL")
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).port):
        problems.append(
            "ELASTICSEARCH_URL is http(s)://host:port, with user:password@ where it asks for one."
        )
    return url


def _index() -> str:
    name = _text("ELASTICSEARCH_INDEX") or "convoy-search"
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,99}", name):
        problems.append(f"ELASTICSEARCH_INDEX is small letters, digits and hyphens: {name!r}.")
    return name


def _mail() -> dict[str, Any]:
    url = _need("EMAIL_URL", "smtp+tls://user:password@host:587; people sign in by mailed codes.")
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps", "smtp+tls", "smtp+ssl") or not parts.hostname:
        problems.append("EMAIL_URL is smtp://, smtp+tls:// or smtp+ssl:// and a host name.")
        return {}
    told: dict[str, Any] = env.email_url_config(url)
    told["EMAIL_TIMEOUT"] = _number("CONVOY_EMAIL_TIMEOUT", 10, least=1)
    told.pop("OPTIONS", None)
    told["EMAIL_BACKEND"] = "community.core.mail.HoldingEmailBackend"
    return told


def _sender() -> str:
    sender = _need("DEFAULT_FROM_EMAIL", 'What mail is from: "Aurora Community <community@example.org>".')
    if sender and "@" not in parseaddr(sender)[1]:
        problems.append("DEFAULT_FROM_EMAIL holds no e-mail address.")
    return sender


def _uploads() -> dict[str, Any]:
    """A folder; or one private bucket of an object store, by four variables."""
    bucket, endpoint = _text("CONVOY_S3_BUCKET"), _text("CONVOY_S3_ENDPOINT")
    told = {"access_key": _text("CONVOY_S3_KEY"), "secret_key": _text("CONVOY_S3_SECRET")}
    if not bucket:
        for name in ("CONVOY_S3_ENDPOINT", "CONVOY_S3_KEY", "CONVOY_S3_SECRET", "CONVOY_S3_REGION"):
            if _text(name):
                problems.append(
                    f"{name} is set, and CONVOY_S3_BUCKET is missing: uploads would go to a folder."
                )
        return {"BACKEND": "community.core.storage.LocalStorage"}
    for name, key in {"CONVOY_S3_KEY": "access_key", "CONVOY_S3_SECRET": "secret_key"}.items():
        if not told[key]:
            problems.append(f"{name} is missing. The bucket {bucket} is private, and asks for it.")
    if endpoint and urlsplit(endpoint).scheme not in ("http", "https"):
        problems.append("CONVOY_S3_ENDPOINT is https:// and a host name; leave it out for Amazon's own.")
    if find_spec("storages") is None or find_spec("boto3") is None:
        problems.append(
            "CONVOY_S3_BUCKET needs the extras: pip install --require-hashes -r requirements/extras.txt."
        )
    told |= {"bucket_name": bucket, "region_name": _text("CONVOY_S3_REGION") or "us-east-1"}
    return {
        "BACKEND": "community.core.bucket.BucketStorage",
        "OPTIONS": told | {"endpoint_url": endpoint or None},
    }


def _copies(media: Path) -> dict[str, Any]:
    """The folder of the copies that members ask for. Workers write it, web processes read it."""
    folder = Path(_text("CONVOY_EXPORTS") or VAR_DIR / "exports")
    if folder.is_relative_to(media) or media.is_relative_to(folder):
        problems.append(
            "CONVOY_EXPORTS and CONVOY_MEDIA overlap: members' copies would be handed out as files."
        )
    return {
        "BACKEND": "community.core.storage.LocalStorage",
        "OPTIONS": {"location": str(folder), "file_permissions_mode": 0o600},
    }


for _name in ("CONVOY_DEMO", "CONVOY_DEBUG", "DEBUG"):
    if _yes(_name, default=False):
        problems.append(f"{_name} is on. It belongs to the embedded site (community.settings.embedded).")

DEBUG = False
DEMO = False
WEB_THREADS = _number("CONVOY_WEB_THREADS", 8, least=1)
REFUSES_DEMO = True
EMBEDDED_WORKER = False
SERVE_MEDIA = _yes("CONVOY_SERVE_MEDIA", default=False)

SECRET_KEY = _secret()
SECRET_KEY_FALLBACKS = [key for key in _text("SECRET_KEY_FALLBACKS").split(",") if key]
ALLOWED_HOSTS = _hosts()
BASE_URL = WAGTAILADMIN_BASE_URL = _base_url(ALLOWED_HOSTS)
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL else []
DATABASES = {"default": _database()}
CACHES = {"default": _cache()}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [CACHES["default"]["LOCATION"]], "prefix": "convoy"},
    }
}
LIVE_ORIGINS = [BASE_URL]
PAGE_CACHE = _yes("CONVOY_PAGE_CACHE", default=True)
PAGE_CACHE_BYTES = _number("CONVOY_PAGE_CACHE_MB", 64, least=1) * 1024 * 1024
PAGE_CACHE_REDIS = CACHES["default"]["LOCATION"]
ELASTICSEARCH_URL = _elasticsearch()  # optional: without it the database searches
ELASTICSEARCH_INDEX = _index()
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _sender()
vars().update(_mail())

MEDIA_ROOT = Path(_text("CONVOY_MEDIA") or VAR_DIR / "media")
STATIC_ROOT = Path(_text("CONVOY_STATIC") or VAR_DIR / "static")
STORAGES = {
    "default": _uploads(),
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"},
    "exports": _copies(MEDIA_ROOT),
}

# The proxy in front ends TLS, and sets or strips this header on every request.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies of ours add to X-Forwarded-For; anything left of that is what the caller wrote.
TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = _number("CONVOY_PROXIES", 1)
SECURE_SSL_REDIRECT = _yes("CONVOY_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # probes come by plain HTTP from inside
SECURE_HSTS_SECONDS = _number("CONVOY_HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = _yes("CONVOY_HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = False
# Both are promises about a whole domain, which the site does not own.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
# The prefix: browsers take such a cookie only over TLS, from this very host.
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"

LOGGING = logging_config(json=True, level=_text("CONVOY_LOG_LEVEL").upper() or "INFO")

if problems:
    raise ImproperlyConfigured(
        "Convoy does not start half-set. Mend these in the environment:\n  - " + "\n  - ".join(problems)
    )
