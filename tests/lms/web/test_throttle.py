import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from lms.db import clock
from lms.web import throttle

LIMIT = throttle.Limit("tried", 3, 60)


def test_it_counts_each_subject_for_itself_until_the_window_ends():
    counts = [throttle.add(LIMIT, "a number") for _ in range(4)]
    assert [(count.left, count.spent, count.over) for count in counts] == [
        (2, False, False),
        (1, False, False),
        (0, True, False),
        (0, True, True),
    ]
    assert throttle.seen(LIMIT, "another").used == 0
    with clock.shifted(seconds=60):
        assert throttle.seen(LIMIT, "a number").used == 0


def test_what_is_left_is_said_in_headers():
    response = throttle.declare(HttpResponse(status=429), throttle.Count(LIMIT, 5, 12))
    said = {name: response[name] for name in ("RateLimit-Policy", "RateLimit", "Retry-After")}
    assert said == {
        "RateLimit-Policy": '"tried";q=3;w=60',
        "RateLimit": '"tried";r=0;t=12',
        "Retry-After": "12",
    }


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address", "who"),
    [
        (0, "6.6.6.6", "192.0.2.1", "192.0.2.1"),
        (1, "6.6.6.6, 198.51.100.7", "192.0.2.1", "198.51.100.7"),
        (2, "198.51.100.7", "192.0.2.1", "192.0.2.1"),
        (1, "", "192.0.2.1", "192.0.2.1"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        (1, "unknown", "192.0.2.1", "unknown"),
    ],
)
def test_who_asks_is_what_our_own_proxies_noted(settings, proxies, forwarded, address, who):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=forwarded)
    assert throttle.asker(request) == who
