"""What the register answers to the registers on the ground."""

from certificates.contributions import catalogue, desk, keys, library, navigation, readiness, upkeep
from certificates.queries import credentials
from lms.db import append_only
from lms.kit import gather


def register() -> None:
    gather.LIBRARY.add(gather.LibraryPart("certificates", 40, library.read, library.write, library.export))
    gather.DESK.add(gather.DeskPart("certificates", 40, desk.cards))
    gather.DESK.add(gather.DeskPart("certificates.upkeep", 39, upkeep.cards))
    gather.CATALOGUE.add(gather.CataloguePart("certificates", 40, catalogue.offers))
    gather.HOLDERS.add(gather.HoldersPart("certificates", 40, credentials.holders))
    gather.NAVIGATION.add(gather.NavigationPart("certificates", 40, navigation.links))
    gather.FIRST_RUN.add(gather.FirstRunPart("certificates.keys", 40, keys.first_run))
    gather.READINESS.add(gather.ReadinessPart("keys", 42, keys.check))
    gather.READINESS.add(gather.ReadinessPart("register", 40, append_only.check))
    gather.READINESS.add(gather.ReadinessPart("certificates", 41, readiness.check))
    gather.READINESS.add(gather.ReadinessPart("log", 43, readiness.log_goes_on))
