"""Standard rates of value added tax by country, as data with their source.

Source: European Commission, "Taxes in Europe Database" and "VAT rates in the European Union", for the member states;
GOV.UK "VAT rates", the Swiss Federal Tax Administration and the Norwegian Tax Administration for the three others.
Each row: the country, the first day of the rate, the rate in basis points. To change a rate, add a row.
"""

from datetime import date
from typing import Final

CHECKED_ON: Final = date(2026, 11, 1)

_ROWS: Final = """
AT 2016-01-01 2000
BE 1996-01-01 2100
BG 1999-01-01 2000
CY 2014-01-13 1900
CZ 2013-01-01 2100
DE 2021-01-01 1900
DK 1992-01-01 2500
EE 2024-01-01 2200
EE 2025-07-01 2400
ES 2012-09-01 2100
FI 2013-01-01 2400
FI 2024-09-01 2550
FR 2014-01-01 2000
GR 2016-06-01 2400
HR 2012-03-01 2500
HU 2012-01-01 2700
IE 2021-03-01 2300
IT 2013-10-01 2200
LT 2009-09-01 2100
LU 2024-01-01 1700
LV 2012-07-01 2100
MT 2004-01-01 1800
NL 2012-10-01 2100
PL 2011-01-01 2300
PT 2011-01-01 2300
RO 2017-01-01 1900
RO 2025-08-01 2100
SE 1990-07-01 2500
SI 2013-07-01 2200
SK 2011-01-01 2000
SK 2025-01-01 2300
CH 2024-01-01 810
GB 2011-01-04 2000
NO 2005-01-01 2500
"""
_OUTSIDE: Final = frozenset({"CH", "GB", "NO"})

RATES: Final = tuple(
    (country, date.fromisoformat(since), int(rate))
    for country, since, rate in (row.split() for row in _ROWS.strip().splitlines())
)
UNION: Final = frozenset(country for country, *_ in RATES) - _OUTSIDE
"""The member states of the European Union: within them tax follows the buyer."""
SHOWN_WITH_TAX: Final = frozenset(country for country, *_ in RATES)
"""Where a consumer is shown what they will pay, tax included."""


class NoRate(LookupError):
    """The table has no rate for the country on that day."""


def rate(country: str, on: date) -> int:
    """The standard rate in basis points; raises NoRate."""
    begun = [(since, points) for known, since, points in RATES if known == country and since <= on]
    if not begun:
        raise NoRate(country)
    return max(begun)[1]
