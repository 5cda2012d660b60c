"""Reading the course structure of a cmi5 package: `cmi5.xml` at the top of a zip, with what it runs beside it.

After the cmi5 specification, "Quartz", sections 13 and 14 (https://github.com/AICC/CMI-5_Spec_Current).
"""

import posixpath
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from xml.etree.ElementTree import Element

from courses.rules.packages.manifest import (
    MOST_LAUNCH_DATA,
    MOST_SCOS,
    PackageText,
    ScoText,
    Standard,
    WholeText,
)
from lms.kit import archives, xml
from lms.kit.archives import Archive
from lms.kit.refusing import CannotRead

NAME = "cmi5.xml"
LONGEST_ID, LONGEST_KEY = 255, 255
COURSE, BLOCK = "course", "block"
BLOCKS = "its blocks make no modules: its parts stand in one, in the order of the structure"
OBJECTIVES = "its objectives are not taken over: choose clauses for its lessons"


class MoveOn(StrEnum):
    """What a part must have told before its learner is done with it."""

    PASSED = "Passed"
    COMPLETED = "Completed"
    BOTH = "CompletedAndPassed"
    EITHER = "CompletedOrPassed"
    NOTHING = "NotApplicable"

    def met(self, *, completed: bool, passed: bool) -> bool:
        return {
            MoveOn.PASSED: passed,
            MoveOn.COMPLETED: completed,
            MoveOn.BOTH: completed and passed,
            MoveOn.EITHER: completed or passed,
            MoveOn.NOTHING: True,
        }[self]


def read(archive: Archive) -> PackageText:
    """What runs in a package. Raises CannotRead for what is no cmi5 package, or has nothing that runs here."""
    if not archive.has(NAME):
        raise CannotRead(
            f"it has no {NAME} at its top, so it is no cmi5 package: zip what is in its folder, not the folder"
        )
    root = xml.parse(archive.read(NAME), "a course structure")
    course = next((one for one in root if xml.name(one) == "course"), None)
    if xml.name(root) != "courseStructure" or course is None:
        raise CannotRead(f"{NAME} is not a course structure")
    units = [one for one in root.iter() if xml.name(one) == "au"]
    if not units:
        raise CannotRead("its structure names nothing that runs")
    if len(units) > MOST_SCOS:
        raise CannotRead(f"it has {len(units)} parts, and may have {MOST_SCOS}")
    parts = tuple(_part(unit, archive) for unit in units)
    if len({one.identifier for one in parts}) < len(parts):
        raise CannotRead(
            "two parts of its structure have the same id, so what they tell could not be told apart"
        )
    return PackageText(
        identifier=course.get("id", "")[:LONGEST_ID],
        title=_words(course, "title")[:200] or parts[0].title,
        standard=Standard.CMI5,
        scos=parts,
        degraded=tuple(_lost(root)),
        wholes=tuple(_wholes(root, course)),
    )


def _wholes(root: Element, course: Element) -> Iterator[WholeText]:
    """The course with all parts, and each block that has any, outer ones before inner ones."""
    for kind, element, within in (
        (COURSE, course, root),
        *((BLOCK, one, one) for one in root.iter() if xml.name(one) == "block"),
    ):
        publisher = element.get("id", "").strip()
        if len(publisher) > LONGEST_ID:
            raise CannotRead(f"its course or a block has an id of more than {LONGEST_ID} characters")
        units = tuple(one.get("id", "").strip() for one in within.iter() if xml.name(one) == "au")
        if units:
            yield WholeText(kind, publisher, _words(element, "title")[:200], units)


def _part(unit: Element, archive: Archive) -> ScoText:
    identifier = unit.get("id", "").strip()
    if not identifier or len(identifier) > LONGEST_ID:
        raise CannotRead(f"a part of its structure has no id, or one of more than {LONGEST_ID} characters")
    entitlement = _text(unit, "entitlementKey")
    if len(entitlement) > LONGEST_KEY:
        raise CannotRead(f"a part of its structure has a key of more than {LONGEST_KEY} characters")
    move_on = _move_on(unit)
    return ScoText(
        identifier=identifier,
        title=_words(unit, "title")[:200] or identifier[:200],
        entry=_entry(unit, archive),
        launch_data=_launch_parameters(unit),
        mastery=_mastery(unit),
        tracks=move_on != MoveOn.NOTHING,
        move_on=move_on,
        entitlement=entitlement,
        own_window=_own_window(unit),
    )


def _entry(unit: Element, archive: Archive) -> str:
    said = _text(unit, "url")
    path, mark, query = said.partition("?")
    path = posixpath.normpath(archives.within(path)) if path else ""
    if not path or not archive.has(path):
        raise CannotRead(
            f"its structure begins a part with {said[:100] or 'no address'}, which is not in the package; what runs "
            "elsewhere is not run from here, where its learners' answers would go there too"
        )
    if len(said) > 900:
        raise CannotRead("its structure begins a part with an address of more than 900 characters")
    return f"{path}{mark}{query.partition('#')[0]}"


def _move_on(unit: Element) -> MoveOn:
    said = unit.get("moveOn", MoveOn.NOTHING).strip()
    if said not in set(MoveOn):
        raise CannotRead(f"its structure asks for {said[:40]} before a part is done, which cmi5 doesn't know")
    return MoveOn(said)


def _own_window(unit: Element) -> bool:
    said = unit.get("launchMethod", "AnyWindow").strip()
    if said not in ("AnyWindow", "OwnWindow"):
        raise CannotRead(f"its structure opens a part by {said[:40]}, which cmi5 doesn't know")
    return said == "OwnWindow"


def _mastery(unit: Element) -> str:
    said = unit.get("masteryScore", "").strip()
    try:
        score = Decimal(said[:20]) if said else None
    except InvalidOperation:
        score = Decimal(-1)
    if score is not None and not (score.is_finite() and 0 <= score <= 1):
        raise CannotRead(f"its structure has a score to pass of {said[:40]}, which is not between 0 and 1")
    return "" if score is None else str(score)


def _launch_parameters(unit: Element) -> str:
    said = _text(unit, "launchParameters")
    if len(said) > MOST_LAUNCH_DATA:
        raise CannotRead(f"a part has more than {MOST_LAUNCH_DATA} characters of launch parameters")
    return said


def _lost(root: Element) -> Iterator[str]:
    if any(xml.name(one) == "block" for one in root.iter()):
        yield BLOCKS
    if any(xml.name(one) == "objective" for one in root.iter()):
        yield OBJECTIVES


def _words(element: Element, name: str) -> str:
    """A text that is there in several languages: in English, else in the first of them."""
    found = [
        (one.get("lang", ""), " ".join((one.text or "").split()))
        for holder in element
        if xml.name(holder) == name
        for one in holder
        if xml.name(one) == "langstring"
    ]
    english = [text for language, text in found if language.lower().startswith("en")]
    return next(iter([*english, *(text for _, text in found)]), "")


def _text(element: Element, name: str) -> str:
    return next(((one.text or "").strip() for one in element if xml.name(one) == name), "")
