"""What the register puts on a person's desk: certificates, and the next step to one."""

from collections.abc import Sequence

from django.urls import reverse

from certificates.models import Application, Evidence
from certificates.queries import applications, credentials, proofs, schemes, watches
from certificates.queries.credentials import CredentialView
from certificates.rules.standing import Standing
from certificates.states import EvidenceKind
from lms.kit.gather import DeskCard, DeskQuery


def cards(query: DeskQuery) -> Sequence[DeskCard]:
    held = credentials.of_person(person_id=query.person_id, at=query.at)
    steps = _next_steps(query, held)
    now = [card for card in steps if not card.key.startswith("ahead:")]
    later = [card for card in steps if card not in now]
    return [*now, *_questions(query), *(_certificate(view) for view in held), *later]


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
    """For every scheme whose exam was passed, the step to the next level that one does not hold."""
    passed = Evidence.objects.filter(
        person_id=query.person_id, kind=EvidenceKind.EXAM, facts__outcome="passed"
    )
    keys = set(passed.values_list("scheme_key", flat=True))
    if not keys:
        return []
    withdrawn = Standing.WITHDRAWN.value
    has = {view.credential.level_id for view in held if view.standing != withdrawn and not view.lapsed}
    asked = {row.version.data["key"]: row for row in applications.open_of(person_id=query.person_id)}
    steps = []
    for scheme in schemes.in_effect(on=query.at.date()):
        if scheme.key in asked:
            steps.append(_waits(scheme, asked[scheme.key]))
        elif scheme.key in keys:
            found = proofs.findings(person_id=query.person_id, scheme=scheme, on=query.at.date())
            step = _step(scheme, found, has)
            steps += [step] if step else []
    return steps


def _step(
    scheme: schemes.SchemeView, found: Sequence[proofs.LevelFindings], has: set[int]
) -> DeskCard | None:
    """The highest level that can be applied for at once, or else what the next one lacks and when it will be there."""
    rank = max((level.level.rank for level in found if level.level.id in has), default=0)
    above = [level for level in found if level.level.rank > rank]
    ready = [level for level in above if level.missing <= {"code_of_ethics"}]
    if ready:
        return _ready(scheme, ready[-1].level.title, ready[-1].level.key, bool(ready[-1].missing))
    return _ahead(scheme, above[0]) if above and rank else None


def _ready(scheme: schemes.SchemeView, title: str, level_key: str, unsigned: bool) -> DeskCard:
    return DeskCard(
        key=f"apply:{scheme.key}:{level_key}",
        group="next",
        eyebrow=scheme.title,
        title=f"The next step: {title}",
        text=(
            "One thing is left to prove: read the code of ethics and sign it."
            if unsigned
            else "Everything this level asks for is proven. Apply, and it is decided."
        ),
        url=reverse("certificates:apply", args=[scheme.key]),
        action="Read and sign" if unsigned else "Apply",
    )


def _ahead(scheme: schemes.SchemeView, level: proofs.LevelFindings) -> DeskCard:
    if level.expected_on:
        text = (
            f"If it goes on as it does, everything it asks for is proven on {level.expected_on.isoformat()}."
        )
    else:
        words = {"experience": "experience", "hours": "hours", "references": "references"}
        missing = [words[kind] for kind in words if kind in level.missing]
        text = f"What is missing yet: {', '.join(missing) or 'the exam'}. Write down what you have."
    return DeskCard(
        key=f"ahead:{scheme.key}:{level.level.key}",
        group="certificates",
        eyebrow=scheme.title,
        title=f"The next level: {level.level.title}",
        text=text,
        url=reverse("certificates:evidence", args=[scheme.key]),
        action="Your experience, hours and references",
    )


def _waits(scheme: schemes.SchemeView, row: Application) -> DeskCard:
    mine = row.answer_by is not None
    return DeskCard(
        key=f"application:{row.uuid}",
        group="next" if mine else "certificates",
        eyebrow=scheme.title,
        title=f"Your application: {row.level.title}",
        text=(
            f"Something waits for your answer until {row.answer_by.isoformat()}; without it the application lapses."
            if row.answer_by
            else "It is before the awarding officers."
        ),
        url=reverse("certificates:application", args=[row.uuid]),
        action="Answer" if mine else "See how it stands",
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
