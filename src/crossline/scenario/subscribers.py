"""The subscribers of the operators: their numbers, how systems spell them, and who is asked for.

Numbers are computed from an index, never kept, so that an operator may have any count of them.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from random import Random
from typing import NamedTuple

from crossline.scenario.content import table
from crossline.scenario.days import moment
from crossline.scenario.dice import hexadecimal, stream
from crossline.scenario.estate import Estate, Organisation

__all__ = ["People", "Subscriber", "Subscribers", "pseudonym", "spelled", "world_key"]

_PERSON_DIGITS = 6
_IMSI_DIGITS = 10
_TEST_PREFIX = "999"
_INTERNATIONAL = "91"
_ZIPF = 1.05
"""Exponent of how often single numbers are asked for (a few very often, most never)."""


class Subscriber(NamedTuple):
    """One SIM: the country code and national number, IMSI and IMEI it shows."""

    cc: str
    nsn: str
    imsi: str
    imei: str

    @property
    def msisdn(self) -> str:
        """Country code and national number, digits only."""
        return self.cc + self.nsn


def world_key(seed: int) -> bytes:
    """The key of a world's pseudonyms: known, as the world is invented."""
    return bytes.fromhex(hexadecimal(seed, "key of the pseudonyms"))


def pseudonym(key: bytes, kind: str, digits: str) -> str:
    """32 hex digits of HMAC-SHA-256 over `crossline/v1|kind|digits` (kinds msisdn, imsi, imei)."""
    return hmac.digest(key, f"crossline/v1|{kind}|{digits}".encode(), "sha256").hex()[:32]


def spelled(who: Subscriber, form: str, org: Organisation) -> str:
    """A subscriber as an operator's system writes it.

    Args:
        who: the subscriber; one of another country is written 00 + cc + nsn under a national form.
        form: `cc+nsn`, `+cc+nsn`, `00+cc+nsn`, `trunk+nsn`, `nsn`, `imsi`, `base64`, `tbcd`
            (nibbles swapped, of the international number) or `ton+tbcd` (with its type octet 0x91).
        org: the operator.

    Raises:
        LookupError: there is no such form.
    """
    if form in {"trunk+nsn", "nsn"} and who.cc != org.country.cc:
        return "00" + who.msisdn
    spellings = {
        "cc+nsn": who.msisdn,
        "+cc+nsn": "+" + who.msisdn,
        "00+cc+nsn": "00" + who.msisdn,
        "trunk+nsn": org.country.trunk + who.nsn,
        "nsn": who.nsn,
        "imsi": who.imsi,
        "base64": base64.b64encode(who.msisdn.encode()).decode(),
        "tbcd": swapped(who.msisdn),
        "ton+tbcd": _INTERNATIONAL + swapped(who.msisdn),
    }
    return spellings[form]


def swapped(digits: str) -> str:
    """Telephony BCD: the digits of each pair change places; an odd end is filled with F."""
    padded = digits + "F" * (len(digits) % 2)
    return "".join(padded[i + 1] + padded[i] for i in range(0, len(padded), 2))


@dataclass(frozen=True)
class Subscribers:
    """The numbers of one operator.

    Attributes:
        organisation: the operator.
        seed: what the numbers are drawn with.
        count: how many ordinary numbers; groups of known purpose have indices above.
    """

    organisation: Organisation
    seed: int
    count: int

    @cached_property
    def _plan(self) -> tuple[str, str, tuple[int, int], tuple[int, int]]:
        """Prefixes and the two maps from index to digits (factor coprime to ten, start)."""
        draw = stream(self.seed, "numbers", self.organisation.id)
        length = self.organisation.country.nsn_length - _PERSON_DIGITS
        prefix = "9" + "".join(str(draw.randrange(9)) for _ in range(length - 1))
        maps = [
            (draw.randrange(10 ** (digits - 1)) * 10 + draw.choice((3, 7)), draw.randrange(10**6))
            for digits in (_PERSON_DIGITS, _IMSI_DIGITS)
        ]
        imsi = self.organisation.country.mcc + self.organisation.mnc
        return prefix, imsi, maps[0], maps[1]

    def at(self, index: int) -> Subscriber:
        """The subscriber of an index; the same index always gives the same."""
        prefix, imsi, (factor, start), (imsi_factor, imsi_start) = self._plan
        own = f"{(index * factor + start) % 10**_PERSON_DIGITS:0{_PERSON_DIGITS}}"
        sim = f"{(index * imsi_factor + imsi_start) % 10**_IMSI_DIGITS:0{_IMSI_DIGITS}}"
        serial = f"35{(index * 7919 + start) % 10**12:012}"
        return Subscriber(
            self.organisation.country.cc, prefix + own, imsi + sim, serial + _luhn(serial)
        )

    def group(self, name: str) -> range:
        """Indices of a group: prominent, court_order, fraud_suspects, staff_own, victims."""
        first = self.count
        for group, size in _groups().items():
            if group == name:
                return range(first, first + size)
            first += size
        raise LookupError(name)

    def test_number(self, index: int = 1) -> str:
        """A number of the operator's test range, as country code and national number."""
        length = self.organisation.country.nsn_length - len(_TEST_PREFIX)
        return f"{self.organisation.country.cc}{_TEST_PREFIX}{index:0{length}}"


def _groups() -> Mapping[str, int]:
    stated = table("subscribers")
    return {**stated["decoys"], "victims": stated["insider_victims"]["total"], "watched": 12}


def _luhn(digits: str) -> str:
    """The check digit of an IMEI."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(digits)]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


class People:
    """Everybody: subscribers by operator, and the twelve who are watched."""

    def __init__(self, estate: Estate, per_operator: int) -> None:
        """Number the operators of an estate.

        Args:
            estate: the organisations.
            per_operator: how many ordinary subscribers each has.
        """
        self.of = {
            org.id: Subscribers(org, estate.seed, per_operator)
            for org in estate.organisations.values()
            if not org.is_supplier
        }
        rows = table("subscribers")["watched"]
        self.watched = {
            row["id"]: self.of[row["home"]].at(self.of[row["home"]].group("watched")[number])
            for number, row in enumerate(rows)
        }
        self._known = {org: self._known_at(org, estate.seed) for org in self.of}

    def _known_at(self, org: str, seed: int) -> list[Subscriber]:
        """Prominent and watched numbers that an operator has records of, in the order of fame."""
        known = [self.of[org].at(index) for index in self.of[org].group("prominent")]
        rows = table("subscribers")["watched"]
        known += [self.watched[row["id"]] for row in rows if org in row["seen_at"]]
        stream(seed, "fame", org).shuffle(known)
        return known

    def drawn(self, org: str, random: Random) -> Subscriber:
        """One subscriber whom somebody asks an operator about, by Zipf's law of fame."""
        known, count = self._known[org], self.of[org].count
        total = len(known) + count
        power = 1 - _ZIPF
        rank = int((1 + random.random() * ((total + 1) ** power - 1)) ** (1 / power)) - 1
        return known[rank] if rank < len(known) else self.of[org].at(rank - len(known))

    def famous(self, org: str, random: Random) -> Subscriber:
        """One of the known subscribers of an operator, the watched among them, all alike."""
        return random.choice(self._known[org])

    def form(self, org: str, system: str, when: datetime) -> str:
        """How a system (db, mml, radius, crm) of an operator spells numbers at a time."""
        stated = self.of[org].organisation
        later = stated.later_numbers.get(system)
        if later and when >= moment(later["day"], zone=stated.zone):
            return str(later["form"])
        return stated.numbers[system]
