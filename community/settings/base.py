"""What every way of running Convoy shares. The three ways differ in embedded.py, production.py and test.py."""

from pathlib import Path
from typing import Any

import environ
from django.utils.translation import gettext_lazy as _

from community.core.logs import logging_config

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env("CONVOY_VAR", default=str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "community.core",
    "community.members",
    "community.privacy",
    "community.files",
    "forum",
    "polls.quizzes",  # before polls, which forgets a newcomer's pledge once it has kept it
    "polls.surveys",  # likewise
    "polls",
    "activity.messages",
    "activity.feed",
    "activity.notices",
    "activity.live",
    "moderation.keymembers",
    "moderation.promises",
    "moderation.raises",
    "moderation.topics",
    "moderation.solutions",
    "moderation.canned",
    "moderation.desk",
    "moderation.insight",
    "community.search",
    "community.editorial",
    "community.interchange",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",  # the CMS does not start without it; `editorial.cms_urls` takes no uploads
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_structlog",
    "django.forms",  # its templates: our form renderer looks them up like any other
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "community.core.measuring.MeasureMiddleware",
    "community.core.middleware.RequestLogMiddleware",
    "community.core.middleware.SaneInputMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "community.core.sparing.Policy",
    "community.core.outages.OutageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "community.members.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "community.members.middleware.StaffSecondFactorMiddleware",
    "community.privacy.middleware.ConsentMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "community.core.middleware.RefusalMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "community.urls"
WSGI_APPLICATION = "community.wsgi.application"
ASGI_APPLICATION = "community.asgi.application"

# Cotton and template-partials both want to rewrite the loaders and one silently loses: set them by hand.
_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "community" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "community.editorial.context.shell",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "community.core.templatetags.convoy",
            ],
            "loaders": [
                ("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", _LOADERS)])
            ],
        },
    }
]
COTTON_DIR = "components"
FORM_RENDERER = "community.core.forms.Renderer"

AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = ["community.members.backends.MemberBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "community.core.sparing.Messages"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "community.core.stale.refused"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "community" / "locale", BASE_DIR / "community" / "editorial" / "words"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "community.core.storage.LocalStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # Copies of members' data: never below the folder that is served. The web and the workers share it.
    "exports": {
        "BACKEND": "community.core.storage.LocalStorage",
        "OPTIONS": {"location": str(VAR_DIR / "exports"), "file_permissions_mode": 0o600},
    },
}
# Who was erased, beside the database: what a restored backup brings back is erased again.
ERASED_LIST = env("CONVOY_ERASED_LIST", default=str(VAR_DIR / "erased.jsonl"))
# Five megabytes of Chinese are fifteen when a form encodes them; the words come back with a clear limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 18 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "community.core.receiving.NamelessFileHandler",
]
# What one member's uploads may take together, in megabytes: while new, later, and for staff.
UPLOAD_QUOTA_MB = {
    "new": env.int("CONVOY_UPLOADS_NEW_MB", default=100),
    "member": env.int("CONVOY_UPLOADS_MEMBER_MB", default=1000),
    "staff": env.int("CONVOY_UPLOADS_STAFF_MB", default=10_000),
}

# How hints reach open pages in other processes; empty: there are none. Origins that may open a socket, written out;
# empty: the host that was asked, if the site answers to it.
CHANNEL_LAYERS: dict[str, Any] = {}
LIVE_ORIGINS: list[str] = []
# Copies of pages for guests (`core.pagecache`): in this process, and with PAGE_CACHE_REDIS shared by all of them.
PAGE_CACHE = True
PAGE_CACHE_BYTES = 32 * 1024 * 1024
PAGE_CACHE_REDIS = ""

# Web push: a key of the site's own (`manage.py push_key`), and how push services reach its operator. Empty: off.
VAPID_PRIVATE_KEY = env("CONVOY_VAPID_KEY", default="")
VAPID_SUBJECT = env("CONVOY_VAPID_SUBJECT", default="mailto:postmaster@localhost")

LIMITS_EASED = 1  # every rate limit times this; only the embedded site lets it be chosen
TASKS = {"default": {"BACKEND": "community.core.tasks.backend.Queue", "QUEUES": []}}

_SELF = ["'self'"]
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    # Wagtail's and Django's admins carry inline script; they stand behind the second factor.
    "EXCLUDE_URL_PREFIXES": ["/cms/", "/djadmin/"],
    "DIRECTIVES": {
        "default-src": _SELF,
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": ["'self'", "data:"],
        "font-src": _SELF,
        "connect-src": _SELF,
        "frame-ancestors": ["'none'"],
        "form-action": _SELF,
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    },
}

# Whether the site asks pages that posts link to for their title. Off: links stay plain, and it asks nobody.
LINK_CARDS = env.bool("CONVOY_LINK_CARDS", default=True)
WAGTAIL_SITE_NAME = env("CONVOY_BRAND", default="Aurora")
WAGTAILADMIN_BASE_URL = env("CONVOY_BASE_URL", default="http://localhost:8000")

# Without an address search stands on the database alone; only production and tests of it name one.
ELASTICSEARCH_URL = ""
ELASTICSEARCH_INDEX = "convoy-search"

BRAND_NAME = WAGTAIL_SITE_NAME
DEMO = False
LOGGING = logging_config(json=False)

# Who may read /metrics: callers from these nets that came straight here, or with this token.
METRICS_TOKEN = env("CONVOY_METRICS_TOKEN", default="")
METRICS_NETS: list[str] = env.list("CONVOY_METRICS_NETS", default=["127.0.0.0/8", "::1/128"])

from community.settings.accounts import *  # noqa: E402,F403  sign-in policy, one page of its own
from community.settings.editorial import *  # noqa: E402,F403  the magazine and its admin
