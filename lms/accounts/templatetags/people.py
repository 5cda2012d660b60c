"""For pages of signing in."""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from django import template
from django.utils.translation import override

register = template.Library()


@register.simple_tag(takes_context=True)
def outside_providers(context: template.Context) -> list[Any]:
    """Providers that anybody may sign in with: those from the settings. An organisation's own is not among them."""
    with override(None):
        found = get_adapter().list_providers(context["request"])
    return [provider for provider in found if provider.app is not None and provider.app.pk is None]
