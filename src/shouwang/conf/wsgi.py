"""The door for a WSGI server (网站入口)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shouwang.conf.settings")
application = get_wsgi_application()
