"""HTTP for ASGI servers; the embedded site runs on this."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.embedded")
application = get_asgi_application()
