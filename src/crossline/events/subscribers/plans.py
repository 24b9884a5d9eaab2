"""Numbering plans: how an operator's subscribers are numbered, as organisations.csv declares it.

MSISDN: country code and national number, at most 15 digits (ITU-T E.164). IMSI: 15 digits, mobile
country code of three, mobile network code of two or three, and the rest (ITU-T E.212).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = ["IMSI_DIGITS", "NumberPlan", "number_plan"]

IMSI_DIGITS = 15
_LIST = re.compile(r"[ ;]+")
_FORMS = ("db", "mml", "radius", "crm")


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """One operator's numbers.

    `lengths` are those of its national numbers, `networks` its MCC and MNC together. `forms` is
    how each sort of log writes numbers, in the words of organisations.csv (`cc+nsn`, `trunk+nsn`,
    `00+cc+nsn`, `nsn`, `imsi`, with words such as `nibble-swapped` and `base64`).
    """

    country_code: str
    trunk_prefix: str
    lengths: tuple[int, ...]
    networks: tuple[str, ...]
    forms: tuple[tuple[str, str], ...] = ()

    def form(self, log: str) -> str:
        """The declared form of a sort of log (db, mml, radius, crm); empty if none is."""
        return dict(self.forms).get(log, "")

    @property
    def has_bare_numbers(self) -> bool:
        """Whether a log of this operator writes national numbers without anything before them."""
        return any(re.search(r"(?<!\+)\bnsn\b", form) for _, form in self.forms)

    def international(self, digits: str) -> str | None:
        """The canonical digits if these are country code and national number, else None."""
        return digits if self.is_national(self._after(digits, self.country_code)) else None

    def trunk(self, digits: str) -> str | None:
        """The same for trunk prefix and national number."""
        national = self._after(digits, self.trunk_prefix) if self.trunk_prefix else None
        return self.country_code + national if national and self.is_national(national) else None

    def bare(self, digits: str) -> str | None:
        """The same for a national number alone."""
        return self.country_code + digits if self.is_national(digits) else None

    def is_national(self, digits: str | None) -> bool:
        """Whether these could be a national number: a length of the plan, no zero in front."""
        return digits is not None and len(digits) in self.lengths and digits[:1] not in ("", "0")

    def is_imsi(self, digits: str) -> bool:
        """Whether these are 15 digits of one of its networks."""
        return len(digits) == IMSI_DIGITS and digits.startswith(self.networks or ("x",))

    @staticmethod
    def _after(digits: str, prefix: str) -> str | None:
        return digits[len(prefix) :] if prefix and digits.startswith(prefix) else None


def number_plan(row: Mapping[str, str]) -> NumberPlan | None:
    """The plan that a row of organisations.csv declares, None if it declares none."""
    country = row.get("country_code", "").lstrip("+").strip()
    lengths = tuple(sorted(set(_lengths(row.get("national_number_length", "")))))
    countries = _LIST.split(row.get("mcc", "").strip())
    codes = _LIST.split(row.get("mnc", "").strip())
    networks = tuple(f"{mcc}{mnc}" for mcc in countries for mnc in codes if mcc)
    if not (country.isdecimal() and lengths) and not networks:
        return None
    forms = tuple((log, row.get(f"number_form_{log}", "").lower()) for log in _FORMS)
    return NumberPlan(
        country if lengths else "", row.get("trunk_prefix", "").strip(), lengths, networks, forms
    )


def _lengths(text: str) -> Iterator[int]:
    """Lengths from `9`, `8;9` or `8-10`."""
    for part in _LIST.split(text.strip()):
        low, _, high = part.partition("-")
        if low.isdecimal() and (high or low).isdecimal():
            yield from range(int(low), min(int(high or low), 15) + 1)
