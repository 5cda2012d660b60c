"""What the register puts on a person's desk: certificates, and the next step to one."""

from collections.abc import Sequence

from django.urls import reverse

from certificates.models import Evidence
from certificates.queries import credentials, proofs, schemes, watches
from certificates.queries.credentials import CredentialView
from certificates.rules.standing import Standing
from certificates.states import EvidenceKind
from lms.kit.gather import DeskCard, DeskQuery


def cards(query: DeskQuery) -> Sequence[DeskCard]:
    held = credentials.of_person(person_id=query.person_id, at=query.at)
    return [*_next_steps(query, held), *_questions(query), *(_certificate(view) for view in held)]


def _questions(query: DeskQuery) -> list[DeskCard]:
    """Employers who ask to be told how a certificate stands."""
    return [
        DeskCard(
            key=f"watch:{asked.watch.uuid}",
            group="next",
            eyebrow="An employer asks",
            title=f"{asked.organisation} asks to be told how {asked.watch.credential.number} stands",
            text=f"What for: {asked.watch.purpose}",
            url=reverse("certificates:credential", args=[asked.watch.credential.number]) + "#watchers",
            action="Consent or refuse",
        )
        for asked in watches.asked_of(person_id=query.person_id)
    ]


def _next_steps(query: DeskQuery, held: Sequence[CredentialView]) -> list[DeskCard]:
    """The step towards the first level of every scheme whose exam was passed."""
    passed = Evidence.objects.filter(
        person_id=query.person_id, kind=EvidenceKind.EXAM, facts__outcome="passed"
    )
    keys = set(passed.values_list("scheme_key", flat=True))
    if not keys:
        return []
    withdrawn = Standing.WITHDRAWN.value
    has = {view.credential.level_id for view in held if view.standing != withdrawn and not view.lapsed}
    steps = []
    for scheme in schemes.in_effect(on=query.at.date()):
        if scheme.key not in keys:
            continue
        for found in proofs.findings(person_id=query.person_id, scheme=scheme, on=query.at.date()):
            if found.level.id in has:
                continue
            missing = {finding.kind for finding in found.findings if not finding.met}
            if missing and missing != {"code_of_ethics"}:
                continue
            steps.append(_step(scheme, found.level.title, found.level.key, bool(missing)))
    return steps


def _step(scheme: schemes.SchemeView, title: str, level_key: str, unsigned: bool) -> DeskCard:
    return DeskCard(
        key=f"apply:{scheme.key}:{level_key}",
        group="next",
        eyebrow=scheme.title,
        title=f"Become a {title}",
        text=(
            "You passed the exam. One thing is left to prove: read the code of ethics and sign it."
            if unsigned
            else "Everything this level asks for is proven. Apply, and the rule of the scheme decides at once."
        ),
        url=reverse("certificates:apply", args=[scheme.key]),
        action="Read and sign" if unsigned else "Apply",
    )


def _certificate(view: CredentialView) -> DeskCard:
    claims = view.edition.claims
    return DeskCard(
        key=f"credential:{view.number}",
        group="certificates",
        eyebrow=claims["scheme"]["title"],
        title=claims["level"]["title"],
        text=_sentence(view),
        url=reverse("certificates:credential", args=[view.number]),
        action="Open the certificate",
        standing=view.colour,
        facts=(("Number", view.number), ("Valid until", view.edition.expires_on.isoformat())),
    )


def _sentence(view: CredentialView) -> str:
    if view.answer.standing is Standing.VALID:
        if view.days_left == 0:
            return "Today is its last valid day."
        left = f"{view.days_left} days left" if view.days_left > 1 else "One day left"
        return f"{left}: renewal is due." if view.due else f"{left}."
    if view.answer.standing is Standing.EXPIRED and view.in_grace:
        return "It is not in force; renewal is still open."
    return {
        "suspended": "It must not be used until it is reinstated.",
        "withdrawn": "It must not be used any more.",
    }.get(view.standing, "It is no longer in force.")
