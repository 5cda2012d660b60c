"""Packages for tests: small SCORM and cmi5 packages that do what big ones do."""

import hashlib
from pathlib import Path
from typing import Any

from courses.actions import importing
from courses.actions.importing import Report
from courses.actions.installing import Provenance
from courses.models import CoursePage, Sco
from courses.queries import standing
from courses.rules import exchange
from courses.rules.packages import statements
from courses.rules.packages.manifest import Standard
from courses.rules.packages.statements import Window
from lms.kit.archives import Archive, pack

SCHEMAS = {
    Standard.SCORM_12: (
        "1.2",
        'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"',
        "scormtype",
    ),
    Standard.SCORM_2004: (
        "2004 4th Edition",
        'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"',
        "scormType",
    ),
}
# A page as such programs write it: it looks for the run-time above itself, tells what it has, and shows what it reads.
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>
<h1>{title}</h1><p id="said"></p><p id="cookies"></p><p id="outside"></p><button id="go">Go on</button>
<button id="end">Finish</button>
<script>
var twelve = {twelve};
function find(name) {{ var at = window; while (!at[name] && at.parent && at.parent !== at) at = at.parent; return at[name]; }}
var api = find(twelve ? "API" : "API_1484_11");
function get(name) {{ return twelve ? api.LMSGetValue(name) : api.GetValue(name); }}
function set(name, value) {{ return twelve ? api.LMSSetValue(name, value) : api.SetValue(name, value); }}
twelve ? api.LMSInitialize("") : api.Initialize("");
var page = Number(get("cmi.suspend_data") || 0);
function show() {{ document.getElementById("said").textContent = "Page " + page + ", " + get(twelve ? "cmi.core.entry" : "cmi.entry"); }}
show();
document.getElementById("cookies").textContent = "Cookies: [" + document.cookie + "]";
try {{ document.getElementById("outside").textContent = "Outside: " + top.document.title; }}
catch (fault) {{ document.getElementById("outside").textContent = "Outside: nothing"; }}
document.getElementById("go").onclick = function () {{
  page += 1; set("cmi.suspend_data", String(page)); set(twelve ? "cmi.core.exit" : "cmi.exit", "suspend");
  set(twelve ? "cmi.core.lesson_status" : "cmi.completion_status", "incomplete");
  twelve ? api.LMSCommit("") : api.Commit(""); show();
}};
document.getElementById("end").onclick = function () {{
  set(twelve ? "cmi.core.score.raw" : "cmi.score.scaled", twelve ? "80" : "0.8");
  set(twelve ? "cmi.core.lesson_status" : "cmi.completion_status", "completed");
  twelve ? api.LMSFinish("") : api.Terminate(""); document.getElementById("said").textContent = "Finished";
}};
</script></body></html>"""


def manifest(
    standard: Standard = Standard.SCORM_12, *, parts: int = 1, href: str = "index.html", title: str = "Golf"
) -> str:
    version, spaces, attribute = SCHEMAS[standard]
    items = "".join(
        f'<item identifier="I{n}" identifierref="R"><title>{title} {n}</title></item>'
        for n in range(1, parts + 1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest identifier="M" {spaces}>'
        f"<metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>"
        f'<organizations default="O"><organization identifier="O"><title>{title}</title>{items}</organization></organizations>'
        f'<resources><resource identifier="R" type="webcontent" adlcp:{attribute}="sco" href="{href}"><file href="{href}"/></resource>'
        "</resources></manifest>"
    )


def scorm(
    standard: Standard = Standard.SCORM_12, *, parts: int = 1, title: str = "Golf", more: bytes = b""
) -> bytes:
    page = PAGE.format(title=title, twelve="true" if standard == Standard.SCORM_12 else "false")
    files = {
        "imsmanifest.xml": manifest(standard, parts=parts, title=title).encode(),
        "index.html": page.encode(),
    }
    return pack(files | ({"more.txt": more} if more else {}))


# A part of cmi5 as its makers write one: it fetches its key, reads what it was launched with, tells and keeps.
UNIT = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Golf</title></head><body>
<h1>Golf</h1><p id="said"></p><p id="cookies"></p><p id="outside"></p><button id="go">Go on</button>
<button id="end">Finish</button>
<script type="module">
const asked = new URLSearchParams(location.search), actor = JSON.parse(asked.get("actor"));
const endpoint = asked.get("endpoint"), activity = asked.get("activityId"), registration = asked.get("registration");
const key = (await (await fetch(asked.get("fetch"), { method: "POST" })).json())["auth-token"];
const again = await (await fetch(asked.get("fetch"), { method: "POST" })).json();
const headers = { Authorization: `Basic ${key}`, "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json" };
const agent = JSON.stringify(actor);
const about = (id) => new URL("activities/state", endpoint) + "?" + new URLSearchParams({ activityId: activity, agent, registration, stateId: id });
const ask = (address, method, body) => fetch(address, { method, headers, body: body && JSON.stringify(body) });
const launched = await (await ask(about("LMS.LaunchData"), "GET")).json();
await ask(new URL("agents/profile", endpoint) + "?" + new URLSearchParams({ agent, profileId: "cmi5LearnerPreferences" }), "GET");
const CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/";
async function tell(verb, result) {
  const context = structuredClone(launched.contextTemplate);
  context.registration = registration;
  context.contextActivities.category = [{ id: `${CATEGORY}cmi5` }, ...(result && ("success" in result || "completion" in result) ? [{ id: `${CATEGORY}moveon` }] : [])];
  const id = crypto.randomUUID();
  const statement = { id, actor, verb: { id: `http://adlnet.gov/expapi/verbs/${verb}` }, object: { objectType: "Activity", id: activity }, context, result, timestamp: new Date().toISOString() };
  const answer = await ask(new URL("statements", endpoint) + "?statementId=" + id, "PUT", statement);
  if (!answer.ok) document.getElementById("said").textContent = await answer.text();
  return answer.ok;
}
const kept = await ask(about("place"), "GET");
let page = kept.ok ? (await kept.json()).page : 0;
const show = () => { document.getElementById("said").textContent = `Page ${page}, ${kept.ok ? "resume" : "ab-initio"}, ${again["error-code"]}, ${launched.launchParameters}, ${actor.name}`; };
document.getElementById("cookies").textContent = `Cookies: [${document.cookie}]`;
try { document.getElementById("outside").textContent = "Outside: " + top.document.title; }
catch (fault) { document.getElementById("outside").textContent = "Outside: nothing"; }
if (await tell("initialized")) show();
document.getElementById("go").onclick = async () => { page += 1; await ask(about("place"), "PUT", { page }); show(); };
document.getElementById("end").onclick = async () => {
  await tell("completed", { completion: true, duration: "PT1S" });
  await tell("passed", { success: true, score: { scaled: 0.9 }, duration: "PT1S" });
  if (await tell("terminated", { duration: "PT1S" })) document.getElementById("said").textContent = "Finished";
};
</script></body></html>"""


