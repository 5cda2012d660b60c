import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from exams.actions import exchange, items, languages, variants
from exams.actions.exchange import Defaults, Provenance
from exams.models import Item, ItemChange, ItemKey, ItemVersion, Scenario, ScenarioVersion, Variant
from exams.queries import exchange as queries
from exams.rules import exchange as formats
from exams.rules.exchange import frame
from exams.rules.items import scenario_digest
from exams.states import ItemState
from lms.audit.models import Entry as TrailEntry
from lms.db import clock
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

AIKEN = """Which is checked first?
A. The scope
B. The policy
C. The budget
ANSWER: A

Which has no answer?
A. This
B. That
C. None
ANSWER: E
"""
GIFT = """::G-1::Which one? {
=The scope#It bounds all else. ~The policy#It follows. ~The budget#It follows too. }
"""


@pytest.fixture
def bank():
    return make.bank()


def run(tmp_path: Path, text: str | bytes, format: str, **options: Any) -> tuple[int, str, dict[str, Any]]:
    file, report = tmp_path / f"items.{format}", tmp_path / "report.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    out, code = StringIO(), 0
    try:
        call_command(
            "import_items", str(file), bank="small", format=format, report=report, stdout=out, **options
        )
    except SystemExit as ended:
        code = int(str(ended.code))
    except CommandError as fault:
        code = fault.returncode
        out.write(str(fault))
    return code, out.getvalue(), json.loads(report.read_text())


def test_what_can_be_read_enters_as_a_draft_and_the_rest_is_named(bank, tmp_path) -> None:
    code, out, report = run(tmp_path, AIKEN, "aiken", domain=2, level="apply")
    assert code == 3
    assert "1 imported, 0 unchanged, 1 refused." in out
    assert report["refused"] == [
        {"file": "items.aiken", "identifier": "question 2", "line": 7,
         "reason": "ANSWER: 'E' is not one of its options"}
    ]  # fmt: skip
    item = Item.objects.get(bank=bank)
    assert (item.state, item.kind, item.domain, item.level) == (ItemState.DRAFT, "single", 2, "apply")
    assert ItemKey.objects.get().key["right"] == ["a"]
    assert report["imported"][0]["code"] == item.code
    assert TrailEntry.objects.filter(verb="exams.item.imported").count() == 1


def test_a_second_import_changes_nothing(bank, tmp_path) -> None:
    run(tmp_path, GIFT, "gift", domain=1, level="apply")
    before = [model.objects.count() for model in (Item, ItemVersion, ItemKey, ItemChange, TrailEntry)]
    code, _, report = run(tmp_path, GIFT, "gift", domain=1, level="apply")
    assert (code, report["imported"], report["unchanged"][0]["code"]) == (0, [], "G-1")
    assert [model.objects.count() for model in (Item, ItemVersion, ItemKey, ItemChange, TrailEntry)] == before


def test_what_was_edited_since_is_kept_by_a_second_import(bank, tmp_path, hana) -> None:
    run(tmp_path, GIFT, "gift", domain=1, level="apply")
    items.edit_item(item_id=Item.objects.get().pk, draft=make.draft(), editor_id=hana.pk)
    code, _, report = run(tmp_path, GIFT, "gift", domain=1, level="apply")
    assert (code, len(report["unchanged"]), Item.objects.get().current.number) == (0, 1, 2)


def test_a_dry_run_reports_the_same_and_writes_nothing(bank, tmp_path) -> None:
    _, out, dry = run(tmp_path, AIKEN, "aiken", dry_run=True)
    assert "A dry run: nothing was written." in out
    assert Item.objects.count() == 0
    assert run(tmp_path, AIKEN, "aiken")[2] == dry


def test_the_change_names_the_file_and_where_the_items_come_from(bank, tmp_path, hana) -> None:
    run(
        tmp_path, GIFT, "gift", domain=1, level="apply", author=hana.email, source="A workbook", edition="2nd"
    )
    change = ItemChange.objects.get()
    assert change.note.startswith("G-1 of items.gift (SHA-256 ")
    assert "source: A workbook; edition: 2nd" in change.note
    assert (change.words, ItemVersion.objects.get().author) == ("Imported from a file", hana)
    # Whom the file names wrote it; that does not make them the one who brought it in.
    assert change.by is None


