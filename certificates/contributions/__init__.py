"""What the register answers to the registers on the ground."""

from certificates.actions import checkpoints, watching
from certificates.contributions import catalogue, desk, keys, library, names, navigation, readiness, upkeep
from certificates.queries import credentials, personal
from lms.db import append_only
from lms.kit import gather
from lms.kit.gather import Category

NOTICES = {
    "certificates.reminder": Category.REMINDERS,
    "certificates.watch": Category.WORK,
    "certificates.watch_statement": Category.WORK,
}


def erase(person_id: int) -> None:
    watching.end_all(holder_id=person_id)


def register() -> None:
    gather.PERSONAL.add(
        gather.PersonalPart(
            "certificates", 70, "Certification", personal.HOLDINGS, hinders=personal.hinders, erase=erase
        )
    )
    gather.NOTICE_KINDS.add(gather.NoticeKindsPart("certificates", 10, NOTICES))
    gather.LIBRARY.add(gather.LibraryPart("certificates", 40, library.read, library.write, library.export))
    gather.DESK.add(gather.DeskPart("certificates", 40, desk.cards))
    gather.DESK.add(gather.DeskPart("certificates.upkeep", 39, upkeep.cards))
    gather.CATALOGUE.add(gather.CataloguePart("certificates", 40, catalogue.offers))
    gather.HOLDERS.add(gather.HoldersPart("certificates", 40, credentials.holders))
    gather.PROOFS.add(gather.ProofPart("register", 40, "audit_register", checkpoints.make))
    gather.NAMES.add(gather.NamesPart("certificates", 40, names.changed_at))
    gather.NAVIGATION.add(gather.NavigationPart("certificates", 40, navigation.links))
    gather.FIRST_RUN.add(gather.FirstRunPart("certificates.keys", 40, keys.first_run))
    gather.READINESS.add(gather.ReadinessPart("keys", 42, keys.check, stops=False))
    gather.READINESS.add(gather.ReadinessPart("register", 40, append_only.check))
    gather.READINESS.add(gather.ReadinessPart("certificates", 41, readiness.check, stops=False))
    gather.READINESS.add(gather.ReadinessPart("log", 43, readiness.log_goes_on, stops=False))
