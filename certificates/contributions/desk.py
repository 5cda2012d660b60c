"""What the register puts on a person's desk: certificates, and the next step to one."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.models import Application, Evidence
from certificates.queries import applications, credentials, proofs, schemes, watches
from certificates.queries.credentials import CredentialView
from certificates.queries.wording import standing_words
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
            eyebrow=_("An employer asks"),
            title=_("%(organisation)s asks to be told how %(number)s stands")
            % {"organisation": asked.organisation, "number": asked.watch.credential.number},
            text=_("What for: %(purpose)s") % {"purpose": asked.watch.purpose},
            url=reverse("certificates:credential", args=[asked.watch.credential.number]) + "#watchers",
            action=_("Consent or refuse"),
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
        title=_("The next step: %(title)s") % {"title": title},
        text=(
            _("One thing is left to prove: read the code of ethics and sign it.")
            if unsigned
            else _("Everything this level asks for is proven. Apply, and it is decided.")
        ),
        url=reverse("certificates:apply", args=[scheme.key]),
        action=_("Read and sign") if unsigned else _("Apply"),
    )


def _ahead(scheme: schemes.SchemeView, level: proofs.LevelFindings) -> DeskCard:
    if level.expected_on:
        text = _("If it goes on as it does, everything it asks for is proven on %(day)s.") % {
            "day": level.expected_on.isoformat()
        }
    else:
        words = {"experience": _("experience"), "hours": _("hours"), "references": _("references")}
        missing = [words[kind] for kind in words if kind in level.missing]
        text = _("What is missing yet: %(list)s. Write down what you have.") % {
            "list": ", ".join(missing) or _("the exam")
        }
    return DeskCard(
        key=f"ahead:{scheme.key}:{level.level.key}",
        group="certificates",
        eyebrow=scheme.title,
        title=_("The next level: %(title)s") % {"title": level.level.title},
        text=text,
        url=reverse("certificates:evidence", args=[scheme.key]),
        action=_("Your experience, hours and references"),
    )


def _waits(scheme: schemes.SchemeView, row: Application) -> DeskCard:
    mine = row.answer_by is not None
    return DeskCard(
        key=f"application:{row.uuid}",
        group="next" if mine else "certificates",
        eyebrow=scheme.title,
        title=_("Your application: %(title)s") % {"title": row.level.title},
        text=(
            _("Something waits for your answer until %(day)s; without it the application lapses.")
            % {"day": row.answer_by.isoformat()}
            if row.answer_by
            else _("It is before the awarding officers.")
        ),
        url=reverse("certificates:application", args=[row.uuid]),
        action=_("Answer") if mine else _("See how it stands"),
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
        action=_("Open the certificate"),
        standing=view.colour,
        standing_label=standing_words(view.label),
        facts=((_("Number"), view.number), (_("Valid until"), view.edition.expires_on.isoformat())),
    )


def _sentence(view: CredentialView) -> str:
    if view.answer.standing is Standing.VALID:
        if view.days_left == 0:
            return _("Today is its last valid day.")
        left = ngettext("%(count)s day left", "%(count)s days left", view.days_left) % {
            "count": view.days_left
        }
        return _("%(left)s: renewal is due.") % {"left": left} if view.due else f"{left}."
    if view.answer.standing is Standing.EXPIRED and view.in_grace:
        return _("It is not in force; renewal is still open.")
    return {
        "suspended": _("It must not be used until it is reinstated."),
        "withdrawn": _("It must not be used any more."),
    }.get(view.standing, _("It is no longer in force."))
