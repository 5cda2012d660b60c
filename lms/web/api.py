"""The JSON doors of all floors, gathered in one description at `/api/v1/openapi.json`."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from lms.web.http import problem


class Doors(NinjaAPI):
    def get_openapi_schema(self, **given: Any) -> Any:
        """The description. Refusals are problems (RFC 9457) and are described as such; the library calls all JSON alike."""
        schema = super().get_openapi_schema(**given)
        for methods in schema["paths"].values():
            for said in methods.values():
                for status, answer in said.get("responses", {}).items():
                    content = answer.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content["application/problem+json"] = content.pop("application/json")
        return schema


api = Doors(title="Auditorium", version="1", urls_namespace="api", docs_url=None)
api.add_router("", "exams.api.router")
api.add_router("", "exams.api.shown.router")
api.add_router("", "certificates.api.router")
api.add_router("", "certificates.api.watched.router")
api.add_router("", "courses.api.router")
api.add_router("", "lms.organisations.api.router")


@api.exception_handler(ValidationError)
def not_as_described(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """Wrong types, missing members, too long: named one by one, nothing taken in by halves."""
    errors = [
        {"at": "/".join(map(str, e.get("loc", ()))), "says": str(e.get("msg", ""))} for e in fault.errors
    ]
    sentence = (
        "The message was not understood and nothing was changed. Mend what 'errors' names and send it again."
    )
    return problem(422, "not-as-described", sentence, errors=errors[:20])


@api.exception_handler(AuthenticationError)
def without_key(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:
    sentence = "This door asks for a key that works, as 'Authorization: Bearer aud_…'. Nothing was done."
    refused = problem(401, "no-key", sentence)
    refused["WWW-Authenticate"] = "Bearer"
    return refused


@api.exception_handler(HttpError)
def refused(request: HttpRequest, fault: HttpError) -> HttpResponse:
    return problem(fault.status_code, "refused", str(fault))
