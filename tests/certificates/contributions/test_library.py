"""Schemes and designs as files: errors name file and line, and nothing that is relied upon changes."""

import shutil

import pytest
from django.conf import settings

from certificates.contributions import library
from certificates.models import DesignVersion, Requirement, SchemeVersion
from certificates.rules import signatories
from lms.kit.content import Problems
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db
SHIPPED = settings.BASE_DIR / "certificates" / "library"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "own")
    return tmp_path / "own"


def change(folder, old, new, name="schemes/aims-lead-implementer.yaml"):
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return path


def read(*folders):
    problems = Problems()
    return library.read(list(folders), problems), problems


def test_loading_again_changes_nothing():
    first, second = make.schemes(), make.schemes()
    assert (first.created, first.changed, first.unchanged) == (3, 0, 0)
    assert (second.created, second.changed, second.unchanged) == (0, 0, 3)
    assert (SchemeVersion.objects.count(), Requirement.objects.count()) == (2, 34)


def test_what_nobody_relies_on_may_still_be_mended(folder):
    make.schemes()
    change(folder, "300 hours of work", "310 hours of work")
    count = library.write(read(folder)[0])
    assert (count.changed, count.unchanged, count.kept) == (1, 2, 0)
    assert Requirement.objects.filter(text__startswith="310 hours").count() == 1


def test_two_may_sign_for_the_issuer(folder):
    change(
        folder,
        "design: engraved",
        "  second_signatory: {name: Mara Okafor, title: Head of Certification}\ndesign: engraved",
    )
    library.write(read(folder)[0])
    issuer = SchemeVersion.objects.get(scheme__key=make.IMPLEMENTER).data["issuer"]
    assert [one["name"] for one in signatories.of(issuer)] == ["The Certification Board", "Mara Okafor"]


def test_what_somebody_relies_on_is_kept_and_the_note_says_what_to_do(folder, ada):
    make.schemes()
    make.certified(ada)
    change(folder, "validity_years: 3", "validity_years: 5")
    change(folder, "#1c5a58", "#000000", "designs/engraved.yaml")
    count = library.write(read(folder)[0])
    assert count.kept == 2
    assert count.notes == (
        "design engraved 1 stands on certificates, or was made here: raise its version to change it",
        f"scheme {make.IMPLEMENTER} 1 is relied upon: raise its version to change it",
    )
    assert SchemeVersion.objects.get(scheme__key=make.IMPLEMENTER).data["validity_years"] == 3
    assert DesignVersion.objects.get().data["colours"]["accent"] == "#1c5a58"


def test_a_new_version_stands_beside_the_old(folder, ada):
    make.schemes()
    old = make.certified(ada)
    change(folder, "version: 1", "version: 2")
    assert library.write(read(folder)[0]).created == 1
    assert old.editions.get().version.number == 1
    assert SchemeVersion.objects.filter(scheme__key=make.IMPLEMENTER).count() == 2


def test_an_institutions_own_file_takes_the_place_of_the_shipped_one(folder):
    change(folder, "title: ISO/IEC 42001 Lead Implementer", "title: Our own scheme")
    library.write(read(SHIPPED, folder)[0])
    assert SchemeVersion.objects.get(scheme__key=make.IMPLEMENTER).data["title"] == "Our own scheme"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("code: AIMS-LI", "code: aims li", "'code' must be capital letters"),
        ("validity_years: 3", "validity_years: none", "'validity_years' must be a whole number"),
        ("grace_days: 90", "grace_dais: 90", "unknown key 'grace_dais'"),
        ("effective_on: 2026-01-01", "effective_on: soon", "'effective_on' must be a date"),
        ("design: engraved", "design: woodcut", "there is no design of that key"),
        ("decided_by: rule", "decided_by: dice", "'decided_by' must be rule or officer"),
        ("kind: exam", "kind: duel", "'kind' must be one of"),
        ("rank: 2", "rank: 1", "two levels have the same rank"),
        ("years: 2", "months: 2", "unknown key 'months'"),
        ("waits_days: [15,", "waits_days: [soon,", "'waits_days' must be a list of days"),
        ("  - key: provisional", "  - provisional", "not readable as YAML"),
    ],
)
def test_a_fault_names_its_file_and_line(folder, old, new, says):
    path = change(folder, old, new)
    line = path.read_text().split(new.split("\n")[0])[0].count("\n") + 1
    _, problems = read(folder)
    found = [problem for problem in problems if says in problem.message]
    assert found, [str(problem) for problem in problems]
    assert found[0].path == path
    assert abs(found[0].line - line) <= 15


def test_a_design_lets_nothing_but_a_colour_into_the_style_sheet(folder):
    change(folder, '"#1c5a58"', '"red; } body { display: none"', "designs/engraved.yaml")
    _, problems = read(folder)
    assert [problem.message for problem in problems] == ["'accent' must be a colour such as \"#1c5a58\""]
