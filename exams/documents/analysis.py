"""An analysis of responses as plain text and as JSON, and what is said where there is no number or no file."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from exams.rules.statistics.ability import Ability
from exams.rules.statistics.analysis import Abilities, Analysis, Decisions
from exams.rules.statistics.classical import Classical
from exams.rules.statistics.consistency import Consistency
from exams.rules.statistics.dif import Class, Dif
from exams.rules.statistics.estimates import Estimate, Reason
from exams.rules.statistics.information import THETA
from exams.rules.statistics.similarity import Scope, Similarity
from exams.rules.statistics.tables import CannotRead, Fault
from exams.rules.statistics.validation import Flag, Sign, Times

REASONS = {
    Reason.FEW_PERSONS: "fewer than 30 persons: nothing that could be relied on",
    Reason.FEW_FOR_SLOPES: "fewer than 500 persons: slopes could not be relied on; --model rasch needs 30",
    Reason.FEW_ITEMS: "fewer than three items that vary: slopes can't be told apart",
    Reason.ONE_ITEM: "there is no other item to compare with",
    Reason.CONSTANT: "everybody has the same, so there is nothing to compare",
    Reason.PERFECT: "all right: the most likely ability has no upper end; the mean of the posterior has one",
    Reason.ZERO: "none right: the most likely ability has no lower end; the mean of the posterior has one",
    Reason.AT_BOUND: "the search ended at the edge of what is believable",
    Reason.NOT_SETTLED: "the search did not come to rest",
    Reason.OTHER_METHOD: "this method says nothing of it",
    Reason.NO_RELIABILITY: "the reliability is not above 0, so no true scores can be estimated",
    Reason.NO_OVERLAP: "there is no score at which both groups have right and wrong answers",
    Reason.TOO_MANY_PAIRS: "more than 5,000 persons, and no group of at most 5,000 to compare within",
    Reason.NO_TIMES: "the file has no total_time",
    Reason.TOO_FEW: "too few chose it, or are there",
}
FAULTS = {
    Fault.EMPTY: "the file is empty. It needs a header with the names of the items, and one row for each person",
    Fault.NOT_TEXT: "it is not a CSV file in UTF-8. Save it as “CSV UTF-8” and try again",
    Fault.WEB_PAGE: "it is a web page, perhaps of a login that has run out, and not a CSV file. Download it again",
    Fault.NO_ROWS: "there is a header and no row beneath it",
    Fault.NO_ITEMS: "no column of the header is an item; person, group and total_time are about persons",
    Fault.UNNAMED: "column {found} has no name",
    Fault.COLUMN_TWICE: "two columns are named “{column}”; capitals make no difference",
    Fault.RAGGED: "the number of cells is {found}, which is not that of the header",
    Fault.TOO_LONG: "a person, group or time has more than 200 characters",
    Fault.TOO_MANY_CODES: "more than 255 different answers were given; “{found}” is one of them. Free text can't be read",
    Fault.TOO_MANY_ITEMS: "the header has {found} items; up to 300 are analysed, for work grows with their square and more",
    Fault.NEITHER_0_NOR_1: "item “{column}” has “{found}”. Without --key only 0, 1 and no answer are understood",
    Fault.UNKNOWN_CODE: "item “{column}” has “{found}”, which is no option of it",
    Fault.BAD_TIME: "total_time is “{found}”, which is not a number from 0",
    Fault.PERSON_TWICE: "“{found}” has a row already; there may be one row a person",
    Fault.KEY_HEADER: "the header is “{found}” and has to be “item,key” or “item,key,options”",
    Fault.KEY_BLANK: "item “{column}” has no key, or one that is not among its options",
    Fault.KEY_TWICE: "item “{column}” has a key already",
    Fault.KEY_WITHOUT_ITEM: "item “{column}” is not in the responses",
    Fault.ITEM_WITHOUT_KEY: "item “{column}” has no key",
}
SIGNS = {
    Sign.HARD: "p = {value:.3f}, below .2",
    Sign.EASY: "p = {value:.3f}, above .95",
    Sign.WEAK: "corrected point-biserial = {value:.3f}, below .05",
    Sign.DISTRACTOR: "option {option} correlates above the key ({value:.3f})",
}
LEADS = "Leads for people; nothing is decided by them."


def why_not(cannot: CannotRead, responses: str, key: str) -> str:
    """One sentence: which file, where, what stands there and what should."""
    where = f"{key if cannot.in_key else responses}" + (f", line {cannot.line}" if cannot.line else "")
    what = FAULTS[cannot.fault].format(column=cannot.column, found=cannot.found)
    return f"{where}: {what}. Nothing was analysed."


def as_json(found: Analysis) -> str:
    """Every number with its interval, or null with the code of a reason; `reasons` has the words for the codes."""
    content: dict[str, Any] = asdict(found)
    used = sorted(set(_reasons(content)))
    content["reasons"] = {code: REASONS[code] for code in used}
    return json.dumps(content, allow_nan=False, ensure_ascii=False)


def _reasons(content: Any) -> Iterator[Reason]:
    if isinstance(content, Reason):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _reasons(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _reasons(value)


def as_text(found: Analysis) -> str:
    lines = [f"{found.persons:,} persons, {found.items:,} items"]
    if found.suppressed or found.classical is None:
        return "\n".join([*lines, f"No statistics: {REASONS[found.suppressed or Reason.FEW_PERSONS]}."])
    lines += _classical(found.classical)
    if found.rasch:
        lines += [
            "",
            f"Rasch model, marginal likelihood; log-likelihood {_plain(found.rasch.log_likelihood)}",
        ]
        lines += [f"Variance of abilities {_said(found.rasch.variance)}"]
        lines += _parameters(found.classical, {"easiness": found.rasch.easiness})
    if found.conditional:
        lines += ["", f"Conditional likelihood; log-likelihood {_plain(found.conditional.log_likelihood)}"]
        lines += _parameters(found.classical, {"easiness, sum 0": found.conditional.easiness})
    if found.two_parameter:
        two = found.two_parameter
        lines += ["", f"2PL, marginal likelihood; log-likelihood {_plain(two.log_likelihood)}"]
        lines += _parameters(found.classical, {"slope": two.slopes, "intercept": two.intercepts})
    lines += _abilities(found.abilities)
    for model in (found.rasch, found.two_parameter):
        lines += _information(model.information) if model else []
    lines += _decisions(found.decisions)
    lines += _flags(found.flags, found.times)
    lines += _dif(found.dif)
    lines += _similarity(found.similarity)
    return "\n".join(lines)


def _classical(found: Classical) -> list[str]:
    lines = [
        f"Mean {_said(found.mean)}, standard deviation {_said(found.sd)}",
        f"KR-20 (alpha) {_said(found.alpha)}",
        f"KR-21 {_said(found.kr21)}",
        f"Standard error of measurement {_said(found.sem)}",
        "",
        *_table(
            ["item", "p", "r", "r corrected", "alpha without", "omitted", "not reached"],
            [
                [
                    item.name, _short(item.p), _short(item.r), _short(item.r_corrected),
                    _short(item.alpha_if_dropped), str(item.omitted), str(item.not_reached),
                ]
                for item in found.items
            ],
        ),
    ]  # fmt: skip
    options = [
        [
            item.name if place == 0 else "", (option.label or "none") + (" *" if option.is_key else ""),
            str(option.count), _short(option.share), _short(option.r), _short(option.mean_score),
        ]
        for item in found.items
        for place, option in enumerate(item.options)
    ]  # fmt: skip
    if options:
        head = ["item", "option", "chosen", "share", "r", "mean score"]
        lines += ["", *_table(head, options), "* is the key.", *_traces(found)]
    return lines + _errors(found)


def _traces(found: Classical) -> list[str]:
    rows = [
        [
            item.name if place == 0 else "", (option.label or "none") + (" *" if option.is_key else ""),
            *(_short(one) for one in option.trace),
        ]
        for item in found.items
        for place, option in enumerate(item.options)
    ]  # fmt: skip
    fifths = ["lowest fifth", "second", "third", "fourth", "highest fifth"]
    return [
        "",
        "Share that chose each option, by fifths of the scores",
        *_table(["item", "option", *fifths], rows),
    ]


def _errors(found: Classical) -> list[str]:
    """The conditional standard error of measurement at each score; nothing for a single item."""
    rows = [
        [str(score), str(many), f"{lord:.4f}", _said(keats)]
        for score, (many, (lord, keats)) in enumerate(zip(found.counts, found.conditional, strict=True))
        if lord is not None
    ]
    if not rows:
        return ["", f"Conditional standard error of measurement: none ({REASONS[Reason.ONE_ITEM]})"]
    head = ["score", "persons", "by Lord, exact", "by Keats"]
    return ["", "Conditional standard error of measurement", *_table(head, rows)]


def _parameters(found: Classical, columns: dict[str, tuple[Estimate, ...]]) -> list[str]:
    rows = [
        [item.name, *(_said(values[place]) for values in columns.values())]
        for place, item in enumerate(found.items)
    ]
    return _table(["item", *columns], rows)


def _abilities(found: Abilities | None) -> list[str]:
    if not found:
        return []
    lines = [
        "",
        f"Ability (EAP): mean {_said(found.summary.mean)}, standard deviation {_said(found.summary.sd)}, "
        f"reliability {_said(found.summary.reliability)}",
    ]
    if found.by_score:
        lines += _ability_rows("score", enumerate(found.by_score))
    return lines


def _information(told: tuple[Estimate, ...]) -> list[str]:
    """Of the test at each ability, with the standard error of an ability there."""
    if not told:
        return []
    errors = (f"{one.value**-0.5:.4f}" if one.value else "–" for one in told)
    rows = [
        [f"{theta:.2f}", _said(one), error]
        for theta, one, error in zip(THETA.tolist(), told, errors, strict=True)
    ]
    return ["", "Test information", *_table(["ability", "information", "standard error there"], rows)]


def _ability_rows(name: str, rows: Iterable[tuple[object, Ability]]) -> list[str]:
    return _table([name, "EAP", "ML"], [[str(row), _said(one.eap), _said(one.ml)] for row, one in rows])


def _decisions(found: Decisions | None) -> list[str]:
    if not found:
        return []
    return [
        "",
        f"Cut at {found.cut} right: {_said(found.passed)} pass",
        *_consistent("Livingston and Lewis", found.livingston_lewis),
        *_consistent("Subkoviak", found.subkoviak),
    ]


def _consistent(name: str, found: Consistency) -> list[str]:
    lines = [f"{name}: decided alike twice {_said(found.consistency)}, kappa {_said(found.kappa)}"]
    if found.accuracy.value is not None:
        lines.append(
            f"  decided rightly {_said(found.accuracy)}, pass by error {_said(found.false_pass)}, "
            f"fail by error {_said(found.false_fail)}"
        )
    return lines


def _flags(flags: Sequence[Flag], times: Times | None) -> list[str]:
    lines = ["", f"Keys and items to look at: {len(flags)}"]
    lines += [
        f"  {flag.item}: {SIGNS[flag.sign].format(value=flag.value, option=flag.option)}" for flag in flags
    ]
    if times and times.many:
        odd = [f"very quick: {', '.join(times.quick)}"] if times.quick else []
        odd += [f"very slow: {', '.join(times.slow)}"] if times.slow else []
        lines.append(f"Odd times ({times.many}; the median is {times.median:g}): {'; '.join(odd)}")
        lines.append(LEADS)
    return lines


def _dif(found: Sequence[Dif]) -> list[str]:
    if not found:
        return []
    rows = [
        [one.item, one.reference, one.focal, _said(one.delta), one.ets or "–"]
        for one in found
        if one.ets is not Class.A
    ]
    lines = ["", f"Differential item functioning: {len(found)} looked at, {len(rows)} not of class A"]
    return lines + (_table(["item", "reference", "focal", "delta", "class"], rows) if rows else [])


def _similarity(found: Similarity | None) -> list[str]:
    if not found:
        return []
    if found.reason:
        return ["", f"Answer similarity: none looked at: {REASONS[found.reason]}."]
    among = (
        "all pairs"
        if found.scope is Scope.ALL
        else "pairs within a group only, as there are more than 5,000 persons"
    )
    lines = ["", f"Answer similarity: {found.pairs:,} pairs compared ({among}), {len(found.leads)} stand out"]
    if found.skipped:
        lines.append(f"  groups of more than 5,000, left out: {', '.join(found.skipped)}")
    lines += [
        f"  {pair.first} and {pair.second}: {pair.same} same answers, {pair.same_wrong} of them wrong; "
        f"{pair.expected:.1f} expected; p = {pair.p_value:.2g}"
        for pair in found.leads
    ]
    return [*lines, LEADS] if found.leads else lines


def _said(estimate: Estimate) -> str:
    if estimate.value is None:
        return f"none ({REASONS[estimate.reason or Reason.NOT_SETTLED]})"
    return f"{estimate.value:.4f} [{estimate.low:.4f}, {estimate.high:.4f}]"


def _short(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    return f"{estimate.value:.4f} [{estimate.low:.2f}, {estimate.high:.2f}]"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [head, *rows]
    ]
