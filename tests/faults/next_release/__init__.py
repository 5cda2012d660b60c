"""The release after this one, as far as a deploy is concerned: the same settings, and a migration more."""

from lms.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.next_release.apps.NextRelease"]  # noqa: F405
