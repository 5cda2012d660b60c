"""The blocks that a lesson's text is built from."""

from collections import defaultdict
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.encoding import force_str
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText, get_text_for_indexing
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtail_localize.segments import StringSegmentValue, TemplateSegmentValue
from wagtail_localize.segments.ingest import organise_template_segments
from wagtail_localize.strings import extract_strings, restore_strings

PROSE = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "code"]
CELL = ["bold", "italic", "link"]
VIDEOS, CAPTIONS = (".mp4", ".webm"), (".vtt",)
BOXED = ["bold", "italic", "ol", "ul", "link", "code"]


class WholeBlock(blocks.IntegerBlock):
    """A whole number that a form gives back as a number.

    Wagtail's own gives back text, so that a page with a number in its text always counts as changed.
    """

    def value_from_form(self, value: Any) -> Any:
        try:
            return int(value)
        except (TypeError, ValueError):
            return value or None


class Unsaid:
    """A block that says the same in every language: there is nothing in it to translate."""

    def get_translatable_segments(self, value: Any) -> list[Any]:
        return []

    def restore_translated_segments(self, value: Any, segments: Any) -> Any:
        return value


class WordsTable(TypedTableBlock):
    """A table whose headings and cells can be translated one by one."""

    def get_translatable_segments(self, value: Any) -> list[Any]:
        found = [
            StringSegmentValue(f"h-{at}", column["heading"])
            for at, column in enumerate(value.columns)
            if column["heading"]
        ]
        for at, row in enumerate(value.row_data):
            for place, cell in enumerate(row["values"]):
                template, strings = extract_strings(cell.source)
                if strings:
                    path = f"{at}-{place}"
                    found.append(TemplateSegmentValue(path, "html", template, len(strings)))
                    found += [StringSegmentValue(path, text, attrs=attrs) for text, attrs in strings]
        return found

    def restore_translated_segments(self, value: Any, segments: Any) -> Any:
        by_place: dict[str, list[Any]] = defaultdict(list)
        for segment in segments:
            by_place[segment.path].append(segment)
        for path, parts in by_place.items():
            at, place = path.split("-")
            if at == "h":
                value.columns[int(place)]["heading"] = parts[0].render_text()
                continue
            _, template, strings = organise_template_segments(parts)
            value.row_data[int(at)]["values"][int(place)] = RichText(restore_strings(template, strings))
        return value


class TableBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=200, help_text="Read aloud before the table, and printed above it.")
    table = WordsTable([("text", blocks.RichTextBlock(features=CELL, required=False))])

    class Meta:
        icon = "table"
        label = "Table"


class BoxBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=200)
    text = blocks.RichTextBlock(features=BOXED)


class ExampleBlock(BoxBlock):
    class Meta:
        icon = "doc-full-inverse"
        label = "Worked example"
        help_text = (
            "From the running case. A learner should be able to say afterwards what somebody did, and why."
        )


class MisconceptionBlock(BoxBlock):
    class Meta:
        icon = "warning"
        label = "Misconception"
        help_text = "The title is the wrong belief, in the words of those who hold it; quotation marks are set around it."


class CalloutBlock(BoxBlock):
    class Meta:
        icon = "info-circle"
        label = "Callout"
        help_text = "What a learner must not miss. One in a lesson is read; five are passed over."


class ScenarioBlock(BoxBlock):
    class Meta:
        icon = "group"
        label = "Scenario"
        help_text = "A situation that the checks after it ask about."


class ExerciseBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=200)
    minutes = WholeBlock(
        required=False,
        min_value=1,
        max_value=240,
        help_text="So that a learner can see whether it fits in today.",
    )
    text = blocks.RichTextBlock(features=BOXED)

    class Meta:
        icon = "edit"
        label = "Exercise"
        help_text = "The task, what to produce, and what a good answer contains."


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock()
    alternative = blocks.CharBlock(
        max_length=400,
        help_text="What the figure says, for those who don't see it. Not its title: its message.",
    )
    caption = blocks.CharBlock(required=False, max_length=300)

    class Meta:
        icon = "image"
        label = "Figure"


class VideoBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=200)
    video = DocumentChooserBlock(help_text="MP4 or WebM.")
    captions = DocumentChooserBlock(help_text="A WebVTT file: whoever can’t hear it reads along.")
    transcript = blocks.RichTextBlock(
        features=BOXED, help_text="Everything that is said and shown, for those who would rather read it."
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        wrong = {
            name: ValidationError(f"Choose a file that ends in {' or '.join(ends)}.")
            for name, ends in (("video", VIDEOS), ("captions", CAPTIONS))
            if not cleaned[name].filename.lower().endswith(ends)
        }
        if wrong:
            raise blocks.StructBlockValidationError(block_errors=wrong)
        return cleaned

    class Meta:
        icon = "media"
        label = "Video"


class DownloadBlock(blocks.StructBlock):
    title = blocks.CharBlock(
        max_length=200, help_text="What it is, and its kind: Risk register (spreadsheet)."
    )
    document = DocumentChooserBlock()

    class Meta:
        icon = "download"
        label = "Download"


class RefBlock(Unsaid, blocks.CharBlock):
    """A clause or control by its number, which is the same in every language."""


class ClausesBlock(blocks.StructBlock):
    refs = blocks.ListBlock(RefBlock(max_length=20), min_num=1, max_num=12, label="Clauses and controls")
    text = blocks.RichTextBlock(features=CELL, help_text="What they have to do with this place in the text.")

    class Meta:
        icon = "list-ul"
        label = "Clause reference"


class ColumnBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=BOXED)

    class Meta:
        label = "Column"


