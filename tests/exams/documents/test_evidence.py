import csv
import hashlib
import io
import zipfile

import pytest

from exams.actions import cuts, keys
from exams.documents import evidence as documents
from exams.documents.evidence import Pack
from exams.models import CutRating, FormCut, Incident, Sitting
from exams.queries import evidence as queries
from lms.db import append_only, clock
from lms.kit import digests
from tests import cast
from tests.counting import statements
from tests.factories import exams as make
from tests.factories import keys as make_keys
from tests.factories import marking as make_marking

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(db):
    """With a cut of its own, sat by four, and re-keyed by Eve and Jun."""
    exam = make.exam()
    cut: FormCut = make.proposed_cut(exam.forms.get())
    cuts.approve(cut_uuid=cut.uuid, by_id=cast.person("lena").pk)
    for name, answers in make_keys.ANSWERS.items():
        make.sat(exam, cast.person(name), answers)
    found = keys.propose(
        form_id=cut.form_id, by_id=cast.person("eve").pk, verdicts=[make_keys.REKEY], reason="It is a."
    )
    keys.approve(validation_uuid=found.uuid, by_id=cast.person("jun").pk, reason="I agree.")
    return exam.forms.select_related("exam").get()


def pack(form) -> Pack:
    return documents.pack(queries.of_form(form))


def rows(made: Pack) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(documents.as_archive(made))) as archive:
        return {
            name: list(csv.DictReader(archive.read(name).decode().splitlines()))
            for name in archive.namelist()
        }


def test_every_file_has_the_digest_that_the_manifest_says(form) -> None:
    made = pack(form)
    with zipfile.ZipFile(io.BytesIO(documents.as_archive(made))) as archive:
        said = {row["file"]: row["SHA-256"] for row in rows(made)["manifest.csv"]}
        found = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert found.pop("manifest.csv") == made.digest
    assert found == said


def test_the_form_its_keys_and_its_score_runs_can_be_worked_out_anew(form) -> None:
    found = rows(pack(form))
    said = {row["what"]: row["value"] for row in found["form.csv"]}
    assert said["SHA-256 of the form (texts and keys)"] == form.digest
    assert said["Worked out anew it is the same"] == "True"
    assert [row["SHA-256"] for row in found["key-versions.csv"]] == [
        said["SHA-256 of the first keys"],
        form.key_versions.get().digest,
    ]
    runs = [[row["sitting"], int(row["run"]), row["SHA-256"]] for row in found["score-runs.csv"]]
    assert said["SHA-256 of the list of score runs"] == digests.digest(runs)
    assert len(runs) == 4


def test_a_key_that_somebody_changed_in_the_table_shows(form) -> None:
    form.keys["1"]["right"] = ["a"]
    form.save()
    said = {row["what"]: row["value"] for row in rows(pack(form))["form.csv"]}
    assert said["Worked out anew it is the same"] == "False"


def test_who_did_what_is_told_by_codes_and_never_by_names(form) -> None:
    made = pack(form)
    found = rows(made)
    roles = {row["person"]: row["what they did"] for row in found["persons.csv"]}
    item, *_ = found["items-of-form.csv"]
    reviewers = {row["reviewer"] for row in found["reviews.csv"]}
    assert roles[item["author"]] == "wrote items"
    assert (len(reviewers), item["author"] in reviewers, item["accepted by"]) == (2, False, "2")
    (cut,) = found["cuts.csv"]
    assert (cut["share"], cut["state"], cut["proposed by"] == cut["decided by"]) == (
        "0.58",
        "Approved",
        False,
    )
    assert [row["judges"] for row in found["angoff.csv"]] == ["2", "2"]
    (validation,) = found["key-validations.csv"]
    assert validation["by"] == cut["proposed by"]
    assert "proposed a cut" in roles[validation["by"]] and "proposed a key" in roles[validation["by"]]
    text = " ".join(str(cell) for table in made.tables for row in table.rows for cell in row)
    for name in ("eve", "jun", "hana", "ivo", "lena", "ada"):
        person = cast.person(name)
        assert person.display_name not in text and person.email not in text


