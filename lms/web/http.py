"""Answers that machines read, when something is not as it should be (RFC 9457)."""

from typing import Any

from django.http import JsonResponse


def problem(status: int, code: str, sentence: str, **facts: Any) -> JsonResponse:
    """A problem+json answer.

    `code` is for programs (`time-is-up`), `sentence` for people: what happened, what is safe, what
    to do next. `facts` are further members of the document.
    """
    body = {"type": f"about:blank#{code}", "code": code, "title": sentence, "status": status} | facts
    answer = JsonResponse(body, status=status)
    answer["Content-Type"] = "application/problem+json"
    answer["Cache-Control"] = "no-store"
    return answer