class ColumnsBlock(blocks.StructBlock):
    columns = blocks.ListBlock(ColumnBlock(), min_num=2, max_num=3)

    class Meta:
        icon = "grip"
        label = "Columns"
        help_text = "Things set side by side. On a narrow screen they stand one below the other."


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=1000)
    right = blocks.BooleanBlock(required=False)
    why = blocks.TextBlock(
        max_length=2000, rows=3, help_text="Shown once the check is answered, chosen or not."
    )

    class Meta:
        label = "Option"


class TakenBlock(blocks.FieldBlock):
    """Prose that was taken from elsewhere. Forms carry it along and show it to nobody."""

    def __init__(self, **kwargs: Any) -> None:
        self.field = forms.CharField(required=False, widget=forms.HiddenInput)
        super().__init__(**kwargs)

    def get_searchable_content(self, value: Any) -> list[str]:
        return [get_text_for_indexing(force_str(value))]

    def get_translatable_segments(self, value: Any) -> list[Any]:
        template, strings = extract_strings(value or "")
        made = [StringSegmentValue("", text, attrs=attrs) for text, attrs in strings]
        return [TemplateSegmentValue("", "html", template, len(strings)), *made] if made else []

    def restore_translated_segments(self, value: Any, segments: Any) -> Any:
        _, template, strings = organise_template_segments(segments)
        return restore_strings(template, strings)


class SameBlock(Unsaid, SnippetChooserBlock):
    """Something chosen that is the same in every language."""


class PassageBlock(blocks.StructBlock):
    """A passage that several lessons show. Its text is taken into the lesson when that is saved, and anew when the
    passage is published: so a lesson's edition is whole in itself."""

    passage = SameBlock("courses.Passage", help_text="Written once, under Courses → Passages.")
    text = TakenBlock()

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        cleaned["text"] = cleaned["passage"].text
        return cleaned

    class Meta:
        icon = "copy"
        label = "Passage that lessons share"


def terms() -> list[tuple[str, str]]:
    """The terms of the glossary by their keys, in the order of the alphabet."""
    return list(
        apps.get_model("courses", "Term")._default_manager.order_by("term").values_list("key", "term")
    )


class TermBlock(blocks.StructBlock):
    term = blocks.ChoiceBlock(choices=terms)

    class Meta:
        icon = "help"
        label = "Glossary term"
        help_text = "What a term means, set apart in the text. To explain words where they stand, link them to /glossary/its-key/."


class CheckBlock(blocks.StructBlock):
    key = blocks.RegexBlock(
        regex=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=80,
        error_messages={"invalid": "Lower case, digits and hyphens, such as c1."},
        help_text="Answers are kept under it, so it never changes once learners have met the check.",
    )
    kind = blocks.ChoiceBlock(
        choices=[("single", "One option is right"), ("multiple", "Several may be right")],
        default="single",
    )
    question = blocks.TextBlock(max_length=2000, rows=2)
    options = blocks.ListBlock(OptionBlock(), min_num=2, max_num=8)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        right = sum(bool(option["right"]) for option in cleaned["options"])
        if right == 0 or (right > 1 and cleaned["kind"] == "single"):
            sentence = "Mark the right option." if right == 0 else "More than one option is marked as right."
            raise blocks.StructBlockValidationError(block_errors={"options": ValidationError(sentence)})
        return cleaned

    class Meta:
        icon = "help"
        label = "Check"


class ReferenceBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=300)
    url = blocks.URLBlock(required=False)

    class Meta:
        icon = "link"
        label = "Reference"


class LessonBlocks(blocks.StreamBlock):
    text = blocks.RichTextBlock(features=PROSE, label="Text")
    table = TableBlock()
    example = ExampleBlock()
    misconception = MisconceptionBlock()
    figure = FigureBlock()
    callout = CalloutBlock()
    scenario = ScenarioBlock()
    columns = ColumnsBlock()
    clauses = ClausesBlock()
    video = VideoBlock()
    download = DownloadBlock()
    exercise = ExerciseBlock()
    check = CheckBlock()
    reference = ReferenceBlock()
    passage = PassageBlock()
    term = TermBlock()

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        seen: set[str] = set()
        for position, child in enumerate(cleaned):
            if child.block_type != "check":
                continue
            if child.value["key"] in seen:
                fault = ValidationError(f"The key {child.value['key']} stands twice in this lesson.")
                raise blocks.StreamBlockValidationError(
                    block_errors={position: blocks.StructBlockValidationError(block_errors={"key": fault})}
                )
            seen.add(child.value["key"])
        return cleaned


class LinesBlocks(blocks.StreamBlock):
    item = blocks.CharBlock(max_length=500, label="Line")


class DayBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=200)
    text = blocks.TextBlock(max_length=2000, rows=3)


class DaysBlocks(blocks.StreamBlock):
    day = DayBlock(label="Day")
