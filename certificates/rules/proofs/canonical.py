"""RDF canonical form (RDFC-1.0, which its draft called URDNA2015) of JSON-LD, and what is refused before it.

An expansion drops without a word what no context defines, and a signature over what is left would cover less than
people read. So what would be dropped, renamed or moved is refused; and a graph that is slow to canonicalise is
given up after a fixed number of steps, not after a time that depends on the machine.
"""

import math
import re
import threading
from collections.abc import Mapping
from typing import Any, Final, override

from cachetools import LRUCache
from pyld import jsonld
from pyld.canon import URDNA2015
from pyld.context_resolver import ContextResolver

from certificates.rules.proofs import reading
from certificates.rules.proofs.reading import Unreadable

MOST_STEPS: Final = 2_000

# What is relative is resolved against this, and known by it: without a base the library takes one of its own.
_ONE_AT_A_TIME = threading.Lock()
_NOWHERE: Final = "relative://nowhere/"
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


class Refused(Exception):
    """The document can't be signed or verified as it stands. The text says why, in a few words."""


class Shelf:
    """The contexts that are known, by address, and whatever the library worked out of them: a loader that takes down what
    stands there, and asks nobody. The contexts never change, and are read once by all who use the shelf."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known
        self.read: LRUCache[str, Any] = LRUCache(100)

    def __call__(self, url: str, options: Any) -> dict[str, Any]:
        if url not in self.known:
            raise Refused("it names a context that is not known here")
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": self.known[url],
            "tag": "static",
        }


def nquads(document: Mapping[str, Any], shelf: Shelf) -> bytes:
    """The canonical N-Quads of a document, whose contexts must all stand on the shelf.

    Raises Refused for what would be dropped in expansion, types and ids that are no absolute IRI, contexts that
    are unknown or stand inside, JSON-LD keywords, lists in lists, and for a graph that takes too long.
    """
    plain = dict(document)
    try:
        reading.check(plain)
    except Unreadable as fault:
        raise Refused(str(fault)) from None
    _check_contexts(plain.get("@context"), shelf.known)
    _check_keys({key: value for key, value in plain.items() if key != "@context"})
    try:
        # What the library keeps of contexts is no matter for two threads: one would find gone what it just saw there, and
        # a genuine document be refused. The interpreter does one at a time anyway.
        with _ONE_AT_A_TIME:
            return _canonical(plain, shelf)
    except Refused:
        raise
    except (jsonld.JsonLdError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        # The library answers what is no JSON-LD in many ways.
        raise Refused("it is not JSON-LD that its contexts define") from None


def _canonical(plain: dict[str, Any], shelf: Shelf) -> bytes:
    options = {
        "documentLoader": shelf,
        "contextResolver": ContextResolver(shelf.read, shelf),
        "processingMode": "json-ld-1.1",
        "base": _NOWHERE,
    }
    processor = jsonld.JsonLdProcessor(on_property_dropped=_dropped)
    expanded = processor.expand(plain, options)
    _check_expanded(expanded)
    dataset = _Expanded().to_rdf(expanded, options)
    return str(_Bounded().main(dataset, {"format": "application/n-quads"})).encode()


class _Expanded(jsonld.JsonLdProcessor):  # type: ignore[misc]  # it comes without types
    """Takes what it is given as expanded: to expand it again would change nothing, and take its time."""

    @override
    def expand(self, input_: Any, options: Any) -> Any:
        return input_


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
