"""The glossary: all terms by letter, those that say some words or belong to a clause, and one at its own address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.queries import frameworks, teaching
from courses.queries import glossary as found
from courses.queries import words as said

MOST = 100  # characters of a search that are looked at


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """The whole of it, or what `q` and `clause` leave."""
    words, ref = _asked(request, "q")[:MOST], _asked(request, "clause")[:20]
    terms = found.terms(words=words, ref=ref)
    return render(
        request,
        "courses/glossary.html",
        {
            "letters": found.by_letter(terms),
            "count": len(terms),
            "words": words,
            "ref": ref,
            "clause": frameworks.clause(ref) if ref else None,
            "taught": teaching.teaching_of(ref) if ref else (),
        },
    )


@require_safe
def term(request: HttpRequest, key: str) -> HttpResponse:
    view = found.term(key)
    if view is None:
        raise Http404
    return render(request, "courses/term.html", {"term": view, "said": said.of_term(key)})


def _asked(request: HttpRequest, name: str) -> str:
    # PostgreSQL refuses a text with a NUL in it, and no clause and no word has one.
    return request.GET.get(name, "").replace("\0", "").strip()
