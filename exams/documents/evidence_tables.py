"""What is on record of a form, as the tables of its evidence pack."""

import hashlib
from collections.abc import Mapping
from typing import Any

from exams.documents import form_statistics
from exams.documents.tables import Table
from exams.queries import evidence as queries
from exams.queries.evidence import Evidence
from exams.rules import runs
from exams.rules.statistics import estimates
from lms.kit import digests

REVIEWED = "reviewed items"


class Codes:
    """One code for each person, numbered by first mention, and what they did."""

    def __init__(self) -> None:
        self.roles: dict[int, list[str]] = {}

    def of(self, person_id: int | None, role: str) -> str:
        if person_id is None:
            return ""
        roles = self.roles.setdefault(person_id, [])
        if role not in roles:
            roles.append(role)
        return f"P{list(self.roles).index(person_id) + 1}"

    @property
    def table(self) -> Table:
        rows = tuple((f"P{n}", ", ".join(roles)) for n, roles in enumerate(self.roles.values(), 1))
        return Table("persons", "Persons by code", ("person", "what they did"), rows)


def of(found: Evidence) -> tuple[Table, ...]:
    """Every table, that of the persons' codes last. The same records give the same tables."""
    codes, said = Codes(), found.said
    return (
        _form(found, codes), _blueprint(found), _cells(found), _placed(found, codes), _reviews(found, codes),
        _rounds(found), _judges(found, codes), _rated(found), _ratings(found, codes), _wishes(found, codes), _cuts(found, codes), _validations(found, codes),
        _versions(found, codes), form_statistics.summary(said), form_statistics.items(said),
        form_statistics.options(said), form_statistics.models(said), form_statistics.exposure(said),
        form_statistics.essays(said), form_statistics.criteria(said), _agreement(found, codes),
        form_statistics.unlike(said), form_statistics.alike(said),
        Table("happened", "Around the sittings", ("what", "kind", "how many"), tuple(found.happened)),
        _incidents(found, codes),
        _approvals(found, codes), _runs(found, codes), codes.table,
    )  # fmt: skip


def _form(found: Evidence, codes: Codes) -> Table:
    form = found.form
    whole = digests.digest({"package": form.package, "keys": form.keys})
    listed = digests.digest([[str(run.sitting.uuid), run.number, run.digest] for run in found.runs])
    rows: tuple[tuple[str, Any], ...] = (
        ("Exam", form.exam.title), ("Exam key", form.exam.key), ("Form", form.number),
        ("State", form.get_state_display()), ("Items", form.length), ("Of them tried out and not counted", len(form.pilots)), ("Points", form.points),
        ("Assembled at", form.assembled_at), ("Assembled by", codes.of(form.assembled_by_id, "assembled")),
        ("Cut that holds, share of the points", found.said.cut),
        ("Minima by domain", "; ".join(f"domain {one['domain']}: {one['percent']} %" for one in form.exam.minima)),
        ("SHA-256 of the form (texts and keys)", form.digest), ("Worked out anew it is the same", whole == form.digest),
        ("SHA-256 of the texts", digests.digest(form.package)), ("SHA-256 of the first keys", digests.digest(form.keys)),
        ("Key version that counts", found.said.key_number),
        ("Score runs", len(found.runs)), ("SHA-256 of the list of score runs", listed),
    )  # fmt: skip
    return Table("form", "The form", ("what", "value"), rows)


def _blueprint(found: Evidence) -> Table:
    proof, plan = found.form.proof, found.form.proof.get("plan", {})
    rows: list[tuple[str, Any]] = [("Blueprint", found.form.exam.blueprint.key), ("Seed", found.form.seed)]
    if proof:
        rows += [
            ("SHA-256 of the model", proof["model_digest"]), ("Solver", proof["solver"]), ("Status", proof["status"]),
            ("Variables", proof["variables"]), ("Rows", proof["rows"]), ("Nodes", proof["nodes"]), ("Cost", proof["cost"]),
            ("Forms at once", proof["forms"]), ("This one among them", proof["form"]),
            ("Items asked", plan["length"]), ("Scenario sets asked", plan["sets"]), ("Scenario sets found", proof["sets"]),
            ("Exposure limit, in forms", plan["exposure"]),
        ]  # fmt: skip
    else:
        rows.append(("Proof", "none: the form is from before forms were assembled by a model"))
    return Table("blueprint", "Blueprint and proof", ("what", "value"), tuple(rows))


def _cells(found: Evidence) -> Table:
    proof = found.form.proof
    rows: list[tuple[Any, ...]] = [
        (f"domain {one['domain']}", one["level"] or "any level", one["least"], one["most"], one["found"])
        for one in proof.get("cells", ())
    ]
    rows += [
        ("information", f"at ability {one['at']:g}", one["least"], one["most"], one["found"])
        for one in proof.get("information", ())
    ]
    columns = ("cell", "level", "at least", "at most", "in this form")
    return Table("cells", "What the blueprint asks and what the form has", columns, tuple(rows))


