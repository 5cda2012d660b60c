"""Tools of others that log their people in with us."""

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.db import transaction

from lms.audit import trail
from lms.db import clock

SCOPES = ["openid", "profile", "email"]


def register(*, name: str, addresses: list[str], actor_id: int) -> tuple[Client, str]:
    """A tool that may ask who has signed in, and be answered at these addresses: the row, and its secret, told this once."""
    with transaction.atomic():
        row = Client(name=name)
        row.set_scopes(SCOPES)
        row.set_redirect_uris(addresses)
        secret = _new_secret(row)
        row.save(force_insert=True)
        _trace("registered", row, actor_id)
    return row, secret


def change(*, client_id: str, name: str, addresses: list[str], actor_id: int) -> None:
    """Raises Client.DoesNotExist."""
    with transaction.atomic():
        row = Client.objects.select_for_update().get(pk=client_id)
        row.name = name
        row.set_redirect_uris(addresses)
        row.save(update_fields=["name", "redirect_uris"])
        _trace("changed", row, actor_id)


def renew_secret(*, client_id: str, actor_id: int) -> str:
    """Another secret; the one before holds no longer. Raises Client.DoesNotExist."""
    with transaction.atomic():
        row = Client.objects.select_for_update().get(pk=client_id)
        secret = _new_secret(row)
        row.save(update_fields=["secret"])
        _trace("given_a_secret", row, actor_id)
    return secret


def end(*, client_id: str, actor_id: int) -> None:
    """The tool may ask no more, and what it was told of its visitors' sessions is void. Raises Client.DoesNotExist."""
    with transaction.atomic():
        row = Client.objects.select_for_update().get(pk=client_id)
        _trace("ended", row, actor_id)
        row.delete()


def _new_secret(row: Client) -> str:
    secret = get_adapter().generate_client_secret()
    row.set_secret(secret)
    return str(secret)


def _trace(what: str, row: Client, actor_id: int) -> None:
    trail.record(
        f"accounts.tool.{what}", subject=f"accounts.tool:{row.pk}", at=clock.now(), actor_id=actor_id
    )
