"""Every answer carries the policy; only the admin's is wider."""

import pytest

from lms.web.http import problem


def test_nothing_inline_is_allowed_on_our_pages(client):
    policy = client.get("/health/live")["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "default-src 'self'" in policy


@pytest.mark.django_db
def test_the_admin_alone_has_the_wider_policy(client):
    assert "unsafe-inline" in client.get("/admin/")["Content-Security-Policy"]


def test_a_problem_is_a_document_that_machines_and_people_read():
    answer = problem(409, "time-is-up", "The time was up.", seconds_left=0)
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert b'"code": "time-is-up"' in answer.content
