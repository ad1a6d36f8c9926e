"""The site for ASGI servers. The embedded site runs on this; in production it is there for sockets."""

import os

from community.core.server import asgi_site

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.embedded")
os.environ.setdefault("CONVOY_STATEMENT_TIMEOUT", "15")  # for pages; migrations and imports set none
application = asgi_site()
