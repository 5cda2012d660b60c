"""What exams answers to the registers on the ground."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from exams.access import ASSEMBLE, HEAR, INVIGILATE, MARK, RELEASE, REVIEW, WRITE
from exams.actions import accommodations, demonstration, library
from exams.documents import library as files
from exams.models import Coursework, Exam, Sitting
from exams.queries import coursework, coverage, exams, personal, sittings
from exams.queries.coursework import Place
from exams.rules import library as reading
from exams.rules.coursework import Hindrance
from exams.rules.outcome import Outcome
from exams.states import ResultState, SittingState
from lms.db import clock
from lms.kit import digests, gather

SHOWN = 6


def cards(query: gather.DeskQuery) -> Sequence[gather.DeskCard]:
    """A person's sittings: one that runs comes first of all, then what is ready, then results."""
    found = (_card(sitting) for sitting in sittings.of_person(query.person_id))
    sat = [card for card in found if card is not None][:SHOWN]
    asked = coursework.of_person(query.person_id, at=query.at)
    return [*sat, *(_asked(one, place) for one, place in asked if not one.by_tutor)]


def _asked(one: Coursework, place: Place) -> gather.DeskCard:
    if place.work is not None:
        text = f"{place.work.get_state_display()}."
    elif place.hindrance == Hindrance.PASSED:
        text = _("Passed.")
    elif place.hindrance is not None:
        text = _("There is nothing to hand in now.")
    else:
        text = _("Nothing is handed in yet.")
    until = (
        ((_("Until"), f"{place.due_at:%Y-%m-%d} UTC"),) if place.due_at and place.hindrance is None else ()
    )
    return gather.DeskCard(
        key=f"coursework:{one.key}",
        group="learning",
        eyebrow=_("Coursework"),
        title=one.title,
        text=text,
        facts=until,
        url=reverse("exams:coursework", args=[one.key]),
        action=_("Open it"),
    )


def _card(sitting: Sitting) -> gather.DeskCard | None:
    match sitting.state:
        case SittingState.RUNNING | SittingState.PAUSED:
            return _going_on(sitting)
        case SittingState.READY:
            return _ready(sitting)
        case SittingState.CANCELLED | SittingState.MISSED:
            return None  # nothing is to be done about it; it stands under My exams
    return _ended(sitting)


def _key(sitting: Sitting) -> str:
    return f"sitting:{sitting.uuid}"


def _going_on(sitting: Sitting) -> gather.DeskCard:
    if sitting.state == SittingState.RUNNING:
        return gather.DeskCard(
            key=_key(sitting),
            group="next",
            eyebrow=_("Running now"),
            title=sitting.exam.title,
            text=_("The clock runs on while you are away. Your saved answers are where you left them."),
            url=reverse("exams:paper", args=[sitting.uuid]),
            action=_("Go on with the exam"),
            standing="due",
        )
    return gather.DeskCard(
        key=_key(sitting),
        group="next",
        eyebrow=_("On a break") if sitting.on_break else _("Paused"),
        title=sitting.exam.title,
        text=_("Your clock stands still until you go on, or your break time is used up.")
        if sitting.on_break
        else _("An invigilator has stopped the clock. You will have all the time that was left."),
        url=reverse("exams:paper", args=[sitting.uuid]),
        action=_("To your break") if sitting.on_break else _("Look whether it goes on"),
        standing="suspended",
    )


def _ready(sitting: Sitting) -> gather.DeskCard:
    minutes = int(sitting.exam.minutes * sitting.entry.factor)
    starts_at = sitting.entry.starts_at
    return gather.DeskCard(
        key=_key(sitting),
        group="exams",
        eyebrow=_("You are entered"),
        title=sitting.exam.title,
        text=_("%(minutes)s minutes from the moment you start.") % {"minutes": minutes},
        facts=((_("You may start from"), f"{starts_at:%Y-%m-%d %H:%M} UTC"),) if starts_at else (),
        url=reverse("exams:entry", args=[sitting.entry.uuid]),
        action=_("Prepare and start"),
    )


