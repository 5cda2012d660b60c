"""A course as a SCORM package, 1.2 or 2004 4th edition: each lesson a part that runs, its checks answered there."""

from collections.abc import Mapping
from html import escape

from courses.rules.exchange import pages
from courses.rules.library.texts import CourseText
from courses.rules.packages.manifest import NAME, Standard
from lms.kit import archives

SCRIPT = "lesson.js"
SPACES = {
    Standard.SCORM_12: (
        'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
        'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"'
    ),
    Standard.SCORM_2004: (
        'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
        'xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
    ),
}
VERSIONS = {Standard.SCORM_12: "1.2", Standard.SCORM_2004: "2004 4th Edition"}
# The program of its lessons: both standards, whichever the player has.
PROGRAM = """(function () {
  "use strict";
  function find(name) {
    var at = window;
    for (var up = 0; up < 20; up += 1) {
      try { if (at[name]) return at[name]; } catch (fault) { return null; }
      if (at.parent && at.parent !== at) at = at.parent; else if (at.opener) at = at.opener; else return null;
    }
    return null;
  }
  var four = find("API_1484_11"), twelve = four ? null : find("API"), began = Date.now(), over = false;
  function set(two, one, value) { if (four) four.SetValue(two, value); else if (twelve) twelve.LMSSetValue(one, value); }
  function get(two, one) { return four ? four.GetValue(two) : twelve ? twelve.LMSGetValue(one) : ""; }
  function commit() { if (four) four.Commit(""); else if (twelve) twelve.LMSCommit(""); }
  if (four) four.Initialize(""); else if (twelve) twelve.LMSInitialize("");
  var state = document.getElementById("state"), forms = [].slice.call(document.querySelectorAll("form")), marked = {};
  try { marked = JSON.parse(get("cmi.suspend_data", "cmi.suspend_data") || "{}"); } catch (fault) { marked = {}; }
  var before = get("cmi.completion_status", "cmi.core.lesson_status");
  if (before !== "completed" && before !== "passed") set("cmi.completion_status", "cmi.core.lesson_status", "incomplete");
  function inputs(form) { return [].slice.call(form.querySelectorAll("input")); }
  function show(form, chosen) {
    var right = inputs(form).every(function (input, at) { return (chosen.indexOf(at) >= 0) === (input.dataset.right === "1"); });
    inputs(form).forEach(function (input, at) { input.checked = chosen.indexOf(at) >= 0; });
    [].slice.call(form.querySelectorAll(".why")).forEach(function (why) { why.hidden = false; });
    form.querySelector("[role=status]").textContent = right ? "Right." : "Not right.";
    return right;
  }
  function keep() { set("cmi.suspend_data", "cmi.suspend_data", JSON.stringify(marked)); set("cmi.exit", "cmi.core.exit", "suspend"); commit(); }
  forms.forEach(function (form, number) {
    if (marked[number]) show(form, marked[number]);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var chosen = [];
      inputs(form).forEach(function (input, at) { if (input.checked) chosen.push(at); });
      if (!chosen.length) { form.querySelector("[role=status]").textContent = "Choose an option first."; return; }
      marked[number] = chosen; show(form, chosen); keep();
    });
  });
  document.getElementById("done").addEventListener("click", function () {
    var open = forms.filter(function (form, number) { return !marked[number]; }).length;
    if (open) { state.textContent = open + " to answer before the lesson is done."; return; }
    var right = forms.filter(function (form, number) { return show(form, marked[number]); }).length;
    if (forms.length) {
      if (four) four.SetValue("cmi.score.scaled", String(Math.round(right / forms.length * 100) / 100));
      set("cmi.score.raw", "cmi.core.score.raw", String(Math.round(right / forms.length * 100)));
      set("cmi.score.min", "cmi.core.score.min", "0"); set("cmi.score.max", "cmi.core.score.max", "100");
    }
    set("cmi.completion_status", "cmi.core.lesson_status", "completed"); keep(); state.textContent = "Done.";
  });
  function two(number) { return (number < 10 ? "0" : "") + number; }
  window.addEventListener("pagehide", function () {
    if (over) return;
    over = true;
    var spent = Math.round((Date.now() - began) / 1000), hours = Math.floor(spent / 3600), rest = spent % 3600;
    set("cmi.session_time", "cmi.core.session_time", four ? "PT" + spent + "S" : two(hours) + ":" + two(Math.floor(rest / 60)) + ":" + two(rest % 60));
    if (four) four.Terminate(""); else if (twelve) twelve.LMSFinish("");
  });
}());
"""


def write(course: CourseText, images: Mapping[str, bytes], standard: Standard) -> bytes:
    """A package, the same for the same course. Its manifest names no schema files: players bring their own."""
    files = {f"images/{name}": data for name, data in images.items()} | {SCRIPT: PROGRAM.encode()}
    where = {name: f"../images/{name}" for name in images}
    items, resources = "", ""
    common = "".join(f'<file href="{_x(name)}"/>' for name in files)
    shared = f'<resource identifier="COMMON" type="webcontent" {_kind(standard, "asset")}>{common}</resource>'
    for number, module in enumerate(course.modules, 1):
        inner = ""
        for place, lesson in enumerate(module.lessons, 1):
            name, path = f"L{number}-{place}", f"lessons/{lesson.key}.html"
            files[path] = pages.page(lesson, where, up="../", script=SCRIPT).encode()
            inner += f'<item identifier="{name}-item" identifierref="{name}"><title>{_x(lesson.title)}</title></item>'
            resources += (
                f'<resource identifier="{name}" type="webcontent" {_kind(standard, "sco")} href="{_x(path)}">'
                f'<file href="{_x(path)}"/><dependency identifierref="COMMON"/></resource>'
            )
        if inner:
            items += f'<item identifier="M{number}"><title>{_x(module.title)}</title>{inner}</item>'
    return archives.pack({NAME: _manifest(course, standard, items, resources + shared).encode(), **files})


def _manifest(course: CourseText, standard: Standard, items: str, resources: str) -> str:
    flow = '<imsss:sequencing><imsss:controlMode choice="true" flow="true"/></imsss:sequencing>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest identifier="{_x(course.key)}" version="1.0" {SPACES[standard]}>'
        f"<metadata><schema>ADL SCORM</schema><schemaversion>{VERSIONS[standard]}</schemaversion></metadata>"
        f'<organizations default="ORG"><organization identifier="ORG"><title>{_x(course.title)}</title>{items}'
        f"{flow if standard == Standard.SCORM_2004 else ''}</organization></organizations>"
        f"<resources>{resources}</resources></manifest>\n"
    )


def _kind(standard: Standard, kind: str) -> str:
    return f'adlcp:scormtype="{kind}"' if standard == Standard.SCORM_12 else f'adlcp:scormType="{kind}"'


def _x(text: str) -> str:
    return escape(text)
