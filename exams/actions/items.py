"""The life of an item: written, submitted, reviewed by two others, tried out, live, retired."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from exams.models import Bank, Item, ItemChange, ItemKey, ItemVersion, Review
from exams.queries import bank, coverage, versions
from exams.rules import items as rules
from exams.rules.items import ItemDraft
from exams.states import ITEM, ItemState, Pool, ReviewVerdict
from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock

REVIEWERS = 2


class CodeTaken(Exception):
    """Another item of the bank has this code."""


class Unfinished(Exception):
    """The item can't be reviewed as it is. Carries `faults`, in words for its author."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class NotAnotherPerson(Exception):
    """A reviewer wrote no version of the item or of its scenario, and reviews it once in a round."""


class UnknownEnemy(Exception):
    """The bank has no such items, or the item is named as its own enemy. Carries `codes`."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = tuple(codes)


class LastOfClause(Exception):
    """The item is the last live one that asks about a clause or control. Carries `refs`."""

    def __init__(self, refs: tuple[str, ...]) -> None:
        super().__init__(", ".join(refs))
        self.refs = refs


def add_item(*, bank_id: int, code: str, draft: ItemDraft, author_id: int) -> Item:
    """Adds an item to a bank as a draft, with its first version and key. Raises CodeTaken."""
    at = clock.now()
    with transaction.atomic():
        home = Bank.objects.select_for_update().get(pk=bank_id)
        if Item.objects.filter(bank=home, code=code).exists():
            raise CodeTaken(code)
        item = Item(bank=home, code=code, kind=draft.kind)
        _describe(item, draft)
        item.save()
        _version(item, draft, author_id, at)
        noted(item, "add", "", at, author_id)
    return item


def edit_item(*, item_id: int, draft: ItemDraft, editor_id: int) -> Item:
    """Changes an item. Its text is never overwritten: what differs becomes a new version, and forms that
    hold an older one keep it. A live item goes back to draft and must be reviewed anew.

    Raises IllegalMove while the item is in review or once it is retired.
    """
    at = clock.now()
    with transaction.atomic():
        item = _locked(item_id)
        before = item.state
        if before != ItemState.DRAFT:
            item.state = ITEM.after(item.state, "revise")
        _describe(item, draft)
        item.save()
        _version(item, draft, editor_id, at)
        noted(item, "revise" if before != ItemState.DRAFT else "edit", before, at, editor_id)
    return item


def revise_with_scenario(*, item: Item, by_id: int, said: str, at: datetime) -> None:
    """Puts an item that the caller has locked back to draft, since what its reviewers read with it is another text now;
    a draft and a retired one stay what they are. Raises IllegalMove while it is in review."""
    if item.state in {ItemState.DRAFT, ItemState.RETIRED}:
        return
    before, item.state = item.state, ITEM.after(item.state, "revise")
    item.save(update_fields=["state"])
    noted(item, "revise", before, at, by_id, said)


def set_enemies(*, item_id: int, codes: Collection[str], actor_id: int) -> Item:
    """Says which items of its bank never stand in a form with this one, both ways. Its text stays as it is, and so does
    its state: forms that were assembled keep what they have. The same again changes nothing. Raises UnknownEnemy.
    """
    at = clock.now()
    with transaction.atomic():
        item = _locked(item_id)
        wanted = {one.code: one for one in Item.objects.filter(bank=item.bank, code__in=codes)}
        unknown = [code for code in codes if code not in wanted or code == item.code]
        if unknown:
            raise UnknownEnemy(unknown)
        held = {one.code: one for one in item.enemies.all()}
        if held.keys() == wanted.keys():
            return item
        item.enemies.set(wanted.values())
        said = [", ".join(sorted(some)) or "none" for some in (held, wanted)]
        noted(item, "enemies", item.state, at, actor_id, " → ".join(said))
        for code in sorted(held.keys() ^ wanted.keys()):
            other = (wanted | held)[code]
            told = f"never with {item.code}" if code in wanted else f"may stand with {item.code} again"
            noted(other, "enemies", other.state, at, actor_id, told)
    return item


def submit_for_review(*, item_id: int, actor_id: int, to_pilot: bool = False) -> Item:
    """Hands a draft to the reviewers; `to_pilot` says that it is to be tried out before it counts.

    Raises Unfinished, IllegalMove.
    """
    at = clock.now()
    with transaction.atomic():
        item = _locked(item_id)
        before, item.state = item.state, ITEM.after(item.state, "submit")
        faults = draft_of(item).faults() + _lacking(item) + (_no_pilot(item) if to_pilot else [])
        if faults:
            raise Unfinished(faults)
        item.to_pilot = to_pilot
        item.save(update_fields=["state", "to_pilot"])
        noted(item, "submit", before, at, actor_id, "to be tried out" if to_pilot else "")
    return item


def review_item(*, item_id: int, reviewer_id: int, verdict: ReviewVerdict, note: str = "") -> Item:
    """Records one reviewer's word. With the second acceptance of a round the item is live, or a pilot where it was
    submitted as one; a return puts it back to its author, with the note.

    Raises NotAnotherPerson for an author of the item and for a second word of the same reviewer, and
    IllegalMove when the item is not in review.
    """
    at = clock.now()
    with transaction.atomic():
        item = _locked(item_id)
        tried = item.to_pilot and verdict == ReviewVerdict.ACCEPT
        target = ITEM.after(item.state, "try out" if tried else str(verdict))
        _refuse_unless_another(item, reviewer_id)
        current_round = _round(item)
        if Review.objects.filter(version=item.current, round=current_round, reviewer_id=reviewer_id).exists():
            raise NotAnotherPerson
        version = item.current
        assert version is not None, "every item has a version from its first moment"
        Review.objects.create(
            version=version,
            round=current_round,
            reviewer_id=reviewer_id,
            author_id=version.author_id,
            verdict=verdict,
            note=note,
            at=at,
        )
        before = item.state
        accepted = Review.objects.filter(
            version=item.current, round=current_round, verdict=ReviewVerdict.ACCEPT
        ).count()
        if verdict == ReviewVerdict.RETURN or accepted >= REVIEWERS:
            item.state = target
            item.save(update_fields=["state"])
        noted(item, str(verdict), before, at, reviewer_id, note)
    return item


def promote_pilot(*, item_id: int, examiner_id: int, reason: str) -> Item:
    """Makes a pilot live: forms that are assembled from now on may count it; those that try it out go on doing so.

    Raises NotAnotherPerson for an author of the item, and IllegalMove for what is no pilot.
    """
    return _judge_pilot(item_id, "promote", examiner_id, reason)


def send_pilot_back(*, item_id: int, examiner_id: int, reason: str) -> Item:
    """Gives a pilot back to its author as a draft, with the reason; it must be reviewed anew. Raises what
    `promote_pilot` raises."""
    return _judge_pilot(item_id, "send back", examiner_id, reason)


def _judge_pilot(item_id: int, event: str, examiner_id: int, reason: str) -> Item:
    at = clock.now()
    with transaction.atomic():
        item = _locked(item_id)
        before, item.state = item.state, ITEM.after(item.state, event)
        _refuse_unless_another(item, examiner_id)
        item.save(update_fields=["state"])
        noted(item, event.replace(" ", "-"), before, at, examiner_id, reason)
    return item


def retire_item(*, item_id: int, actor_id: int, reason: str, knowing: bool = False) -> Item:
    """Takes an item out of use: no new form holds it, forms that have it go on.

    Raises IllegalMove; and LastOfClause where no other live item of the bank's exam pool asks about one of its
    clauses or controls, unless who retires it does so `knowing` that.
    """
    at = clock.now()
    with transaction.atomic():
        item = _locked(item_id)
        before, item.state = item.state, ITEM.after(item.state, "retire")
        if not knowing and (refs := coverage.last_of(item)):
            raise LastOfClause(refs)
        item.save(update_fields=["state"])
        noted(item, "retire", before, at, actor_id, reason)
    return item


def draft_of(item: Item) -> ItemDraft:
    """An item's current version as a draft to edit or to judge."""
    version = item.current
    assert version is not None, "every item has a version from its first moment"
    key = version.keys.order_by("-number")[0]
    return ItemDraft(
        pool=item.pool,
        domain=item.domain,
        level=item.level,
        clauses=tuple(item.clauses),
        controls=tuple(item.controls),
        content=version.content,
        key=key.key,
        rationales=version.rationales,
        source=version.source,
        edition=version.edition,
        aids=version.aids,
    )


