#!/usr/bin/env python
"""Django's command line for Auditorium."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as refused:
        # What is to be set is one sentence; a trace of calls before it would only frighten.
        sys.exit(f"Nothing was started. {refused}")
