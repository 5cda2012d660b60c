"""What is offered."""

from lms.billing.models import Product


def offer(*, key: str, kind: str, title: str, amount_minor: int, currency: str) -> bool:
    """Offers a product under a key, or changes how it is offered. Returns whether anything changed."""
    wanted = {"kind": kind, "title": title, "amount_minor": amount_minor, "currency": currency}
    row, made = Product.objects.get_or_create(key=key, defaults=wanted)
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, wanted[name])
        row.save(update_fields=changed)
    return made or bool(changed)