def test_a_report_that_can_t_be_written_is_refused_before_anything_is_imported(bank, tmp_path) -> None:
    file = tmp_path / "a.gift"
    file.write_text(GIFT)
    (tmp_path / "folder").mkdir()
    for report, why in (
        (tmp_path / "none" / "r.json", "No such file or directory"),
        (tmp_path / "folder", "a folder"),
    ):
        with pytest.raises(CommandError, match=f"{why}. Nothing was imported") as caught:
            call_command("import_items", str(file), bank="small", format="gift", report=report)
        assert caught.value.returncode == 1
    assert not Item.objects.exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.gift", "folder"]


def test_the_report_takes_the_place_of_an_older_one_and_leaves_nothing_beside_it(bank, tmp_path) -> None:
    (tmp_path / "report.json").write_text("old")
    _, _, report = run(tmp_path, GIFT, "gift")
    assert [one["identifier"] for one in report["imported"]] == ["G-1"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["items.gift", "report.json"]


def provenance(bank_key: str, code: str) -> tuple[str, ...]:
    version = ItemVersion.objects.get(item__bank__key=bank_key, item__code=code)
    return version.author_name, version.source, version.edition, version.aids


@pytest.mark.parametrize("format", ["gift", "moodle-xml", "qti"])
def test_where_an_item_comes_from_leaves_with_it_and_comes_before_what_is_said_of_the_file(
    bank, tmp_path, hana, format
) -> None:
    draft = replace(
        make.kind_draft("single"), source="A workbook", edition="2nd", aids="A model proposed options."
    )
    items.add_item(bank_id=bank.pk, code="P-1", draft=draft, author_id=hana.pk)
    out, file = StringIO(), tmp_path / "out"
    call_command("export_items", str(file), bank="small", format=format, stdout=out)
    assert "degraded: every item: only our own notes hold author, source, edition and aids" in out.getvalue()
    make.bank("other")
    call_command(
        "import_items",
        str(file),
        bank="other",
        format=format,
        stdout=StringIO(),
        source="A file",
        aids="None.",
    )
    assert provenance("other", "P-1") == (hana.display_name, "A workbook", "2nd", "A model proposed options.")


def test_aids_are_declared_for_a_file_or_in_columns_of_a_table(bank, tmp_path) -> None:
    run(tmp_path, GIFT, "gift", author="A. Writer", aids="A translation program.")
    assert provenance("small", "G-1") == ("A. Writer", "", "", "A translation program.")
    assert ItemChange.objects.get().note.endswith(
        "aids: A translation program.; no domain was said; no level was said"
    )
    table = "code,stem,a,b,c,right,author,edition,aids\nC-1,Which?,A,B,C,b,B. Other,3rd,None.\n"
    run(tmp_path, table, "csv", author="A. Writer", source="A book")
    assert provenance("small", "C-1") == ("B. Other", "A book", "3rd", "None.")


def test_a_note_about_where_an_item_comes_from_that_is_none_is_left_out(bank, tmp_path) -> None:
    table = f"code,stem,a,b,c,right,aids\nC-1,Which?,A,B,C,b,{'x' * 301}\n"
    _, _, report = run(tmp_path, table, "csv")
    assert "the provenance of the item is unknown here, and is left out" in str(report["degraded"])
    assert provenance("small", "C-1")[3] == ""


def test_without_domain_and_level_it_stays_a_draft_that_says_what_it_lacks(bank, tmp_path, hana) -> None:
    _, _, report = run(tmp_path, GIFT, "gift")
    assert [one["reason"][:26] for one in report["degraded"]] == [
        "the file says no domain: t", "the file says no level: th"
    ]  # fmt: skip
    item = Item.objects.get()
    with pytest.raises(items.Unfinished, match="no domain or no level"):
        items.submit_for_review(item_id=item.pk, actor_id=hana.pk)
    items.edit_item(item_id=item.pk, draft=items.draft_of(item), editor_id=hana.pk)
    assert items.submit_for_review(item_id=item.pk, actor_id=hana.pk).state == ItemState.REVIEW


def test_without_rationales_it_stays_a_draft(bank, tmp_path, hana) -> None:
    run(tmp_path, AIKEN, "aiken", domain=1, level="apply")
    with pytest.raises(items.Unfinished, match="every option needs a rationale"):
        items.submit_for_review(item_id=Item.objects.get().pk, actor_id=hana.pk)


def test_a_code_that_is_taken_is_left_to_its_item(bank, tmp_path, hana) -> None:
    items.add_item(bank_id=bank.pk, code="G-1", draft=make.draft(), author_id=hana.pk)
    _, _, report = run(tmp_path, GIFT, "gift", domain=1, level="apply")
    code = report["imported"][0]["code"]
    assert code.startswith("I-")
    assert code in report["degraded"][0]["reason"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (
            b"<!DOCTYPE html><html><body>Sign in</body></html>",
            "the file is an HTML page, and not a GIFT file",
        ),
        ("::A::Größe? {=a}".encode("latin-1"), "the file is not UTF-8 text: save it as UTF-8 and try again"),
        (b"\x00\x01 {=a}", "the file is not a GIFT file: it has null characters"),
        (b"x" * (frame.MOST_BYTES + 1), "the file is larger than 20 MB: split it"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_sentence(bank, tmp_path, data, reason) -> None:
    code, out, report = run(tmp_path, data, "gift")
    assert (code, report["refused"][0]["reason"]) == (1, reason)
    assert out.endswith("Nothing was imported.")


def test_an_unknown_bank_or_file_is_told(bank, tmp_path) -> None:
    file = tmp_path / "a.gift"
    file.write_text(GIFT)
    with pytest.raises(CommandError, match="There is no bank 'none'"):
        call_command("import_items", str(file), bank="none", format="gift")
    with pytest.raises(CommandError, match="can't be opened: No such file"):
        call_command("import_items", str(tmp_path / "b"), bank="small", format="gift")


@pytest.mark.parametrize("format", ["gift", "qti"])
def test_a_bank_is_exported_and_its_copy_in_another_bank_has_the_same_digest(
    bank, tmp_path, hana, format
) -> None:
    made = [
        items.add_item(bank_id=bank.pk, code=kind, draft=make.kind_draft(kind), author_id=hana.pk)
        for kind in ("single", "multiple", "numeric")
    ]
    text = Scenario.objects.create(bank=bank, code="S-1", pool="exam")
    text.current = ScenarioVersion.objects.create(
        scenario=text, number=1, title="A start", text="Two\n\nsites.", digest=scenario_digest("A start", "Two\n\nsites."),
        created_at=clock.now(),
    )  # fmt: skip
    text.save()
    Item.objects.filter(pk=made[0].pk).update(scenario=text, place=2)
    Item.objects.filter(pk=made[1].pk).update(scenario=text, place=1)
    made[1].enemies.add(made[2])
    file, out = tmp_path / "out", StringIO()
    call_command("export_items", str(file), bank="small", format=format, stdout=out)
    digest = queries.outgoing("small").digest
    assert out.getvalue().endswith(f"3 items are written to {file}. Their digest is {digest}.\n")
    assert TrailEntry.objects.get(verb="exams.bank.exported").facts["items"] == 3
    make.bank("other")
    call_command("import_items", str(file), bank="other", format=format, stdout=StringIO())
    assert queries.outgoing("other").digest == digest
    copy = Item.objects.get(bank__key="other", code="multiple")
    assert (copy.scenario.code, copy.place, [enemy.code for enemy in copy.enemies.all()]) == (
        "S-1",
        1,
        ["numeric"],
    )
    for again in ("small", "other"):
        call_command("import_items", str(file), bank=again, format=format, stdout=StringIO())
        assert queries.outgoing(again).digest == digest
    assert (Item.objects.count(), Scenario.objects.count()) == (6, 2)


def test_a_new_item_joins_a_text_that_is_there_at_the_next_free_place(bank, tmp_path) -> None:
    text = '// auditorium {"of": "", "scenario": {"code": "S-1", "title": "A start"}}\n::A start::[plain]Two sites.\n'
    note = '// auditorium {"about": {"scenario": "S-1", "place": 1, "enemies": ["Z-9"]}, "said": {}}\n'
    for stem in ("Which one", "Which other"):
        run(tmp_path, f"{text}\n{note}{GIFT.replace('Which one', stem)}", "gift", domain=1, level="apply")
    one, other = Item.objects.order_by("place").select_related("scenario__current")
    assert (one.scenario, one.place, other.scenario, other.place) == (other.scenario, 1, one.scenario, 2)
    assert (one.scenario.current.title, one.scenario.current.text) == ("A start", "Two sites.")
    again = json.loads((tmp_path / "report.json").read_text())
    assert again["scenarios"] == []
    reasons = " ".join(lost["reason"] for lost in again["degraded"])
    for said in ("its place 1 in the scenario is taken: it has place 2", "no form draws on the scenario S-1",
                 "its enemy Z-9 is not in the file"):  # fmt: skip
        assert said in reasons


def test_an_export_names_what_its_format_has_no_place_for(bank, tmp_path, hana) -> None:
    items.add_item(bank_id=bank.pk, code="O-1", draft=make.kind_draft("ordering"), author_id=hana.pk)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("export_items", str(tmp_path / "o"), bank="small", format="gift", stdout=out)
    assert ended.value.code == 3
    assert "left out: O-1: GIFT has no place for an item of the kind ordering" in out.getvalue()


CSV = """code,domain,level,stem,a,b,c,why_a,why_b,why_c,right,stem:de,a:de,b:de,c:de,why_a:de,why_b:de,why_c:de
C-1,1,apply,Which?,A,B,C,1,2,3,b,Welche?,Ah,Be,Ce,Eins,Zwei,Drei
"""


def test_what_a_file_says_in_another_language_waits_for_approval_and_comes_once(
    bank, tmp_path, hana, ivo
) -> None:
    code, _, report = run(tmp_path, CSV, "csv", author=hana.email, dry_run=True)
    assert (code, Variant.objects.count(), report["variants"][0]["language"]) == (0, 0, "de")
    for _ in range(2):
        code, _, report = run(tmp_path, CSV, "csv", author=hana.email)
    assert (code, len(report["unchanged"]), report["variants"], report["degraded"]) == (0, 1, [], [])
    variant = Variant.objects.get()
    assert (variant.content["stem"], variant.author, variant.approved_at) == ("Welche?", hana, None)
    assert variant.source.startswith("items.csv (SHA-256 ")
    # A bank that has the item already takes in what is new, and nothing of an item that says something else by now.
    assert len(run(tmp_path, CSV.replace("Welche?", "Welche davon?"), "csv")[2]["variants"]) == 1
    assert list(Variant.objects.values_list("number", "author")) == [(1, hana.pk), (2, None)]
    languages.approve(variant_id=Variant.objects.get(number=2).pk, by_id=ivo.pk)
    retire = Item.objects.get()
    retire.state = ItemState.RETIRED
    retire.save(update_fields=["state"])
    report = run(tmp_path, CSV.replace("Welche?", "Welche wohl?"), "csv")[2]
    assert (report["variants"], report["degraded"][0]["reason"]) == ([], variants.OLDER)


def test_of_two_items_that_are_called_the_same_each_has_its_own_words(bank, tmp_path) -> None:
    other = CSV.splitlines()[1].replace("Which?,A,B,C,1,2,3,b,Welche?", "Whose?,A,B,C,1,2,3,a,Wessen?")
    assert len(run(tmp_path, f"{CSV}{other}\n", "csv")[2]["variants"]) == 2
    said = {one.version.content["stem"]: one.content["stem"] for one in Variant.objects.all()}
    assert said == {"Which?": "Welche?", "Whose?": "Wessen?"}


@pytest.mark.parametrize("format", ["qti", "moodle-xml", "gift"])
def test_a_bank_with_other_languages_leaves_and_comes_back_the_same(
    bank, tmp_path, hana, ivo, format
) -> None:
    scenario = Scenario.objects.create(bank=bank, code="S-1", pool="exam")
    said = {"title": "A start", "text": "Two ends."}
    scenario.current = ScenarioVersion.objects.create(
        scenario=scenario, number=1, **said, digest=scenario_digest(**said), created_at=clock.now()
    )
    scenario.save()
    run(tmp_path, CSV, "csv", author=hana.email)
    Item.objects.update(scenario=scenario, place=1)
    words = {"title": "Ein Anfang", "text": "Zwei Enden."}
    more = {"scenario_id": scenario.pk, "language": "de", "source": "", "author_id": hana.pk}
    languages.translate_scenario(said=words, **more)
    approve_all(ivo)
    whole = queries.outgoing("small")
    assert (len(whole.items[0].variants), len(whole.scenarios[0].variants)) == (1, 1)
    file = exchange.export_items(bank_key="small", format=format).data
    other = make.bank("other")
    batch = formats.read(file, format)
    for _ in range(2):
        exchange.import_items(
            bank_key=other.key,
            batch=batch,
            provenance=Provenance("bank", "0" * 64, hana.email),
            defaults=Defaults(),
        )
    assert queries.outgoing("other").digest != whole.digest  # nothing of it is approved there
    approve_all(ivo)
    assert queries.outgoing("other").digest == whole.digest


def approve_all(by) -> None:
    for variant in Variant.objects.filter(approved_at=None):
        languages.approve(variant_id=variant.pk, by_id=by.pk)
