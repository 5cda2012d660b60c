"""The list of the item bank in the Wagtail admin."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import Truncator
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import HeaderButton

from exams import access, itemtypes
from exams.models import Item
from exams.states import ItemState, Level, Pool


class ItemFilters(WagtailFilterSet):
    bank = django_filters.ModelChoiceFilter(queryset=lambda request: access.banks(request.user))
    state = django_filters.ChoiceFilter(choices=ItemState.choices)
    domain = django_filters.NumberFilter(label="Domain number")
    kind = django_filters.ChoiceFilter(
        choices=[(kind, itemtypes.of(kind).NAME) for kind in itemtypes.kinds()]
    )
    level = django_filters.ChoiceFilter(choices=Level.choices)
    pool = django_filters.ChoiceFilter(choices=Pool.choices)

    class Meta:
        model = Item
        fields = ["bank", "state", "kind", "domain", "level", "pool"]


class ItemIndex(IndexView):
    """Every item of the banks that the person works in."""

    model = Item
    # Offices at an organisation decide (see `dispatch`), not Django's permissions on a table.
    any_permission_required = None
    page_title = "Item bank"
    header_icon = "list-ul"
    index_url_name = "exams_bank:items"
    index_results_url_name = "exams_bank:items_results"
    search_fields = ["code"]
    default_ordering = "code"
    filterset_class = ItemFilters
    paginate_by = 50
    columns = [
        TitleColumn(
            "code",
            label="Item",
            sort_key="code",
            width="16%",
            get_url=lambda item: reverse("exams_bank:item", args=[item.pk]),
        ),
        Column("stem", accessor=lambda item: Truncator(item.current.content["stem"]).chars(90)),
        Column("bank", sort_key="bank"),
        Column("kind", accessor=lambda item: itemtypes.of(item.kind).NAME, sort_key="kind"),
        Column("domain", sort_key="domain"),
        Column("level", accessor="get_level_display", sort_key="level"),
        Column("pool", accessor="get_pool_display"),
        Column("scenario"),
        Column("state", accessor="get_state_display", sort_key="state"),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.works_in_banks(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[Item]:
        found = Item.objects.filter(bank__in=access.banks(self.request.user))
        return found.select_related("bank", "scenario", "current")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = [
            HeaderButton("Scenarios", url=reverse("exams_bank:scenarios"), icon_name="doc-full-inverse"),
            HeaderButton("Forms of exams", url=reverse("exams_bank:forms"), icon_name="doc-full"),
        ]
        mine = list(access.banks(self.request.user))
        if any(access.may(self.request.user, access.ASSEMBLE, bank) for bank in mine):
            buttons.append(
                HeaderButton("Export items", url=reverse("exams_bank:export"), icon_name="download")
            )
        if any(access.may(self.request.user, access.WRITE, bank) for bank in mine):
            buttons.append(HeaderButton("Add an item", url=reverse("exams_bank:add"), icon_name="plus"))
            buttons.append(HeaderButton("Import items", url=reverse("exams_bank:import"), icon_name="upload"))
        return buttons
