"""One subscriber's identity in one form, however a log writes it.

Canonical: `msisdn` country code and national number, `imsi` 15 digits, `imei` 14 digits. Written
forms: `+CC…`, `00CC…`, `CC…`, trunk prefix or nothing before the national number; as hexadecimal
digits with swapped nibbles and F at the end (TBCD, 3GPP TS 29.002), perhaps behind a
type-of-number octet (91 international, A1 national); as base64 of the digits.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from crossline.events.subscribers.plans import IMSI_DIGITS, NumberPlan
from crossline.kernel.keys import CaseKey

__all__ = ["Identities", "Identity", "Kind"]

Kind = Literal["msisdn", "imsi", "imei"]

_LEAST_DIGITS, _MOST_DIGITS = 7, 16
_IMEI_DIGITS = 14
_BETWEEN = re.compile(r"[ .()\-\"']")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}.*")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{8,24}={0,2}")
_SWAPPED = re.compile(r"(?:0x)?((?:[0-9]{2})+(?:[Ff][0-9])?)")
_WITH_TYPE = re.compile(r"(?:0x)?(91|[Aa]1)((?:[0-9]{2})+(?:[Ff][0-9])?)")
_PLAUSIBLE = re.compile(rf"\+?[0-9]{{{_LEAST_DIGITS},{_MOST_DIGITS}}}")


class Identity(NamedTuple):
    """An identity in canonical form; `is_ambiguous` where it could be read in another way, too."""

    kind: Kind
    digits: str
    is_ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Identities:
    """What turns identities into pseudonyms at one organisation.

    Without `key`, they are taken out, and nobody can be told from anybody else. `plan` is the
    organisation's own numbering plan, None if it declares none; `others` those of the case's other
    organisations, whose subscribers appear in its logs, too.
    """

    key: CaseKey | None = None
    plan: NumberPlan | None = None
    others: tuple[NumberPlan, ...] = ()

    def __repr__(self) -> str:
        """All that matters to what is read, with the key's id in place of the key."""
        return f"Identities({self.key and self.key.id}, {self.plan}, {self.others})"

    @property
    def plans(self) -> tuple[NumberPlan, ...]:
        """All plans of the case, its own first."""
        return ((self.plan,) if self.plan else ()) + self.others

    def read(self, text: str, kind: Kind | None, log: str = "") -> Identity | None:
        """The identity that a whole value is, None if it is none.

        Args:
            text: the value, such as one literal of a statement or one attribute.
            kind: what the field says that it holds; None: only what fits a plan is one.
            log: the sort of log, for the form that is declared for it (db, mml, radius, crm).
        """
        text = text.strip()
        if _ADDRESS.fullmatch(text):
            return None
        fitting = (self._fitting(written, kind, log) for written in _writings(text))
        found = [each for each in fitting if each]
        if not found:
            return self._by_field(text, kind)
        form = self._form(log)
        taken = found[-1] if "swap" in form else found[0]
        return taken._replace(is_ambiguous=not form and len({*found}) > 1)

    def _form(self, log: str) -> str:
        return self.plan.form(log) if self.plan else ""

    def _fitting(self, written: str, kind: Kind | None, log: str) -> Identity | None:
        """The identity that fits a plan, the declared form tried first."""
        if kind == "imei":
            return None
        digits = written.lstrip("+")
        is_imsi = any(plan.is_imsi(digits) for plan in self.plans)
        if is_imsi and kind != "msisdn":
            return Identity("imsi", digits)
        number = (
            self._number(written, kind is not None, self._form(log)) if kind != "imsi" else None
        )
        if number:
            return Identity("msisdn", number)
        return Identity("imsi", digits) if is_imsi else None

    def _number(self, written: str, may_be_bare: bool, form: str) -> str | None:
        plan, digits = self.plan, written.lstrip("+")
        if plan and not written.startswith("+"):
            national = plan.bare(digits) if may_be_bare else None
            own = [plan.international(digits), plan.trunk(digits), national]
            if re.search(r"(?<!\+)\bnsn\b", form):
                own.insert(0, national)
            if number := next((each for each in own if each), None):
                return number
        for prefix in ("", "00"):
            rest = digits.removeprefix(prefix)
            if rest != digits or not prefix:
                for each in self.plans:
                    if number := each.international(rest):
                        return number
        return None

    def _by_field(self, text: str, kind: Kind | None) -> Identity | None:
        """What a field that holds identities holds in no form of the plans: foreign numbers."""
        if kind is None:
            return None
        written = next(_writings(text), "")
        digits = written.lstrip("+")
        if kind == "imei" and len(digits) >= _IMEI_DIGITS:
            return Identity("imei", digits[:_IMEI_DIGITS])
        if not digits:
            return None
        if kind == "imsi" and len(digits) in (IMSI_DIGITS - 1, IMSI_DIGITS):
            return Identity("imsi", digits)
        is_international = written.startswith(("+", "00"))
        digits = digits[2:] if digits.startswith("00") else digits
        return Identity("msisdn" if kind != "imei" else kind, digits, not is_international)


def _writings(text: str) -> Iterator[str]:
    """The digits that a text may stand for: as written, then with swapped nibbles."""
    bare = _BETWEEN.sub("", text)
    if _PLAUSIBLE.fullmatch(bare):
        yield bare
    elif _BASE64.fullmatch(text) and (decoded := _decoded(text)):
        yield decoded
        bare = decoded
    for form in (_WITH_TYPE, _SWAPPED):
        if found := form.fullmatch(bare):
            digits = found[found.re.groups]
            swapped = "".join(digits[n + 1] + digits[n] for n in range(0, len(digits), 2))
            swapped = swapped.rstrip("Ff")
            if _PLAUSIBLE.fullmatch(swapped):
                yield ("+" if found[1] == "91" and form is _WITH_TYPE else "") + swapped


def _decoded(text: str) -> str | None:
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return decoded if _PLAUSIBLE.fullmatch(decoded) else None
