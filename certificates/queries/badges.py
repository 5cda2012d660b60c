"""Signed credentials, status lists and keys as they are served."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Q

from certificates.models import Badge, Edition, StatusPlace
from certificates.queries import issuing
from certificates.queries import keys as key_queries
from certificates.queries.keys import KeyView
from certificates.rules import badges as rule
from certificates.rules import keys as key_rule
from certificates.rules.badges import Profile, Purpose
from certificates.rules.proofs import bitstring
from certificates.states import CredentialState, KeyPurpose, KeyState


def edition(uuid: UUID) -> Edition | None:
    """The edition that an address names; None where there never was one."""
    return (
        Edition.objects.select_related("credential", "particulars", "version__scheme")
        .filter(uuid=uuid)
        .first()
    )


def newest(edition: Edition, profile: Profile) -> Badge | None:
    """The newest signed form; None while it is being made, or once it was erased."""
    return Badge.objects.filter(edition=edition, profile=profile).exclude(body="").first()


def facts(edition: Edition, place: StatusPlace) -> rule.Facts:
    """What the credential of an edition says, of the claims as pinned and the scheme's version as pinned.
    The edition must still have its name."""
    claims, data = edition.claims, edition.version.data
    level = next(one for one in data["levels"] if one["key"] == claims["level"]["key"])
    aligned = data.get("alignment") or {"url": "", "parts": []}
    address = issuing.credential(edition.uuid)
    scheme_address = f"{settings.PUBLIC_URL}/schemes/{claims['scheme']['key']}/"
    return rule.Facts(
        address=address,
        image=f"{address}.png",
        issuer=rule.Issuer(issuing.did(), claims["issuer"]["name"], settings.PUBLIC_URL, settings.CONTACT),
        subject=str(place.subject),
        name=claims["holder"],
        salt=rule.salt(claims["salt"]),
        plain=edition.credential.named_badge,
        number=edition.credential.number,
        title=f"{claims['level']['title']}, {claims['scheme']['title']}",
        description=f"{level['summary']} {claims['scope']}.",
        achievement=f"{scheme_address}#{claims['level']['key']}",
        criteria="\n".join(f"- {asked['text']}" for asked in level["requirements"]),
        scheme_address=scheme_address,
        scheme_version=claims["scheme"]["version"],
        standard=claims["standard"],
        standard_address=aligned["url"],
        alignments=tuple(rule.Alignment(part["code"], part["name"]) for part in aligned["parts"]),
        begins_on=edition.begins_on,
        expires_on=edition.expires_on,
        status_address=issuing.status_lists(),
        list_number=place.list_number,
        list_index=place.list_index,
    )


def set_places(purpose: Purpose, number: int) -> list[int]:
    """The places of a list whose bits are set now, in order. One statement."""
    taken_back = Q(edition__credential__state=CredentialState.WITHDRAWN) | Q(
        edition__corrected_by__isnull=False
    )
    suspended = Q(edition__credential__state=CredentialState.SUSPENDED)
    wanted = {
        Purpose.REVOCATION: taken_back,
        Purpose.SUSPENSION: suspended,
        Purpose.STANDING: taken_back | suspended,
    }[purpose]
    rows = StatusPlace.objects.filter(wanted, list_number=number)
    return list(rows.order_by("list_index").values_list("list_index", flat=True))


def last_list() -> int:
    """The number of the newest list; 1 while there is none."""
    return StatusPlace.objects.aggregate(last=Max("list_number"))["last"] or 1


def did_document(at: datetime) -> dict[str, Any]:
    """The DID document: every key for credentials, tokens and status lists that anything in force was signed
    with, and no other (`keys_in_force`)."""
    methods = [_method(view) for view in keys_in_force(at)]
    return {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
            "https://w3id.org/security/jwk/v1",
        ],
        "id": issuing.did(),
        "verificationMethod": methods,
        # Status lists are credentials as well: whoever verifies one looks for the key of its proof here (VCDM 2.0, 4.9 and
        # Bitstring Status List v1.0, 3.2). That a key signs lists and no certificates is for each purpose's own list of
        # keys to say, as `checking.ours` and the exported verifier do.
        "assertionMethod": [method["id"] for method in methods],
    }


def jwks(at: datetime) -> dict[str, Any]:
    """The keys for tokens as a JWK set (RFC 7517)."""
    return {
        "keys": [
            {"kid": issuing.method(view.key_id), "use": "sig", "alg": view.algorithm}
            | key_rule.jwk(view.public_key)
            for view in keys_in_force(at)
            if view.purpose == KeyPurpose.JWT
        ]
    }


def history() -> dict[str, Any]:
    """Every key there ever was, what became of it, and when."""
    return {"issuer": issuing.did(), "keys": [_told(view) for view in key_queries.published()]}


def keys_in_force(at: datetime) -> list[KeyView]:
    """Those that sign, and the retired until everything that they signed has expired. None that was compromised."""
    views = key_queries.published(KeyPurpose.CREDENTIAL, KeyPurpose.JWT, KeyPurpose.STATUS)
    rows = Badge.objects.filter(key__state=KeyState.RETIRED).values_list("key__key_id")
    ends = dict(rows.annotate(last=Max("edition__expires_on")))

    def needed(view: KeyView) -> bool:
        if view.state == KeyState.RETIRED and view.retired_at:
            # A list that a key signed on its last day is good for one more.
            lists_end = view.retired_at + bitstring.VALIDITY + timedelta(minutes=1)
            last = ends.get(view.key_id)
            return at < lists_end or (last is not None and last >= at.date())
        return view.state == KeyState.ACTIVE

    return [view for view in views if needed(view)]


def _method(view: KeyView) -> dict[str, Any]:
    shared = {"id": issuing.method(view.key_id), "controller": issuing.did()}
    if isinstance(view.public_key, key_rule.Ed25519PublicKey):
        return shared | {"type": "Multikey", "publicKeyMultibase": key_rule.multikey(view.public_key)}
    return shared | {"type": "JsonWebKey", "publicKeyJwk": key_rule.jwk(view.public_key)}


def _told(view: KeyView) -> Mapping[str, Any]:
    return {
        "id": issuing.method(view.key_id),
        "purpose": view.purpose,
        "algorithm": view.algorithm,
        "state": view.state,
        "created_at": view.created_at.isoformat(timespec="seconds"),
        "retired_at": view.retired_at.isoformat(timespec="seconds") if view.retired_at else None,
        "compromised_since": (
            view.compromised_since.isoformat(timespec="seconds") if view.compromised_since else None
        ),
        "publicKeyJwk": key_rule.jwk(view.public_key),
        "publicKeyPem": key_rule.pem(view.public_key),
        **({"certificates": view.certificates} if view.certificates else {}),
    }
