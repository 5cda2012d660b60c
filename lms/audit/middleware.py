"""Says from where a request comes to whatever it leaves in the trail."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lms.audit import trail
from lms.web import throttle


class OriginMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with trail.asked_from(throttle.asker(request)[:64]):
            return self.get_response(request)
