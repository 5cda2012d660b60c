"""Frameworks with their clauses, profiles with their domains."""

from collections.abc import Iterable

from courses.actions.loading.tally import Tally, differs
from courses.models import Clause, Domain, Framework, Profile
from courses.rules.library.texts import ClauseText, FrameworkText, ProfileText


def load(frameworks: Iterable[FrameworkText], profiles: Iterable[ProfileText], tally: Tally) -> None:
    """Rows are matched by key and reference and never deleted: lessons, items and results point at them."""
    made = {row.key: row for row in Framework.objects.all()}
    clauses = {(row.framework_id, row.ref): row for row in Clause.objects.all()}
    for text in frameworks:
        row = _framework(made, text, tally)
        _clauses(row, clauses, text.clauses, tally)
    known = {row.key: row for row in Profile.objects.all()}
    domains = {(row.profile_id, row.number): row for row in Domain.objects.all()}
    for profile in profiles:
        _profile(known, domains, made, profile, tally)


def _framework(made: dict[str, Framework], text: FrameworkText, tally: Tally) -> Framework:
    wanted = {
        "title": text.title,
        "edition": text.edition,
        "objectives": list(text.objectives),
        "risk_sources": list(text.risk_sources),
    }
    row = made.get(text.key)
    if row is None:
        made[text.key] = row = Framework.objects.create(key=text.key, **wanted)
        tally.created += 1
    elif differs(row, wanted):
        row.save()
        tally.changed += 1
    else:
        tally.unchanged += 1
    return row


def _clauses(
    framework: Framework, rows: dict[tuple[int, str], Clause], texts: Iterable[ClauseText], tally: Tally
) -> None:
    fresh, changed = [], []
    for position, text in enumerate(texts, 1):
        wanted = {"kind": text.kind, "title": text.title, "position": position}
        row = rows.get((framework.pk, text.ref))
        if row is None:
            row = Clause(framework=framework, ref=text.ref, **wanted)
            rows[framework.pk, text.ref] = row
            fresh.append(row)
        elif differs(row, wanted):
            changed.append(row)
        else:
            tally.unchanged += 1
    Clause.objects.bulk_create(fresh)
    Clause.objects.bulk_update(changed, ["kind", "title", "position"])
    # Parents last: a clause can point at another only when both have their numbers.
    moved = []
    for text in texts:
        row = rows[framework.pk, text.ref]
        parent = rows[framework.pk, text.parent].pk if text.parent else None
        if differs(row, {"parent_id": parent}):
            moved.append(row)
    Clause.objects.bulk_update(moved, ["parent"])
    tally.created += len(fresh)
    tally.changed += len({row.pk for row in (*changed, *moved)} - {row.pk for row in fresh})


def _profile(
    known: dict[str, Profile],
    domains: dict[tuple[int, int], Domain],
    frameworks: dict[str, Framework],
    text: ProfileText,
    tally: Tally,
) -> None:
    wanted = {"title": text.title, "framework_id": frameworks[text.framework].pk}
    row = known.get(text.key)
    altered = row is not None and differs(row, wanted)
    if row is None:
        row = Profile.objects.create(key=text.key, **wanted)
        tally.created += 1
    elif altered:
        row.save()
    for part in text.domains:
        values = {"key": part.key, "title": part.title, "weight": part.weight, "summary": part.summary}
        domain = domains.get((row.pk, part.number))
        if domain is None:
            Domain.objects.create(profile=row, number=part.number, **values)
            tally.created += 1
        elif differs(domain, values):
            domain.save()
            tally.changed += 1
        else:
            tally.unchanged += 1
    if text.key in known:
        tally.changed += altered
        tally.unchanged += not altered
