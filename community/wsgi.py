"""The site for WSGI servers: how pages are served in production."""

import os

from community.core.server import wsgi_site

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.production")
os.environ.setdefault("CONVOY_STATEMENT_TIMEOUT", "15")  # for pages; migrations and imports set none
application = wsgi_site()