def _placed(found: Evidence, codes: Codes) -> Table:
    columns = (
        *("position", "item", "kind", "domain", "level", "version", "author", "accepted by", "reviews"),
        *("SHA-256 of the version", "SHA-256 of its key", "counts, times"),
    )
    weights = {
        one.position: "no: pilot" if one.pilot else str(one.weight)
        for one in runs.paper(found.form.digest, found.form.package).placed
    }
    rows = tuple(
        (
            one.position, one.version.item.code, one.version.item.kind, one.version.item.domain,
            one.version.item.level, one.version.number,
            codes.of(one.version.author_id, "wrote items") or "library",
            queries.accepted(found.reviews, one.version_id), _reviewed(found, one.version_id, codes), one.version.digest, one.key.digest,
            weights[one.position],
        )
        for one in found.placed
    )  # fmt: skip
    return Table("items-of-form", "Items of the form", columns, rows)


def _reviewed(found: Evidence, version_id: int, codes: Codes) -> str:
    """By whom, on which day, and with what verdict."""
    return "; ".join(
        f"{codes.of(one.reviewer_id, REVIEWED)} {one.at:%Y-%m-%d} {one.get_verdict_display().lower()}"
        for one in found.reviews
        if one.version_id == version_id
    )


def _reviews(found: Evidence, codes: Codes) -> Table:
    here = {one.version_id: one for one in found.placed}
    rows = tuple(
        (
            here[one.version_id].position, here[one.version_id].version.item.code,
            here[one.version_id].version.number, one.round, codes.of(one.reviewer_id, REVIEWED),
            one.get_verdict_display(), one.at,
        )
        for one in sorted(found.reviews, key=lambda one: (here[one.version_id].position, one.at, one.pk))
    )  # fmt: skip
    columns = ("position", "item", "version", "submission", "reviewer", "verdict", "at")
    return Table("reviews", "Reviews of its items", columns, rows)


def _rounds(found: Evidence) -> Table:
    columns = (
        *("study opened", "round", "judges", "cut in points", "of", "standard error"),
        *("ICC(2,1)", "ICC(2,k)", "spread in per cent"),
    )
    rows = tuple(
        (one.study.opened_at, number, len(came.judges), came.between, came.maximum, came.error, came.single,
         came.mean, came.spread)
        for one in found.studies
        for number, came in one.rounds
    )  # fmt: skip
    return Table("angoff", "Angoff studies", columns, rows)


def _judges(found: Evidence, codes: Codes) -> Table:
    rows = tuple(
        (one.study.opened_at, number, codes.of(int(judge.name), "judged the cut"), judge.cut,
         judge.with_others)
        for one in found.studies
        for number, came in one.rounds
        for judge in came.judges
    )  # fmt: skip
    columns = ("study opened", "round", "judge", "cut in points", "r with the others")
    return Table("judges", "Judges of the cut", columns, rows)


def _rated(found: Evidence) -> Table:
    """What the judges of a round said of each item, together."""
    codes = {one.position: one.version.item.code for one in found.placed}
    rows = []
    for one in found.studies:
        said: dict[tuple[int, int], list[int]] = {}
        for number, _, position, percent in one.ratings:
            said.setdefault((number, position), []).append(percent)
        rows += [
            (one.study.opened_at, number, position, codes.get(position, ""), len(all_), estimates.mean(all_).within(0, 100), min(all_), max(all_))
            for (number, position), all_ in said.items()
        ]  # fmt: skip
    columns = (
        *("study opened", "round", "position", "item", "judges"),
        *("mean in per cent", "lowest", "highest"),
    )
    return Table("angoff-items", "What judges said of each item", columns, tuple(rows))


def _ratings(found: Evidence, codes: Codes) -> Table:
    rows = tuple(
        (one.study.opened_at, number, codes.of(judge, "judged the cut"), position, percent)
        for one in found.studies
        for number, judge, position, percent in one.ratings
    )
    columns = ("study opened", "round", "judge", "position", "per cent")
    return Table("ratings", "Every rating", columns, rows)


def _agreement(found: Evidence, codes: Codes) -> Table:
    return form_statistics.agreement(
        found.agreement, lambda pair: [codes.of(one, "marked scripts") for one in pair.ids]
    )


def _incidents(found: Evidence, codes: Codes) -> Table:
    """Without their words: invigilators write names and ailments there. The digest binds what can be read with the
    sitting."""
    rows = tuple(
        (
            one.at, str(one.sitting.uuid), one.get_kind_display(),
            codes.of(one.by_id, "noted incidents") or "by rule", hashlib.sha256(one.text.encode()).hexdigest(),
        )
        for one in found.incidents
    )  # fmt: skip
    columns = ("at", "sitting", "kind", "noted by", "SHA-256 of the note")
    return Table("incidents", "Incidents", columns, rows)


