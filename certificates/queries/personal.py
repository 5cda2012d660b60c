"""What the register holds about a person, and what becomes of it at an erasure."""

from certificates.models import Application
from certificates.states import ApplicationState
from lms.kit.gather import Holding

REGISTER = "The register answers for every certificate that it granted, under its number."
PRINTED = (
    "Whoever relies on a certificate must be able to verify it. The certification body erases the name on it when you "
    "ask for that, and the certificate ends with it."
)
HOLDINGS = (
    Holding("certificates.Listing", "credential__holder", "Your place in the public register"),
    Holding("certificates.Reference", "person", "References"),
    Holding("certificates.LogEntry", "person", "Practice that you wrote down"),
    Holding("certificates.Evidence", "person", "What was proven", REGISTER),
    Holding("certificates.Application", "person", "Applications", REGISTER),
    Holding("certificates.ApplicationChange", "application__person", "How applications changed", REGISTER),
    Holding("certificates.Decision", "application__person", "Decisions", REGISTER),
    Holding("certificates.Appeal", "person", "Appeals and complaints", REGISTER),
    Holding("certificates.Credential", "holder", "Certificates", REGISTER, ("share_key",)),
    Holding("certificates.Edition", "credential__holder", "Editions of certificates", REGISTER),
    Holding(
        "certificates.EditionName", "edition__credential__holder", "Your name as printed", PRINTED, ("salt",)
    ),
    Holding("certificates.Document", "edition__credential__holder", "Documents", PRINTED),
    Holding("certificates.CredentialEvent", "credential__holder", "How certificates stood", REGISTER),
    Holding("certificates.CpdEntry", "credential__holder", "Hours of professional development", REGISTER),
    Holding("certificates.NameRequest", "credential__holder", "Corrections of your name", REGISTER),
    Holding("certificates.FeeDemand", "credential__holder", "Fees", "Tax law asks for it."),
    Holding(
        "certificates.Watch",
        "credential__holder",
        "Employers that watch",
        "Shows what you had allowed. It is ended.",
    ),
    Holding("certificates.Tie", "person", "Who is kept out of deciding about you", REGISTER),
)

_OPEN = (ApplicationState.SUBMITTED, ApplicationState.WAITING, ApplicationState.OFFERED)


def hinders(person_id: int) -> list[str]:
    if Application.objects.filter(person_id=person_id, state__in=_OPEN).exists():
        return ["An application of yours is being decided. Withdraw it, or wait for the decision."]
    return []
