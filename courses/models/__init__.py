"""Tables of courses: the standard, what is taught, and who learns."""

from courses.models.cases import Case, CaseCourse, CaseDocument, CaseKind, CaseVersion
from courses.models.cohorts import Attendance, Cohort, CohortTrainer, Place, PlaceChange, Session, Training
from courses.models.consents import Consent
from courses.models.editions import KeptEdition
from courses.models.enrolments import Enrolment, EnrolmentChange
from courses.models.frameworks import Clause, Framework
from courses.models.glossary import Glossary, Term
from courses.models.loaded import LoadedPage
from courses.models.packages import Package, PackageDocument, PackageFile, PackageStatement, Run, Sco
from courses.models.pages import CataloguePage, CoursePage, LessonPage, ModulePage
from courses.models.passages import Passage
from courses.models.plans import DomainResult, StudyPlan
from courses.models.profiles import Domain, Profile
from courses.models.questions import Question, Reply
from courses.models.requirements import Requirement, RequirementMet
from courses.models.review import EditorialReview, Step
from courses.models.revisions import OutlineRevision
from courses.models.study import CheckAnswer, LessonRecord, Note, Repetition
from courses.models.words import PageWords, TermWords

__all__ = [
    "Attendance",
    "Case",
    "CaseCourse",
    "CaseDocument",
    "CaseKind",
    "CaseVersion",
    "CataloguePage",
    "CheckAnswer",
    "Clause",
    "Cohort",
    "CohortTrainer",
    "Consent",
    "CoursePage",
    "Domain",
    "DomainResult",
    "EditorialReview",
    "Enrolment",
    "EnrolmentChange",
    "Framework",
    "Glossary",
    "KeptEdition",
    "LessonPage",
    "LessonRecord",
    "LoadedPage",
    "ModulePage",
    "Note",
    "OutlineRevision",
    "Package",
    "PackageDocument",
    "PackageFile",
    "PackageStatement",
    "PageWords",
    "Passage",
    "Place",
    "PlaceChange",
    "Profile",
    "Question",
    "Repetition",
    "Reply",
    "Requirement",
    "RequirementMet",
    "Run",
    "Sco",
    "Session",
    "Step",
    "StudyPlan",
    "Term",
    "TermWords",
    "Training",
]
