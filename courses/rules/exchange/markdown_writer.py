"""A course as a folder of Markdown, zipped: what the reader beside this reads as the same course."""

from collections.abc import Mapping
from dataclasses import replace

from courses.rules.library import writing
from courses.rules.library.texts import Block, CourseText, LessonText, TranslationText
from courses.rules.library.translations import following
from lms.kit import archives
from lms.kit.writing import yaml_text


def write(course: CourseText, images: Mapping[str, bytes]) -> bytes:
    """A zip, the same for the same course."""
    files: dict[str, bytes] = {f"images/{name}": data for name, data in images.items()}
    folders = {}
    for number, module in enumerate(course.modules, 1):
        if module.lessons:
            folders[module.key] = f"{number:02}-{module.key}"
        for place, said in enumerate(module.lessons, 1):
            lesson = following(said, _with_addresses(said))
            name = f"{folders[module.key]}/{place:02}-{lesson.key}.md"
            files[name] = writing.lesson(lesson).encode()
            for text in lesson.translations:
                beside = f"{name.removesuffix('.md')}.{text.language}.md"
                files[beside] = writing.translation(_with_addresses(text)).encode()
    for words in course.translations:
        files[f"course.{words.language}.yaml"] = yaml_text(writing.course_words(words)).encode()
    return archives.pack({"course.yaml": yaml_text(writing.course(course, folders)).encode(), **files})


def _with_addresses[T: (LessonText, TranslationText)](lesson: T) -> T:
    return replace(lesson, body=tuple(map(_addressed, lesson.body)))


def _addressed(block: Block) -> Block:
    if block["type"] != "figure":
        return block
    return {**block, "value": {**block["value"], "image": f"../images/{block['value']['image']}"}}
