"""What browsers and search engines ask for at the root without being told: where to look, and the mark."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from lms.kit import gather

PUBLIC = (
    "/",
    "/courses/",
    "/glossary/",
    "/schemes/",
    "/verify/",
    "/about/",
    "/about/independence/",
    "/about/accessibility/",
    "/about/privacy/",
)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Who searches is kept from what needs a login, and from the whole of a demonstration.

    Certificates are not named here: their pages say `noindex`, which only who may read them can obey.
    """
    return render(request, "web/robots.txt", {"public_url": settings.PUBLIC_URL}, content_type="text/plain")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every page that is the same for everybody."""
    paths = [*PUBLIC]
    for part in gather.CATALOGUE:
        for offer in part.offers():
            paths += [offer.url, *offer.further_urls]
        paths += part.further()
    addresses = [settings.PUBLIC_URL + path for path in paths]
    return render(request, "web/sitemap.xml", {"addresses": addresses}, content_type="application/xml")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For who doesn't read the page's own link, such as a viewer of PDF; where it lies may change."""
    return redirect(static("web/favicon.ico"))
