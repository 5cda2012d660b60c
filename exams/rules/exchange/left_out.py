"""What a package of QTI has besides items and shared texts, and what of it goes unread here, resource by resource."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from exams.rules.exchange.frame import CannotRead, Refusal
from exams.rules.exchange.package import Package
from exams.rules.exchange.qti_parts import attribute, name
from lms.kit import xml

MOST_NAMED = 200
WORDS = {
    "imsqti_test": "an assessment test",
    "imsqti_section": "a section of a test",
    "imsqti_testpart": "a part of a test",
    "imsqti_outcomes": "the outcomes of a test",
    "imsqti_fragment": "a fragment that items share",
    "imsqti_rptemplate": "a rule of marking that items share",
    "webcontent": "a picture, style or other file",
}
COUNTED = {
    "assessmentsection": "section",
    "assessmentsectionref": "section of another file",
    "weight": "weight",
    "selection": "selection",
    "ordering": "ordering",
    "timelimits": "time limit",
    "branchrule": "branch rule",
    "precondition": "precondition",
    "outcomeprocessing": "marking rule of its own",
    "testfeedback": "feedback",
}
OURS = {"assessmenttest", "testpart", "assessmentsection", "assessmentitemref"}


def of(package: Package) -> Iterator[Refusal]:
    """One for each resource that is left out, with the reason; from MOST_NAMED on only how many more there are."""
    more = 0
    named = 0
    for identifier, kind, path in package.others():
        reason = _reason(package, kind, path)
        if not reason:
            continue
        if named == MOST_NAMED:
            more += 1
            continue
        named += 1
        yield Refusal(identifier or path, 0, reason)
    if more:
        yield Refusal("", 0, f"{more} more files of the package are left out")


def _reason(package: Package, kind: str, path: str) -> str:
    """Nothing where a test of ours says only what the items' shared texts say too."""
    what = next((said for start, said in WORDS.items() if kind.startswith(start)), "")
    if not what:
        return f"it is neither an item nor a shared text ({kind[:60] or 'of no type'}), and is left out"
    if not kind.startswith("imsqti_test_"):
        return f"it is {what}, and is left out"
    root = _read(package, path)
    if root is None:
        return f"it is {what}, which can't be read, and is left out"
    if _ours(root):
        return ""
    held = Counter(COUNTED[name(one)] for one in root.iter() if name(one) in COUNTED)
    told = ", ".join(f"{many} {word}{'s' if many > 1 else ''}" for word, many in held.items())
    return f"it is {what}{f' ({told})' if told else ''}, and is left out: a blueprint says here how forms are made"


def _read(package: Package, path: str) -> Element | None:
    try:
        return xml.parse(package.read(path), "a QTI test")
    except CannotRead:
        return None


def _ours(root: Element) -> bool:
    said = attribute(root, "identifier"), attribute(root, "title")
    return said == ("TEST", "Scenarios") and {name(one) for one in root.iter()} <= OURS