def test_blueprint_and_what_happened_stand_in_it(form) -> None:
    sitting = Sitting.objects.first()
    for text in ("A fire drill.", "Ada's phone rang."):
        Incident.objects.create(sitting=sitting, kind="conduct", text=text, at=clock.now())
    found = rows(pack(form))
    proof = {row["what"]: row["value"] for row in found["blueprint.csv"]}
    assert (proof["SHA-256 of the model"], proof["Status"]) == (form.proof["model_digest"], "optimal")
    assert [(row["at least"], row["in this form"]) for row in found["cells.csv"]] == [("2", "2"), ("3", "3")]
    happened = {(row["what"], row["kind"]): row["how many"] for row in found["happened.csv"]}
    assert happened["incidents", "Conduct"] == "2"
    assert happened["sittings that ended", "handed in by the candidate"] == "4"
    whats = {row["what"] for row in found["approvals.csv"]}
    assert whats == {"form: assemble", "form: open", "form: rekey", "cut", "key"}
    assert "phone" not in str(found)
    fire, _ = found["incidents.csv"]
    assert (fire["sitting"], fire["kind"], fire["noted by"]) == (str(sitting.uuid), "Conduct", "by rule")
    assert fire["SHA-256 of the note"] == hashlib.sha256(b"A fire drill.").hexdigest()


def test_every_rating_of_a_judge_stands_in_it(form) -> None:
    found = rows(pack(form))
    kept = CutRating.objects.filter(study__form=form)
    assert len(found["ratings.csv"]) == kept.count() == 2 * 2 * 5
    assert [int(row["per cent"]) for row in found["ratings.csv"]] == list(
        kept.order_by("round", "position", "judge").values_list("percent", flat=True)
    )
    first, *others = found["angoff-items.csv"]
    said = [one.percent for one in kept.filter(round=1, position=1)]
    assert (first["item"], first["judges"]) == (form.package["items"][0]["item"], "2")
    low, mean, high = (float(first[f"mean in per cent{end}"]) for end in (", low", "", ", high"))
    assert mean == sum(said) / 2 and 0 <= low <= mean <= high <= 100
    assert len(others) == 2 * 5 - 1
    roles = {row["person"]: row["what they did"] for row in found["persons.csv"]}
    assert all("judged the cut" in roles[row["judge"]] for row in found["ratings.csv"])


def test_the_same_records_give_the_same_files_and_the_same_paper(form) -> None:
    one, two, at = pack(form), pack(form), clock.now()
    assert documents.as_archive(one) == documents.as_archive(two)
    paper = documents.as_pdf(one, at)
    assert paper.startswith(b"%PDF-1.7") and paper == documents.as_pdf(two, at)


def test_how_far_two_markers_agree_stands_in_it_by_their_codes() -> None:
    exam = make_marking.essays_alone(double="always")
    for number, person in enumerate(make.people(2)):
        make_marking.written_alone(exam, person, f"Because of {number}.")
    for marker in ("ivo", "jun"):
        for levels in (make_marking.FULL, make_marking.HALF):
            make_marking.by(marker, exam, levels)
    made = pack(exam.forms.select_related("exam").get())
    found = rows(made)
    agreed = found["agreement.csv"]
    assert [(row["scripts of both"], row["of what"]) for row in agreed] == [
        ("2", what) for what in ("points", "Reason", "Example")
    ]
    assert {row["position"] for row in agreed} == {"1"}
    assert {row["ICC(2,1), or kappa"] for row in agreed} == {""}, "below 30 scripts only their number is said"
    roles = {row["person"]: row["what they did"] for row in found["persons.csv"]}
    pair = agreed[0]["markers"].split(" and ")
    assert len(set(pair)) == 2 and all("marked scripts" in roles[code] for code in pair)
    assert "agreement" not in documents.IN_FILES_ONLY, "it is on paper too"
    assert cast.person("ivo").display_name not in str(found)


def test_below_thirty_sittings_it_holds_everything_but_statistics(form) -> None:
    made = pack(form)
    assert made.pictures == ()
    assert rows(made)["items.csv"] == []


def test_a_form_that_nobody_sat_has_a_pack_too() -> None:
    form = make.exam().forms.select_related("exam").get()
    made = pack(form)
    assert rows(made)["score-runs.csv"] == []
    assert documents.as_pdf(made, clock.now()).startswith(b"%PDF")


def test_what_people_wrote_is_no_formula(form) -> None:
    append_only.lift(FormCut._meta.db_table)
    FormCut.objects.update(reason='=HYPERLINK("https://example.org")')
    (cut,) = rows(pack(form))["cuts.csv"]
    assert cut["reason"].startswith("'=")


def test_it_takes_the_same_statements_for_many_as_for_few(form) -> None:
    def cost() -> int:
        with statements() as said:
            pack(form)
        return len(said)

    cost()  # the first reads what the form then holds
    few = cost()
    for person in make.people(6):
        make.sat(form.exam, person, "bbbba")
    cost()  # what the statistics say is kept from now on
    assert cost() == few
