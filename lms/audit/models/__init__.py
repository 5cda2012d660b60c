from lms.audit.models.entry import Entry
from lms.audit.models.origin import Origin
from lms.audit.models.seal import Seal

__all__ = ["Entry", "Origin", "Seal"]
