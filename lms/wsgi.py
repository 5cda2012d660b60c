"""The WSGI application that the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from lms.web import safety

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
application = get_wsgi_application()
safety.refuse_if_unsafe()
