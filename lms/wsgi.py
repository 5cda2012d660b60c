"""The WSGI application that the web server loads."""

import atexit
import gc
import os

from django.core.wsgi import get_wsgi_application

from lms.web import safety

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
application = get_wsgi_application()
safety.refuse_if_unsafe()
# What was loaded lives as long as the process: looked through once more at its end, it delays that by seconds, and a
# server that waits for it would kill it, and say so, at each stop.
atexit.register(gc.freeze)