def _locked(item_id: int) -> Item:
    return (
        Item.objects.select_for_update(of=("self",))
        .select_related("bank", "current", "scenario")
        .get(pk=item_id)
    )


def _describe(item: Item, draft: ItemDraft) -> None:
    item.kind, item.pool, item.domain, item.level = draft.kind, draft.pool, draft.domain, draft.level
    item.clauses, item.controls = list(draft.clauses), list(draft.controls)


def _version(item: Item, draft: ItemDraft, author_id: int, at: datetime) -> None:
    """A new version where the text, or where it comes from, differs from the current one; a new key where the key does."""
    digest = rules.version_digest(draft.content, draft.rationales)
    version = item.current
    provenance = (draft.source, draft.edition, draft.aids)
    if version is None or version.digest != digest or version.provenance != provenance:
        version = ItemVersion.objects.create(
            item=item,
            number=1 if version is None else version.number + 1,
            content=dict(draft.content),
            rationales=dict(draft.rationales),
            digest=digest,
            author_id=author_id,
            author_name=people.card(author_id).display_name,
            source=draft.source,
            edition=draft.edition,
            aids=draft.aids,
            created_at=at,
        )
        item.current = version
        item.save(update_fields=["current"])
    bound = rules.key_digest(digest, draft.key)
    last = version.keys.order_by("-number").first()
    if last is None or last.digest != bound:
        number = 1 if last is None else last.number + 1
        ItemKey.objects.create(
            version=version, number=number, key=dict(draft.key), digest=bound, created_at=at
        )


