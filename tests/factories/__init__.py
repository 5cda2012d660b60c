"""Factories, one file for each app: `tests/factories/<app>.py`."""
