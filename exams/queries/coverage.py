"""The traceability matrix of a bank: clauses and controls, lessons, items, the last forms, results, holders."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from courses.queries import frameworks, teaching
from exams.models import Bank, Exam, Form, FormItem, Item, Result
from exams.rules import coverage
from exams.rules.coverage import Asked, Clause, Gap, Points
from exams.rules.outcome import Outcome
from exams.rules.statistics.estimates import Estimate
from exams.states import ExamKind, FormState, ItemState, Pool, ResultState
from lms.kit import gather

if TYPE_CHECKING:
    from courses.queries.frameworks import FrameworkView
    from courses.queries.teaching import Teaching

# Of more results the latest are looked at: what older candidates did says little of today's teaching.
MOST_RESULTS = 2000


class NoFramework(LookupError):
    """The bank's profile, or the framework it stands on, hasn't been loaded."""


@dataclass(frozen=True)
class ItemLine:
    """An item as the matrix names it."""

    id: int
    code: str
    state: str
    pool: str
    refs: tuple[str, ...]

    @property
    def is_live(self) -> bool:
        """Whether exams draw on it. An item for practice tests nothing that counts."""
        return self.state == ItemState.LIVE and self.pool == Pool.EXAM


@dataclass(frozen=True)
class Row:
    """One clause, objective or control. `reached` is the share of the points, missing below 30 results; None where no
    result was."""

    ref: str
    title: str
    kind: str
    divided: bool
    lessons: tuple["Teaching", ...]
    items: tuple[ItemLine, ...]
    in_form: int
    reached: Estimate | None
    holders: int
    gaps: tuple[Gap, ...]

    @property
    def share(self) -> int | None:
        """In per cent, or None."""
        return None if self.reached is None else _percent(self.reached.value)

    @property
    def between(self) -> tuple[int, int] | None:
        """The ends of its interval at 95 per cent, in per cent."""
        if self.reached is None or self.reached.low is None or self.reached.high is None:
            return None
        return round(100 * self.reached.low), round(100 * self.reached.high)

    @property
    def few(self) -> bool:
        """Whether there are results, and too few to say anything."""
        return self.reached is not None and self.reached.value is None

    @property
    def live(self) -> int:
        return sum(item.is_live for item in self.items)

    @property
    def practice(self) -> int:
        return self._count(ItemState.LIVE, Pool.PRACTICE)

    @property
    def pilot(self) -> int:
        return self._count(ItemState.PILOT)

    @property
    def retired(self) -> int:
        return self._count(ItemState.RETIRED)

    @property
    def review(self) -> int:
        return self._count(ItemState.REVIEW)

    @property
    def draft(self) -> int:
        return self._count(ItemState.DRAFT)

    @property
    def untaught(self) -> bool:
        return Gap.UNTAUGHT in self.gaps

    @property
    def untested(self) -> bool:
        return Gap.UNTESTED in self.gaps

    def _count(self, state: ItemState, *pools: Pool) -> int:
        return sum(item.state == state and (not pools or item.pool in pools) for item in self.items)


@dataclass(frozen=True)
class Matrix:
    """`forms` are the last forms of the bank's exams, `results` how many released results on them were counted."""

    bank: Bank
    framework: str
    rows: tuple[Row, ...]
    forms: tuple[Form, ...]
    results: int

    def row(self, ref: str) -> Row | None:
        return next((row for row in self.rows if row.ref == ref), None)

    @property
    def untaught(self) -> int:
        return sum(row.untaught for row in self.rows)

    @property
    def untested(self) -> int:
        return sum(row.untested for row in self.rows)


def matrix(bank: Bank, *, on: date) -> Matrix:
    """The whole matrix of a bank; `holders` are people who hold a valid credential on the day `on` and passed
    with a form that asked about the clause. Raises NoFramework.

    The number of statements grows neither with that of clauses nor with that of lessons, items, forms or results.
    """
    framework = _framework(bank)
    taught = teaching.teaching(framework.key, profile_key=bank.profile_key)
    items = items_of(bank)
    asked = coverage.by_ref(_asked(items))
    placed = _placed(bank)
    last = _last_forms(bank)
    held = {item for form in last for item in placed[form.pk].values()}
    marks, results = _marks(last, placed)
    shares = coverage.shares(marks, asked)
    holders = Counter({ref: len(people) for ref, people in _holders(bank, placed, asked, on).items()})
    clauses = [Clause(clause.ref, clause.parent_ref) for clause in framework.clauses]
    gaps = coverage.gaps(clauses, taught=taught, items=_asked(items))
    lines = {item.id: item for item in items}
    divided = {clause.parent for clause in clauses}
    rows = tuple(
        Row(
            ref=clause.ref,
            title=clause.title,
            kind=clause.kind,
            divided=clause.ref in divided,
            lessons=taught.get(clause.ref, ()),
            items=tuple(lines[pk] for pk in sorted(asked.get(clause.ref, ()), key=lambda pk: lines[pk].code)),
            in_form=len(held & asked.get(clause.ref, frozenset())),
            reached=shares.get(clause.ref),
            holders=holders[clause.ref],
            gaps=gaps[clause.ref],
        )
        for clause in framework.clauses
    )
    return Matrix(bank, framework.title, rows, tuple(last), results)


