"""What a stranger's program (schemathesis) makes of our own description: no door breaks, and answers are as described.

The same questions in every run. Half of them carry a key or a token that works and the number of a sitting that there is,
so that what lies behind the refusals is reached too.
"""

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from exams import access
from lms.db import clock
from lms.organisations.actions import api_keys
from lms.organisations.rules import api_keys as rules
from lms.wsgi import application
from tests.factories import exams as make

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The server closes its connections after each request; here it is the test's own."""
    ends = (signals.request_started, signals.request_finished)
    for one in ends:
        one.disconnect(close_old_connections)
    yield
    for one in ends:
        one.connect(close_old_connections)


@pytest.fixture
def known(ada: Any, cleo: Any, northmoor: Any) -> dict[str, Any]:
    """A key of an organisation with every scope, and a sitting with its token."""
    sitting = make.running(make.exam(), ada)
    _, key = api_keys.make(
        organisation_id=northmoor.id,
        name="schemathesis",
        scopes=sorted(rules.SCOPES),
        days=30,
        actor_id=cleo.pk,
    )
    token = access.token(sitting_uuid=sitting.uuid, person_id=ada.pk, epoch=1)
    return {
        "uuid": str(sitting.uuid),
        "headers": {"Authorization": f"Bearer {key}", "X-Sitting-Token": token, "Host": "localhost"},
        "at": clock.now(),
    }


@schema.parametrize()
@hypothesis.settings(
    max_examples=12, derandomize=True, deadline=None, database=None,
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_a_door_answers_as_it_is_described(case: Any, known: dict[str, Any]) -> None:
    headers = {"Host": "localhost"}
    if len(str(case.body)) % 2 == 0:
        headers = known["headers"]
        if case.path_parameters and "sitting_uuid" in case.path_parameters:
            case.path_parameters["sitting_uuid"] = known["uuid"]
    answer = case.call(headers=headers)
    case.validate_response(
        answer, checks=(not_a_server_error, content_type_conformance, response_schema_conformance)
    )
    # Whatever is refused is said in the one form that programs read.
    if answer.status_code >= 400:
        assert answer.headers["content-type"][0].startswith(("application/problem+json", "text/html")), (
            answer.text
        )
