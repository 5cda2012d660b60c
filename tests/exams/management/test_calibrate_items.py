import hashlib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exams.actions import assembly, items
from exams.models import Calibration, Item
from exams.queries import bank
from exams.rules.assembly import CannotAssemble, wording
from lms.audit.models import Entry as TrailEntry
from tests.exams.rules.statistics import lsat6
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

LSAT6 = ("small-1-0", "small-1-1", "small-1-2", "small-2-0", "small-2-1")


@pytest.fixture
def exam():
    return make.exam(forms=0)


@pytest.fixture
def responses(tmp_path: Path) -> Path:
    """LSAT6, its five items named as those of the bank."""
    path = tmp_path / "responses.csv"
    lines = lsat6.csv_of(lsat6.matrix()).decode().splitlines()
    path.write_text("\n".join([",".join(LSAT6), *lines[1:]]))
    return path


def calibrate(path: Path, *, bank: str = "bank-small", **options: str) -> str:
    out = StringIO()
    call_command("calibrate_items", str(path), bank=bank, stdout=out, **options)
    return out.getvalue()


def test_slope_and_easiness_of_each_item_are_kept_for_its_current_version(exam, responses) -> None:
    assert calibrate(responses) == "5 items are calibrated by 1000 persons.\n"
    found = {one.version.item.code: one for one in Calibration.objects.select_related("version__item")}
    assert [found[code].easiness for code in LSAT6] == pytest.approx(
        [2.7300, 0.9986, 0.2399, 1.3065, 2.0994], abs=1e-3
    )
    assert {round(one.slope, 4) for one in found.values()} == {0.7551}
    assert {one.responses_digest for one in found.values()} == {
        hashlib.sha256(responses.read_bytes()).hexdigest()
    }
    assert TrailEntry.objects.get(verb="exams.bank.calibrated").facts["items"] == 5


def test_the_two_parameter_model_gives_each_item_its_slope_and_the_latest_holds(exam, responses) -> None:
    calibrate(responses)
    calibrate(responses, model="2pl")
    exam.blueprint.information = [{"at": "0", "least": "0", "most": "9"}]
    slopes = {piece.code: piece.slope for piece in bank.stock(exam.blueprint).pieces}
    assert [slopes[code] for code in LSAT6] == pytest.approx(
        [0.8257, 0.7227, 0.8909, 0.6884, 0.6569], abs=1e-3
    )
    assert slopes["small-1-3"] is None
    assert Calibration.objects.count() == 10


def test_an_item_that_is_edited_is_not_calibrated_any_more(exam, responses, hana) -> None:
    calibrate(responses)
    item = Item.objects.get(code=LSAT6[0])
    items.edit_item(item_id=item.pk, draft=make.draft(stem="Another text?"), editor_id=hana.pk)
    exam.blueprint.information = [{"at": "0", "least": "0", "most": "9"}]
    Item.objects.filter(pk=item.pk).update(state="live")
    slopes = {piece.code: piece.slope for piece in bank.stock(exam.blueprint).pieces}
    assert (slopes[LSAT6[0]], slopes[LSAT6[1]] is None) == (None, False)


def test_forms_keep_the_band_and_show_what_they_have(exam, responses) -> None:
    calibrate(responses)
    exam.blueprint.information = [{"at": "-1", "least": "0.3", "most": "0.4"}]
    exam.blueprint.save()
    (told,) = assembly.assemble(exam_id=exam.pk, actor_id=None).proof["information"]
    assert (told["at"], told["least"], told["most"]) == (-1, 0.3, 0.4)
    assert 0.3 <= told["found"] <= 0.4
    exam.blueprint.information = [{"at": "-1", "least": "5", "most": "7"}]
    exam.blueprint.save()
    with pytest.raises(CannotAssemble) as caught:
        assembly.assemble(exam_id=exam.pk, actor_id=None)
    said = [wording.conflict(one, proved=True) for one in caught.value.conflicts]
    assert said == ["This can't be met: information from 5 to 7 at ability -1."]


@pytest.mark.parametrize(
    ("name", "answers", "options", "sentence"),
    [
        ("stranger", None, {}, "The bank has no item stranger. Nothing was kept."),
        (LSAT6[4], None, {"bank": "none"}, "There is no bank 'none'. Nothing was kept."),
        (
            LSAT6[4],
            "1,1,1,1,1\n" * 40,
            {},
            "No item could be calibrated: analyse_responses says why. Nothing was kept.",
        ),
        (LSAT6[4], "1,1,1,1,x\n", {}, "item “small-2-1” has “X”"),
        (LSAT6[4], "", {}, "responses.csv"),
    ],
)
def test_what_can_not_be_kept_is_said_in_a_sentence(
    exam, responses, name, answers, options, sentence
) -> None:
    rows = responses.read_text().partition("\n")[2] if answers is None else answers
    responses.write_text(",".join([*LSAT6[:4], name]) + "\n" + rows)
    with pytest.raises(CommandError) as caught:
        calibrate(responses, **options)
    assert sentence in str(caught.value)
    assert not Calibration.objects.exists()


def test_a_file_that_is_not_there_is_named(exam, tmp_path) -> None:
    with pytest.raises(CommandError, match="can't be opened: No such file"):
        calibrate(tmp_path / "none.csv")
