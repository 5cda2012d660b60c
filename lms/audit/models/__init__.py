from lms.audit.models.entry import Entry
from lms.audit.models.seal import Seal

__all__ = ["Entry", "Seal"]
