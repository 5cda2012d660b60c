"""Without the shared cache the institution goes on."""

import pytest
from django.core.cache import caches

from lms.web import caching, readiness, throttle

LIMIT = throttle.Limit("away", 2, 60)


@pytest.fixture
def away(monkeypatch):
    """A shared cache at an address where nobody is."""
    shared = caching.Shared("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})
    monkeypatch.setattr(throttle, "cache", shared)
    return shared


def test_throttles_count_in_the_process_s_own_memory_while_it_is_away(away, caplog):
    assert [throttle.add(LIMIT, "x").over for _ in range(3)] == [False, False, True]
    assert throttle.seen(LIMIT, "x").used == 3
    assert caplog.text.count("does not answer") == 1  # it is left alone for a while


def test_it_is_named(away, monkeypatch):
    monkeypatch.setitem(
        caches._settings,
        "default",
        {"BACKEND": "lms.web.caching.Shared", "LOCATION": "redis://127.0.0.1:1/0"},
    )
    monkeypatch.setattr(caches._connections, "default", away, raising=False)
    assert "each process by itself" in readiness.shared_cache()