def structure(
    *,
    parts: int = 1,
    url: str = "index.html?from=course",
    title: str = "Golf",
    more: str = "",
    unit: str = "",
    block: int = 0,
    move_on: str = "CompletedAndPassed",
) -> str:
    """The first parts, as many as `block` says, stand in a block."""
    units = [
        f'<au id="https://maker.example/golf/{n}" moveOn="{move_on}" masteryScore="0.8" {unit}>'
        f'<title><langstring lang="de">Golfe {n}</langstring><langstring lang="en-US">{title} {n}</langstring></title>'
        f'<description><langstring lang="en-US">A part.</langstring></description><url>{url}</url>'
        "<launchParameters>level=2</launchParameters></au>"
        for n in range(1, parts + 1)
    ]
    within = "".join(units[:block])
    blocked = (
        '<block id="https://maker.example/golf/block"><title><langstring lang="en-US">The swing</langstring></title>'
        f'<description><langstring lang="en-US">A block.</langstring></description>{within}</block>'
    )
    body = f"{blocked if block else ''}{''.join(units[block:])}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">'
        f'<course id="https://maker.example/golf"><title><langstring lang="en-US">{title}</langstring></title>'
        f'<description><langstring lang="en-US">A course.</langstring></description></course>{more}{body}</courseStructure>'
    )


def cmi5(*, more: bytes = b"", **said: Any) -> bytes:
    files = {"cmi5.xml": structure(**said).encode(), "index.html": UNIT.encode()}
    return pack(files | ({"more.txt": more} if more else {}))


def statement(
    window: Window,
    verb: str,
    *,
    result: dict[str, Any] | None = None,
    defined: bool = True,
    learner: str = "",
    registration: str = "",
    session: str = "",
    about: str = "",
) -> dict[str, Any]:
    """What a well-behaved part tells in this window, but for what is named."""
    fitting: dict[str, dict[str, Any]] = {
        "completed": {"completion": True, "duration": "PT1S"},
        "passed": {"success": True, "duration": "PT1S"},
        "failed": {"success": False, "duration": "PT1S"},
        "terminated": {"duration": "PT1S"},
    }
    said: dict[str, Any] = {
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": window.home, "name": learner or window.learner},
        },
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}"},
        "object": {"objectType": "Activity", "id": about or window.activity},
        "context": {
            "registration": registration or window.registration,
            "contextActivities": {"category": [{"id": statements.CMI5}]} if defined else {},
            "extensions": {statements.SESSION: session or window.session},
        },
    }
    if verb in fitting:
        said["result"] = fitting[verb] | (result or {})
    if defined and verb in ("completed", "passed", "failed"):
        said["context"]["contextActivities"]["category"].append({"id": statements.MOVE_ON})
    return said


def imported(organisation, data: bytes, format: str = "scorm", *, by=None, dry_run: bool = False) -> Report:
    return importing.import_course(
        organisation_id=organisation.id,
        incoming=exchange.read(data, format, standing.standing()),
        provenance=Provenance("course.zip", hashlib.sha256(data).hexdigest()),
        actor_id=by.pk if by else None,
        dry_run=dry_run,
    )


def published(key: str) -> CoursePage:
    """The drafts of an imported course, published as editors do."""
    page = CoursePage.objects.get(key=key)
    for one in page.get_descendants(inclusive=True).specific():
        one.get_latest_revision().publish()
    return CoursePage.objects.get(key=key)


def sco_of(page: CoursePage) -> Sco:
    return Sco.objects.get(lesson__home=page.key)


def files_of(data: bytes) -> dict[str, bytes]:
    archive = Archive(data)
    return {name: archive.read(name) for name in archive.names}


def unpacked(data: bytes, folder: Path) -> None:
    for name, content in files_of(data).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
