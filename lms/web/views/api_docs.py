"""The doors for programs on a page, drawn from their description: no script, nothing from elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lms.web.api import api

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Door:
    """One address and method."""

    method: str
    path: str
    summary: str
    text: str
    by_key: bool
    parameters: tuple[tuple[str, str, str, bool], ...]
    body: tuple[tuple[str, str, str, bool], ...]
    answers: tuple[tuple[str, str], ...]


def docs(request: HttpRequest) -> HttpResponse:
    schema = api.get_openapi_schema()
    groups: dict[str, list[Door]] = {}
    for tag, door in _doors(schema):
        groups.setdefault(tag, []).append(door)
    return render(request, "web/api_docs.html", {"groups": sorted(groups.items()), "schema": schema})


def _doors(schema: dict[str, Any]) -> Iterator[tuple[str, Door]]:
    known = schema.get("components", {}).get("schemas", {})
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if said := methods.get(method):
                yield (
                    (said.get("tags") or ["more"])[0].capitalize(),
                    Door(
                        method=method.upper(),
                        path=path,
                        summary=said.get("summary", ""),
                        text=said.get("description", ""),
                        by_key=bool(said.get("security")),
                        parameters=tuple(_parameter(one) for one in said.get("parameters", ())),
                        body=_body(said.get("requestBody", {}), known),
                        answers=tuple(_answers(said.get("responses", {}))),
                    ),
                )


def _parameter(said: dict[str, Any]) -> tuple[str, str, str, bool]:
    schema = said.get("schema", {})
    return (
        said["name"],
        _kind(schema),
        said.get("description") or schema.get("description", ""),
        bool(said.get("required")),
    )


def _body(said: dict[str, Any], known: dict[str, Any]) -> tuple[tuple[str, str, str, bool], ...]:
    """The members of what is sent, of the first kind of content that is described."""
    for content in said.get("content", {}).values():
        schema = content.get("schema", {})
        schema = known.get(schema.get("$ref", "").rpartition("/")[2], schema)
        needed = set(schema.get("required", ()))
        return tuple(
            (name, _kind(one), one.get("description", ""), name in needed)
            for name, one in schema.get("properties", {}).items()
        )
    return ()


def _answers(said: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    for status, one in said.items():
        content: dict[str, Any] = next(iter(one.get("content", {}).values()), {})
        yield str(status), _kind(content.get("schema", {})) if content else ""


def _kind(schema: dict[str, Any]) -> str:
    """A type in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(_kind(one) for one in several))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "")