def _wishes(found: Evidence, codes: Codes) -> Table:
    rows = tuple(
        (one.study.opened_at, one.study.get_method_display(), codes.of(one.judge_id, "judged the cut"),
         one.least_cut, one.most_cut, one.least_share, one.most_share)
        for one in found.wishes
    )  # fmt: skip
    columns = (
        *("study opened", "method", "judge", "cut in points", "highest cut"),
        *("per cent that pass, by Hofstee that fail", "per cent at most"),
    )
    return Table("wishes", "Judges by Beuk and Hofstee", columns, rows)


def _cuts(found: Evidence, codes: Codes) -> Table:
    rows = tuple(
        (one.get_method_display(), one.reference.number if one.reference else None, one.cut, _between(one.basis), one.get_state_display(), codes.of(one.proposed_by_id, "proposed a cut"), one.proposed_at,
         one.reason, codes.of(one.decided_by_id, "decided on a cut"), one.decided_at, one.decision_reason,
         one.digest)
        for one in found.cuts
    )  # fmt: skip
    columns = (
        *(
            "method",
            "form equated to",
            "share",
            "points at 95 per cent",
            "state",
            "proposed by",
            "at",
            "reason",
            "decided by",
        ),
        *("decided at", "words", "SHA-256 of its basis"),
    )
    return Table("cuts", "Cuts of this form", columns, rows)


def _between(basis: Mapping[str, Any]) -> str:
    """Where a cut that rests on candidates may lie; of Angoff's the table of studies tells it."""
    came = basis.get("came", {})
    return f"{came['low']} to {came['high']}" if "low" in came else ""


def _validations(found: Evidence, codes: Codes) -> Table:
    rows = tuple(
        (
            one.proposed_at, codes.of(one.proposed_by_id, "proposed a key"), one.sittings,
            one.base.number if one.base else 1,
            sum(bool(item["flags"]) for item in one.found["items"]), len(one.verdicts), one.reason,
            one.get_state_display(), codes.of(one.decided_by_id, "decided on a key"), one.decided_at,
            one.key.number if one.key else None,
        )
        for one in found.validations
    )  # fmt: skip
    columns = (
        *("proposed at", "by", "sittings", "key looked at", "items flagged", "decisions", "reason", "state"),
        *("decided by", "decided at", "new key"),
    )
    return Table("key-validations", "Validations of the key", columns, rows)


def _versions(found: Evidence, codes: Codes) -> Table:
    first = (1, found.form.assembled_at, "", "", "as assembled", digests.digest(found.form.keys))
    rows = tuple(
        (one.number, one.at, codes.of(one.proposed_by_id, "proposed a key"),
         codes.of(one.decided_by_id, "decided on a key"), one.reason, one.digest)
        for one in found.versions
    )  # fmt: skip
    columns = ("key version", "at", "proposed by", "decided by", "reason", "SHA-256")
    return Table("key-versions", "Versions of the key", columns, (first, *rows))


def _approvals(found: Evidence, codes: Codes) -> Table:
    """What two persons did, or one for the form as a whole, in the order in which it was done."""
    rows: list[tuple[Any, ...]] = [
        (
            one.at,
            f"form: {one.event}",
            codes.of(one.by_id, f"form: {one.event}") or "by rule",
            "",
            one.to_state,
        )
        for one in found.moves
    ]
    rows += [
        (one.decided_at, f"batch of {one.many} results",  # type: ignore[attr-defined]
         codes.of(one.proposed_by_id, "proposed a release"), codes.of(one.decided_by_id, "decided on a release"),
         one.get_state_display())
        for one in found.batches
        if one.decided_at
    ]  # fmt: skip
    rows += [
        (
            one.decided_at,
            "cut",
            codes.of(one.proposed_by_id, "proposed a cut"),
            codes.of(one.decided_by_id, "decided on a cut"),
            one.state,
        )
        for one in found.cuts
        if one.decided_at
    ]
    rows += [
        (
            one.decided_at,
            "key",
            codes.of(one.proposed_by_id, "proposed a key"),
            codes.of(one.decided_by_id, "decided on a key"),
            one.state,
        )
        for one in found.validations
        if one.decided_at
    ]
    columns = ("at", "what", "done or proposed by", "decided by", "became")
    return Table("approvals", "Approvals", columns, tuple(sorted(rows, key=lambda row: row[0])))


def _runs(found: Evidence, codes: Codes) -> Table:
    rows = tuple(
        (str(one.sitting.uuid), one.number, one.key_number, one.raw, one.maximum,
         runs.scaled_of({"standard": one.held}), one.at,  # type: ignore[attr-defined]  # by the query
         codes.of(one.by_id, "had sittings marked again"), one.reason, one.digest)
        for one in found.runs
    )  # fmt: skip
    columns = ("sitting", "run", "key version", "points", "of", "scaled", "at", "by", "reason", "SHA-256")
    return Table("score-runs", "Score runs", columns, rows)
