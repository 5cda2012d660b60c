"""The statement of an exam's result."""

from datetime import datetime

from exams.queries.results import Report
from lms.web.letter import Letter

SAYS_NOT = (
    "It is no certificate: a pass is evidence on which the certification body may decide, on application.",
    "It tells how one exam was sat on one day, and not how its bearer works.",
)


def letter(report: Report, *, name: str, stands_since: datetime) -> Letter:
    """What the statement says of a released result as it stands since a moment; `name` is printed as it is."""
    exam, ended_at = report.sitting.exam, report.sitting.submitted_at
    return Letter(
        heading="Statement of result",
        name=name,
        sentence=f"has sat the exam {exam.title} and has {'passed' if report.passed else 'not passed'} it.",
        facts=(
            ("Exam", exam.title),
            ("Sat on", ended_at.date().isoformat() if ended_at else ""),
            ("Score", f"{report.points} of {report.maximum} points ({report.percent} %)"),
            ("To pass", f"{report.needed} points ({report.cut_percent} %)"),
            ("Stands since", stands_since.date().isoformat()),
            ("Result", str(report.result.uuid)),
        ),
        table=(
            "Points reached in each competence domain",
            ("Domain", "Items", "Reached"),
            tuple((line.label, str(line.band.items), f"{line.band.percent} %") for line in report.domains),
        ),
        says_not=(*exam.says_not, *SAYS_NOT),
        made_at=stands_since,
    )