def _lacking(item: Item) -> list[str]:
    """What stands in for something that the file of an import did not say is nobody's word until it was edited."""
    last = item.changes.exclude(event__in=["translate", "approve-variant"]).last()
    if last is None or last.event != "import-incomplete":
        return []
    return ["the file that it came from says no domain or no level: edit the item and set them"]


def _no_pilot(item: Item) -> list[str]:
    """Why it can't be tried out, in words for its author."""
    if item.pool != Pool.EXAM:
        return ["only an item of the exam pool can be tried out: a practice exam shows at once what counted"]
    live = Item.objects.filter(scenario=item.scenario_id, state=ItemState.LIVE)
    if item.scenario_id is not None and live.exists():
        return [
            "other items of its scenario are live: a scenario is tried out as a whole, or counts as a whole"
        ]
    return []


def _refuse_unless_another(item: Item, reviewer_id: int) -> None:
    if bank.wrote(item, reviewer_id):
        raise NotAnotherPerson


def _round(item: Item) -> int:
    return ItemChange.objects.filter(item=item, event="submit").aggregate(top=Max("id"))["top"] or 0


def noted(item: Item, event: str, before: str, at: datetime, by_id: int | None, said: str = "") -> None:
    """Leaves a change row and a trail entry of an item whose row was changed in this transaction."""
    ItemChange.objects.create(
        item=item,
        event=event,
        from_state=before,
        to_state=item.state,
        version=item.current,
        by_id=by_id,
        note=said,
        described=versions.described(item),
        at=at,
    )
    past = {"add": "added", "edit": "edited", "revise": "revised", "submit": "submitted", "retire": "retired",
            "promote": "promoted", "send-back": "sent_back", "enemies": "kept_apart", "arrange": "arranged"}  # fmt: skip
    verb = past.get(event, "reviewed")
    trail.record(
        f"exams.item.{verb}",
        subject=f"exams.item:{item.pk}",
        at=at,
        actor_id=by_id,
        facts={"code": item.code, "state": str(item.state), "event": event},
        organisation_id=item.bank.organisation_id,
    )