def items_of(bank: Bank) -> tuple[ItemLine, ...]:
    """Every item of a bank with what it asks about. One statement."""
    rows = Item.objects.filter(bank=bank).order_by("code")
    return tuple(
        ItemLine(pk, code, state, pool, (*clauses, *controls))
        for pk, code, state, pool, clauses, controls in rows.values_list(
            "pk", "code", "state", "pool", "clauses", "controls"
        )
    )


def last_of(item: Item) -> tuple[str, ...]:
    """The clauses and controls that no other live item of the bank asks about. One statement."""
    lines = {line.id: line for line in items_of(item.bank)}
    return coverage.last_of(_ask(lines[item.pk]), _asked(lines.values()))


def codes() -> dict[tuple[str, str], frozenset[str]]:
    """The codes of all items that are not retired, by framework and reference. Two statements."""
    standing = frameworks.of_profiles()
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    rows = Item.objects.exclude(state=ItemState.RETIRED).order_by()
    for code, profile, clauses, controls in rows.values_list(
        "code", "bank__profile_key", "clauses", "controls"
    ):
        for ref in (*clauses, *controls):
            found[standing.get(profile, ""), ref].add(code)
    return {place: frozenset(held) for place, held in found.items()}


def holders(on: date) -> dict[tuple[str, str], frozenset[str]]:
    """The ids of those who hold a valid credential on a day and passed with a form that asked about a clause or control,
    by framework and reference. The number of statements grows with that of banks alone."""
    standing = frameworks.of_profiles()
    found: dict[tuple[str, str], frozenset[str]] = defaultdict(frozenset)
    for bank in Bank.objects.all():
        asked = coverage.by_ref(_asked(items_of(bank)))
        for ref, people in _holders(bank, _placed(bank), asked, on).items():
            found[standing.get(bank.profile_key, ""), ref] |= frozenset(map(str, people))
    return found


def _ask(line: ItemLine) -> Asked:
    return Asked(line.id, line.is_live, line.refs)


def _asked(lines: Iterable[ItemLine]) -> tuple[Asked, ...]:
    return tuple(map(_ask, lines))


def _framework(bank: Bank) -> "FrameworkView":
    try:
        return frameworks.framework(frameworks.profile(bank.profile_key).framework_key)
    except (frameworks.UnknownProfile, frameworks.UnknownFramework):
        raise NoFramework(bank.profile_key) from None


def _placed(bank: Bank) -> dict[int, dict[int, int]]:
    """By form and position the id of the item that stands and counts there."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = FormItem.objects.filter(form__exam__blueprint__bank=bank).order_by()
    for form, pilots, position, item in rows.values_list("form", "form__pilots", "position", "version__item"):
        if position not in pilots:
            found[form][position] = item
    return found


def _last_forms(bank: Bank) -> list[Form]:
    """The last form of each exam that counts, retired ones left aside."""
    rows = (
        Form.objects.filter(exam__blueprint__bank=bank, exam__kind=ExamKind.EXAM)
        .exclude(state=FormState.RETIRED)
        .select_related("exam")
        .only("number", "state", "exam__title", "exam__key")
        .order_by("exam", "number")
    )
    return list({form.exam_id: form for form in rows}.values())


def _marks(forms: Sequence[Form], placed: Mapping[int, Mapping[int, int]]) -> tuple[list[Points], int]:
    """What each item of these forms brought in each released result, and how many results there were."""
    rows = Result.objects.filter(state=ResultState.RELEASED, sitting__form__in=[form.pk for form in forms])
    details = rows.order_by("-pk").values_list("sitting__form", "run__detail")[:MOST_RESULTS]
    marks, count = [], 0
    for form, detail in details:
        count += 1
        for position, _, a, b, c, d, *_ in detail["marks"]:
            if position in placed[form]:
                marks.append(Points(placed[form][position], Fraction(a, b), Fraction(c, d), count))
    return marks, count


def _holders(
    bank: Bank, placed: Mapping[int, Mapping[int, int]], asked: Mapping[str, Collection[int]], on: date
) -> dict[str, set[int]]:
    """By reference, the holders of a valid credential who passed with a form that asked about it."""
    schemes = [
        key
        for key in Exam.objects.filter(blueprint__bank=bank, kind=ExamKind.EXAM).values_list(
            "scheme_key", flat=True
        )
        if key
    ]
    holding = frozenset[int]().union(*(part.holders(schemes, on) for part in gather.HOLDERS))
    passed = Result.objects.filter(
        state=ResultState.RELEASED, outcome=Outcome.PASSED, sitting__exam__blueprint__bank=bank
    )
    forms: dict[int, set[int]] = defaultdict(set)
    for person, form in passed.values_list("sitting__candidate", "sitting__form").order_by():
        if person in holding:
            forms[form].add(person)
    found: dict[str, set[int]] = defaultdict(set)
    for form, people in forms.items():
        held = set(placed[form].values()) if form in placed else set()
        for ref, ids in asked.items():
            if not held.isdisjoint(ids):
                found[ref] |= people
    return found


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)
