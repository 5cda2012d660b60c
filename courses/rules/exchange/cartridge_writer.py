"""A course as a Common Cartridge 1.3: a page for each lesson, and its checks as a test beside it."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from courses.rules.exchange import pages
from courses.rules.exchange.cartridge import MANIFEST
from courses.rules.exchange.given import NOTE
from courses.rules.library.texts import CourseText, LessonText
from lms.kit import archives

CC = "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest"
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
TEST = "imsqti_xmlv1p2/imscc_xmlv1p3/assessment"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write(course: CourseText, images: Mapping[str, bytes]) -> bytes:
    """A package, the same for the same course."""
    files: dict[str, bytes] = {f"images/{name}": data for name, data in images.items()}
    where = {name: f"../images/{name}" for name in images}
    resources = [_resource(f"I{place}", f"images/{name}", ()) for place, name in enumerate(images, 1)]
    resources.append(_resource("ABOUT", f"{NOTE}.json", ()))
    files[f"{NOTE}.json"] = json.dumps(_about(course), ensure_ascii=False, indent=1).encode()
    items = ""
    for number, module in enumerate(course.modules, 1):
        inner = ""
        for place, lesson in enumerate(module.lessons, 1):
            name = f"L{number}-{place}"
            path, checks = (
                f"lessons/{lesson.key}.html",
                [one["value"] for one in lesson.body if one["type"] == "check"],
            )
            used = [f"I{list(images).index(one) + 1}" for one in _pictures(lesson)]
            files[path] = pages.page(lesson, where).encode()
            inner += _item(f"{name}-item", lesson.title, name)
            if checks:
                files[f"tests/{lesson.key}.xml"] = test(lesson, checks).encode()
                resources.append(_test(f"{name}-T", f"tests/{lesson.key}.xml"))
                used.append(f"{name}-T")
            resources.append(_resource(name, path, used))
        items += f'<item identifier="M{number}"><title>{_x(module.title)}</title>{inner}</item>'
    return archives.pack({MANIFEST: _manifest(course, items, resources).encode(), **files})


def test(lesson: LessonText, checks: list[Mapping[str, Any]]) -> str:
    """The checks of a lesson in QTI 1.2, as cartridges have it."""
    items = "".join(_question(lesson.key, check) for check in checks)
    return (
        f'{HEAD}<questestinterop xmlns="{QTI}"><assessment ident="{_x(lesson.key)}" title="{_x(lesson.title)}">'
        f"<qtimetadata>{_field('cc_profile', 'cc.exam.v0p1')}{_field('qmd_assessmenttype', 'Examination')}"
        f'</qtimetadata><section ident="root_section">{items}</section></assessment></questestinterop>\n'
    )


def _question(lesson: str, check: Mapping[str, Any]) -> str:
    multiple = check["kind"] == "multiple"
    profile = "cc.multiple_response.v0p1" if multiple else "cc.multiple_choice.v0p1"
    options = [(f"o{place}", one["value"]) for place, one in enumerate(check["options"], 1)]
    labels = "".join(
        f'<response_label ident="{ident}"><material>{_material(one["text"])}</material></response_label>'
        for ident, one in options
    )
    return (
        f'<item ident="{_x(lesson)}.{_x(check["key"])}"><itemmetadata><qtimetadata>{_field("cc_profile", profile)}'
        f"</qtimetadata></itemmetadata><presentation><material>{_material(check['question'])}</material>"
        f'<response_lid ident="R" rcardinality="{"Multiple" if multiple else "Single"}"><render_choice>{labels}'
        "</render_choice></response_lid></presentation><resprocessing><outcomes>"
        '<decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
        f"{''.join(_feedback_of(ident) for ident, one in options if one['why'])}{_right(options, multiple)}"
        f"</resprocessing>{''.join(_says(ident, one['why']) for ident, one in options if one['why'])}</item>"
    )


def _right(options: list[tuple[str, Mapping[str, Any]]], multiple: bool) -> str:
    said = [
        f'<varequal respident="R">{ident}</varequal>'
        if one["right"]
        else f'<not><varequal respident="R">{ident}</varequal></not>'
        for ident, one in options
        if multiple or one["right"]
    ]
    condition = f"<and>{''.join(said)}</and>" if multiple else said[0]
    return (
        f'<respcondition continue="No"><conditionvar>{condition}</conditionvar>'
        '<setvar action="Set" varname="SCORE">100</setvar></respcondition>'
    )


def _feedback_of(ident: str) -> str:
    return (
        f'<respcondition continue="Yes"><conditionvar><varequal respident="R">{ident}</varequal></conditionvar>'
        f'<displayfeedback feedbacktype="Response" linkrefid="{ident}_fb"/></respcondition>'
    )


def _says(ident: str, why: str) -> str:
    return f'<itemfeedback ident="{ident}_fb"><flow_mat><material>{_material(why)}</material></flow_mat></itemfeedback>'


def _material(text: str) -> str:
    return f'<mattext texttype="text/plain">{_x(text)}</mattext>'


def _field(label: str, entry: str) -> str:
    return f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{entry}</fieldentry></qtimetadatafield>"


def _manifest(course: CourseText, items: str, resources: list[str]) -> str:
    return (
        f'{HEAD}<manifest identifier="{_x(course.key)}" xmlns="{CC}" xmlns:lomimscc="{LOM}"><metadata>'
        "<schema>IMS Common Cartridge</schema><schemaversion>1.3.0</schemaversion><lomimscc:lom><lomimscc:general>"
        f'<lomimscc:title><lomimscc:string language="en">{_x(course.title)}</lomimscc:string></lomimscc:title>'
        "</lomimscc:general></lomimscc:lom></metadata>"
        '<organizations><organization identifier="ORG" structure="rooted-hierarchy"><item identifier="ROOT">'
        f"{items}</item></organization></organizations><resources>{''.join(resources)}</resources></manifest>\n"
    )


def _item(identifier: str, title: str, ref: str) -> str:
    return f'<item identifier="{identifier}" identifierref="{ref}"><title>{_x(title)}</title></item>'


def _resource(identifier: str, path: str, needs: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    also = "".join(f'<dependency identifierref="{one}"/>' for one in needs)
    return f'<resource identifier="{identifier}" type="webcontent" href="{_x(path)}"><file href="{_x(path)}"/>{also}</resource>'


def _test(identifier: str, path: str) -> str:
    return f'<resource identifier="{identifier}" type="{TEST}"><file href="{_x(path)}"/></resource>'


def _pictures(lesson: LessonText) -> list[str]:
    return list(dict.fromkeys(str(one["value"]["image"]) for one in lesson.body if one["type"] == "figure"))


def _about(course: CourseText) -> dict[str, Any]:
    """What of a course a cartridge has no place for."""
    return {
        "key": course.key, "strapline": course.strapline, "summary": course.summary, "outcomes": course.outcomes,
        "audience": course.audience, "prerequisites": course.prerequisites,
        "modules": [{"key": one.key, "summary": one.summary, "planned": one.planned} for one in course.modules],
    }  # fmt: skip


def _x(text: str) -> str:
    return escape(text)
