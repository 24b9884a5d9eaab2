"""From a pseudonym back to an identity: only out of a list that the holder of the key brings."""

from collections.abc import Iterable, Iterator

from crossline.events.subscribers.identities import Identities, Identity, Kind

__all__ = ["of_pseudonym"]

_KINDS: tuple[Kind, ...] = ("msisdn", "imsi", "imei")


def of_pseudonym(
    pseudonym: str, lines: Iterable[str], identities: Iterable[Identities]
) -> Iterator[Identity]:
    """The identities in a list that have this pseudonym, each once.

    Args:
        pseudonym: its 32 hex digits, or the first 16, which texts show.
        lines: one identity a line, in any form of the organisations' numbering plans; `msisdn,`,
            `imsi,` or `imei,` may stand before it.
        identities: those of each organisation, with the key.
    """
    those = [each for each in identities if each.key]
    seen: set[tuple[str, str]] = set()
    for line in lines:
        stated, comma, rest = line.strip().partition(",")
        text = rest if comma and stated.lower() in _KINDS else line.strip()
        kinds = [kind for kind in _KINDS if not comma or kind == stated.lower()]
        for each in those:
            for kind in kinds:
                found = each.read(text, kind)
                if found is None or each.key is None or found[:2] in seen:
                    continue
                if each.key.pseudonym(found.kind, found.digits).startswith(pseudonym.lower()):
                    seen.add(found[:2])
                    yield found
