"""The front page: what this institution is, and the way from a clause to a certificate as a picture."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lms.kit import gather, rosette

SEED = "from the clause to the certificate"
CURVES = [rosette.path(band) for band in rosette.bands(SEED)]
# The curves of the first view's seal are drawn again, one more for each step, by reference.
INNER_FIRST = [f"seal-{place}" for place in range(len(CURVES), 0, -1)]
WAY = [
    {
        "name": name,
        "text": text,
        "parts": parts,
        "mark": {"Certificate": "stamped", "Renewal": "term"}.get(name, ""),
    }
    for name, text, parts in (
        ("Clause", "A requirement of the standard, such as 6.1.3, AI risk treatment.", INNER_FIRST[:1]),
        ("Lesson", "Taught in plain words, with a worked case and checks.", INNER_FIRST[:2]),
        ("Item", "Asked by one person, reviewed by others, then frozen.", INNER_FIRST[:3]),
        ("Sitting", "Answered against a clock that the server keeps.", INNER_FIRST[:4]),
        ("Decision", "By rule, or by someone who neither taught nor examined you.", INNER_FIRST),
        (
            "Certificate",
            "Numbered, sealed, and open to anyone’s question.",
            [*INNER_FIRST, "seal-ring", "seal-rim"],
        ),
        (
            "Renewal",
            "Kept by practice and learning, in terms of three years.",
            [*INNER_FIRST, "seal-ring", "seal-rim"],
        ),
    )
]


def front(request: HttpRequest) -> HttpResponse:
    offers = [offer for part in gather.CATALOGUE for offer in part.offers()]
    return render(
        request,
        "web/front.html",
        {
            "courses": [offer for offer in offers if offer.kind == "course"],
            "schemes": [offer for offer in offers if offer.kind == "scheme"],
            "curves": CURVES,
            "way": WAY,
        },
    )
