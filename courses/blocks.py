"""The blocks that a lesson's text is built from."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

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


class TableBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=200, help_text="Read aloud before the table, and printed above it.")
    table = TypedTableBlock([("text", blocks.RichTextBlock(features=CELL, required=False))])

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


class ClausesBlock(blocks.StructBlock):
    refs = blocks.ListBlock(
        blocks.CharBlock(max_length=20), min_num=1, max_num=12, label="Clauses and controls"
    )
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
