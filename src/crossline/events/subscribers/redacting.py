"""Identities out of the fields of records, pseudonyms in, before anything reaches the disk."""

from collections.abc import Callable, Sequence
from itertools import groupby

from crossline.events.subscribers.identities import Identities, Identity
from crossline.events.subscribers.places import candidates, log_of
from crossline.events.subscribers.sweeping import sweep

__all__ = ["Pseudonym", "Redactor"]

Pseudonym = tuple[str, str]
"""Kind, and 32 hex digits."""

_AMBIGUOUS = (
    "a subscriber's identity can be read in more than one way: the reading that fits the numbering "
    "plan best was taken; state the number forms in organisations.csv"
)


class Redactor:
    """Replaces identities in the records of one batch."""

    def __init__(self, identities: Identities) -> None:
        """Start with the key and the plans of an organisation."""
        self._identities = identities
        self._known: dict[tuple[str, str], str] = {}

    def record(
        self,
        log_format: str,
        names: Sequence[str],
        values: list[str | None],
        complain: Callable[[str], None],
    ) -> list[Pseudonym]:
        """Replace what the places of a telecom record say are identities, in `values` itself."""
        log = log_of(log_format)
        if log is None:
            return []
        found: list[Pseudonym] = []
        for number, spans in groupby(
            candidates(log_format, names, values), lambda each: each.value
        ):
            text = values[number] or ""
            parts, last = [], 0
            for span in spans:
                identity = self._identities.read(text[span.start : span.end], span.kind, log)
                if identity is None or span.start < last:
                    continue
                parts += [text[last : span.start], self._shown(identity, span.is_part, found)]
                last = span.end
                if identity.is_ambiguous:
                    complain(_AMBIGUOUS)
            values[number] = "".join([*parts, text[last:]])
        return found

    def sweep(self, values: list[str | None], log_format: str = "") -> list[tuple[int, Pseudonym]]:
        """Replace what fits the case's plans anywhere, in `values` itself; gives who, by value."""
        log = log_of(log_format)
        sightings = [*sweep(self._identities, values, log is not None, log or "")]
        found: list[tuple[int, Pseudonym]] = []
        for number, those in groupby(sightings, lambda each: each.value):
            text = values[number] or ""
            parts, last = [], 0
            met: list[Pseudonym] = []
            for each in those:
                parts += [text[last : each.start], self._shown(each.identity, False, met)]
                last = each.end
            values[number] = "".join([*parts, text[last:]])
            found += [(number, pseudonym) for pseudonym in met]
        return found

    def text(self, text: str) -> str:
        """One text without the identities that fit the case's plans."""
        values: list[str | None] = [text]
        self.sweep(values)
        return values[0] or ""

    def named(self, text: bytes) -> bytes:
        """What stands for a record's own bytes in its id.

        A plain hash of a record that is known but for the number in it would give the number away,
        so the hash is keyed wherever there is a key.
        """
        key = self._identities.key
        return key.of(text).encode() if key else text

    def _shown(self, identity: Identity, is_part: bool, found: list[Pseudonym]) -> str:
        kind, digits, _ = identity
        if is_part:
            return f"[{kind} in part]"
        key = self._identities.key
        if key is None:
            return f"[{kind}]"
        pseudonym = self._known.get((kind, digits))
        if pseudonym is None:
            pseudonym = self._known[kind, digits] = key.pseudonym(kind, digits)
        found.append((kind, pseudonym))
        return key.shown(kind, pseudonym)
