"""Answers that machines read, when something is not as it should be (RFC 9457)."""

from typing import Any

from django.http import JsonResponse


def problem(status: int, code: str, sentence: str, **facts: Any) -> JsonResponse:
    """A problem+json answer.

    `code` is for programs (`time-is-up`), `sentence` for people: what happened, what is safe, what
    to do next. `facts` are further members of the document.
    """
    answer = JsonResponse(problem_body(status, code, sentence, **facts), status=status)
    answer["Content-Type"] = "application/problem+json"
    answer["Cache-Control"] = "no-store"
    return answer


def problem_body(status: int, code: str, sentence: str, **facts: Any) -> dict[str, Any]:
    """The same as a document within another answer, one for each of many things asked together."""
    return {"type": f"about:blank#{code}", "code": code, "title": sentence, "status": status} | facts
