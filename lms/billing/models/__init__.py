from lms.billing.models.entitlement import Entitlement, Redemption
from lms.billing.models.product import Product

__all__ = ["Entitlement", "Product", "Redemption"]