def _ended(sitting: Sitting) -> gather.DeskCard:
    result = getattr(sitting, "result", None)
    if result is None or result.state == ResultState.MARKED:
        return gather.DeskCard(
            key=_key(sitting),
            group="exams",
            eyebrow=_("Handed in"),
            title=sitting.exam.title,
            text=_("An examiner looks at the result before it is released. You will be told by e-mail."),
            url=reverse("exams:receipt", args=[sitting.uuid]),
            action=_("See the receipt"),
            facts=((_("Answered"), f"{sitting.answered}"),),
        )
    if result.state == ResultState.ANNULLED:
        said = _("Annulled")
    elif sitting.exam.is_practice:
        said = _("Your points and your profile by domain")
    else:
        said = _("Passed") if result.outcome == Outcome.PASSED else _("Not passed")
    return gather.DeskCard(
        key=_key(sitting),
        group="exams",
        eyebrow=_("Result"),
        title=sitting.exam.title,
        text=f"{said}.",
        url=reverse("exams:result", args=[result.uuid]),
        action=_("See the result"),
    )


def offers() -> Sequence[gather.Offer]:
    return [_offer(exam) for exam in exams.offered()]


def _offer(exam: Exam) -> gather.Offer:
    return gather.Offer(
        key=exam.key,
        kind="exam",
        title=exam.title,
        strapline=exam.strapline,
        url=reverse("exams:exam", args=[exam.key]),
        seed=digests.digest({"exam": exam.key}),
        facts=(("Items", str(exam.blueprint.length)), ("Time", f"{exam.minutes} minutes")),
    )


def make_live() -> Sequence[str]:
    live = demonstration.review_library()
    lines = [f"{live} items were reviewed by Ivo and Jun and are live."] if live else []
    return lines + demonstration.open_first_forms()


def items_touched() -> Mapping[tuple[str, str], frozenset[str]]:
    """The codes of all items that are not retired, by framework and reference."""
    return coverage.codes()


def holders_touched() -> Mapping[tuple[str, str], frozenset[str]]:
    """Holders whose exam asked about a clause, by framework and reference."""
    return coverage.holders(clock.today())


def links(held: frozenset[str]) -> Sequence[gather.NavigationLink]:
    """The ways to the bank, to forms and windows of exams, to what waits for an examiner, and to what runs."""
    found = []
    if held & {WRITE, REVIEW, ASSEMBLE}:
        found.append(gather.NavigationLink(_("Item bank"), reverse("exams_bank:items")))
        found.append(gather.NavigationLink(_("Traceability"), reverse("exams_bank:matrix")))
    if ASSEMBLE in held:
        found.append(gather.NavigationLink(_("Forms of exams"), reverse("exams_bank:forms")))
        found.append(gather.NavigationLink(_("Windows of exams"), reverse("exams:windows")))
    if RELEASE in held:
        found.append(gather.NavigationLink(_("Results to release"), reverse("exams:release")))
        found.append(gather.NavigationLink(_("Keys of forms"), reverse("exams:keys")))
        found.append(gather.NavigationLink(_("Accommodations"), reverse("exams:accommodations")))
    if held & {MARK, RELEASE}:
        found.append(gather.NavigationLink(_("Marking"), reverse("exams:marking")))
    if held & {RELEASE, "courses.train"}:
        found.append(gather.NavigationLink(_("Coursework"), reverse("exams:coursework_listing")))
    if HEAR in held:
        found.append(gather.NavigationLink(_("Appeals"), reverse("exams:appeals")))
    if INVIGILATE in held:
        found.append(gather.NavigationLink(_("Invigilation"), reverse("exams:invigilation")))
    return found


def erase(person_id: int) -> None:
    accommodations.empty(person_id=person_id)


def register() -> None:
    gather.PERSONAL.add(
        gather.PersonalPart(
            "exams",
            60,
            "Exams",
            personal.HOLDINGS,
            hinders=personal.hinders,
            erase=erase,
            elsewhere=personal.elsewhere,
        )
    )
    gather.LIBRARY.add(gather.LibraryPart("exams", 40, reading.read, library.write, files.write))
    gather.DESK.add(gather.DeskPart("exams", 30, cards))
    gather.CATALOGUE.add(gather.CataloguePart("exams", 30, offers))
    gather.DEMONSTRATION.add(gather.DemonstrationPart("exams", 60, make_live))
    gather.TOUCHED.add(gather.TouchedPart("exams", 30, "items", items_touched))
    gather.PROOFS.add(gather.ProofPart("scores", 30, "replay_scores"))
    gather.TOUCHED.add(gather.TouchedPart("exams.holders", 31, "holders", holders_touched, counted=True))
    gather.NAVIGATION.add(gather.NavigationPart("exams", 30, links))
