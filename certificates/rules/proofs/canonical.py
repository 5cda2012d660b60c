"""RDF canonical form (RDFC-1.0, which its draft called URDNA2015) of JSON-LD, and what is refused before it.

An expansion drops without a word what no context defines, and a signature over what is left would cover less than
people read. So what would be dropped, renamed or moved is refused; and a graph that is slow to canonicalise is
given up after a fixed number of steps, not after a time that depends on the machine.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from pyld import jsonld
from pyld.canon import URDNA2015

from certificates.rules.proofs import reading
from certificates.rules.proofs.reading import Unreadable

MOST_STEPS: Final = 2_000

# What is relative is resolved against this, and known by it: without a base the library takes one of its own.
_NOWHERE: Final = "relative://nowhere/"
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


class Refused(Exception):
    """The document can't be signed or verified as it stands. The text says why, in a few words."""


def nquads(document: Mapping[str, Any], known: Mapping[str, Any]) -> bytes:
    """The canonical N-Quads of a document, whose contexts must all be among the `known` (by address).

    Raises Refused for what would be dropped in expansion, types and ids that are no absolute IRI, contexts that
    are unknown or stand inside, JSON-LD keywords, lists in lists, and for a graph that takes too long.
    """
    plain = dict(document)
    try:
        reading.check(plain)
    except Unreadable as fault:
        raise Refused(str(fault)) from None
    _check_contexts(plain.get("@context"), known)
    _check_keys({key: value for key, value in plain.items() if key != "@context"})
    options = {"documentLoader": _Shelf(known), "processingMode": "json-ld-1.1", "base": _NOWHERE}
    try:
        processor = jsonld.JsonLdProcessor(on_property_dropped=_dropped)
        expanded = processor.expand(plain, options)
        _check_expanded(expanded)
        dataset = jsonld.JsonLdProcessor().to_rdf(expanded, options)
        return str(_Bounded().main(dataset, {"format": "application/n-quads"})).encode()
    except Refused:
        raise
    except (jsonld.JsonLdError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        # The library answers what is no JSON-LD in many ways.
        raise Refused("it is not JSON-LD that its contexts define") from None


class _Bounded(URDNA2015):  # type: ignore[misc]  # it comes without types
    """Gives up on graphs whose blank nodes can hardly be told apart: telling them takes factorial time."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = MOST_STEPS

    def create_hash_to_related(self, id_: str, issuer: Any) -> Any:
        related = super().create_hash_to_related(id_, issuer)
        self.steps -= sum(math.factorial(min(len(nodes), 12)) for nodes in related.values()) + 1
        if self.steps < 0:
            raise Refused("its graph takes too long to bring into order")
        return related


class _Shelf:
    """A loader that takes down what stands on the shelf, and asks nobody."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known

    def __call__(self, url: str, options: Any) -> dict[str, Any]:
        if url not in self.known:
            raise Refused("it names a context that is not known here")
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": self.known[url],
        }


def _check_contexts(said: Any, known: Mapping[str, Any]) -> None:
    contexts = [said] if isinstance(said, str) else said
    if not isinstance(contexts, list) or not contexts:
        raise Refused("it names no context")
    if not all(isinstance(context, str) and context in known for context in contexts):
        raise Refused("it names a context that is not known here")


def _check_keys(value: Any) -> None:
    if isinstance(value, dict):
        for key, part in value.items():
            if not key or key.startswith("@") or ":" in key:
                raise Refused("a key is no term of its contexts")
            _check_keys(part)
    elif isinstance(value, list):
        for part in value:
            if isinstance(part, list):
                raise Refused("a list stands in a list")
            _check_keys(part)
    elif value is None:
        raise Refused("a value is empty")


def _check_expanded(value: Any) -> None:
    """Every id, type and property must be absolute: RDF has no place for another, and drops it."""
    if isinstance(value, list):
        for part in value:
            _check_expanded(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key in ("@id", "@type"):
                for said in part if isinstance(part, list) else [part]:
                    if not _is_absolute(said):
                        raise Refused("a type or an id is not an absolute address")
            elif not key.startswith("@") and not _is_absolute(key):
                raise Refused("a key is no term of its contexts")
            else:
                _check_expanded(part)


def _is_absolute(said: Any) -> bool:
    if not isinstance(said, str) or said.startswith(_NOWHERE):
        return False
    return said == "@json" or _ABSOLUTE.fullmatch(said) is not None


def _dropped(name: Any) -> None:
    raise Refused("it holds a key that its contexts do not define")
