"""Doors of signing in that stand before the library's own."""

from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.idp.oidc import views as oidc
from allauth.idp.oidc.models import Client
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.csp import build_policy
from requests_hardened.ip_filter import InvalidIPAddress

from lms.accounts.adapter import CheckedOpenIDConnect


def openid_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Leads to an OpenID provider; one that can't be reached, or says nonsense of itself, is said so in words."""
    return _openid(OAuth2LoginView, request, provider_id)


def openid_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where an OpenID provider leads back to: the signature of what it says is checked, whichever way it came."""
    return _openid(OAuth2CallbackView, request, provider_id)


def _openid(kind: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = kind.adapter_view(CheckedOpenIDConnect(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (requests.RequestException, InvalidIPAddress, OAuth2Error, KeyError, ValueError):
        return render(request, "socialaccount/authentication_error.html", status=502)
    return answer


def authorise(request: HttpRequest) -> HttpResponse:
    """Asks a person whether a tool may know who they are. The form of this one page may lead to the tool."""
    response: HttpResponse = oidc.authorization(request)
    asked = request.GET.get("redirect_uri", "")
    tool = Client.objects.filter(pk=request.GET.get("client_id", "")).first()
    if response.status_code == 200 and tool is not None and asked in tool.get_redirect_uris():
        address = urlsplit(asked)
        onward = f"{address.scheme}://{address.netloc}"
        policy = settings.SECURE_CSP | {"form-action": [*settings.SECURE_CSP["form-action"], onward]}
        response.headers["Content-Security-Policy"] = build_policy(policy)
    return response
