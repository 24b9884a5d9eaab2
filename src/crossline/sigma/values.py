"""One value of a rule: its text with wildcards, as the modifiers of its line change it.

Sources: Sigma specification 2.1.0, sections "String Wildcard", "Escape Character", "Value
Modifiers"; sigma-modifiers appendix. pySigma splits the text at wildcards and escapes; its own
modifiers are not used, since they lose what SIGMA.md lists (wide letters, big numbers, neq, ...).
"""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from itertools import product

from sigma.types import SigmaString, SpecialChars

from crossline.sigma.folding import fold
from crossline.sigma.rules import Kind, Test

__all__ = ["RefusalError", "Text", "base64", "base64_offsets", "parse_text", "text_test", "windash"]


class RefusalError(ValueError):
    """What a rule asks for cannot be honoured; the message is the reason shown to the user."""


class Wild(Enum):
    """What may stand between the plain parts of a text."""

    ANY = "any run of characters"
    ONE = "exactly one character"
    DASH = "any of the characters that Windows takes for a dash"


_DASHES = "-/–—―"
"""Forms of the option sign (sigma-modifiers appendix, windash)."""

_DASH_AT_WORD = re.compile(r"\B[-/]\b")
_MAX_FORMS = 25
"""Up to so many forms are written out, which the automaton finds fastest; more become a pattern."""


@dataclass(frozen=True)
class Text:
    """Plain parts and wildcards in order. `encoding` is set by wide and its kin, for base64."""

    parts: tuple[str | Wild, ...]
    encoding: str = "utf-8"
    cased: bool = False

    @property
    def plain(self) -> str | None:
        """The text without wildcards; None if it has any."""
        texts = [part for part in self.parts if isinstance(part, str)]
        return "".join(texts) if len(texts) == len(self.parts) else None


_WILD = {SpecialChars.WILDCARD_MULTI: Wild.ANY, SpecialChars.WILDCARD_SINGLE: Wild.ONE}


def parse_text(text: str) -> Text:
    r"""The parts of a value as written: `*` and `?` are wildcards, `\` takes their meaning away."""
    parts = SigmaString(text).s
    return Text(
        tuple(_WILD[part] if isinstance(part, SpecialChars) else str(part) for part in parts)
    )


def windash(text: Text) -> list[Text]:
    """All forms of a value in which each dash that starts a word is any of five characters."""
    pieces: list[str | Wild] = []
    for part in text.parts:
        pieces += _split_at_dashes(part) if isinstance(part, str) else [part]
    count = pieces.count(Wild.DASH)
    if len(_DASHES) ** count > _MAX_FORMS:
        return [replace(text, parts=tuple(pieces))]
    forms = product(_DASHES, repeat=count)
    return [replace(text, parts=_with_dashes(pieces, form)) for form in forms]


def _split_at_dashes(part: str) -> list[str | Wild]:
    pieces: list[str | Wild] = []
    for plain in _DASH_AT_WORD.split(part):
        pieces += [plain, Wild.DASH] if plain else [Wild.DASH]
    return pieces[:-1]


def _with_dashes(pieces: list[str | Wild], form: tuple[str, ...]) -> tuple[str | Wild, ...]:
    dashes = iter(form)
    return _merged([next(dashes) if piece is Wild.DASH else piece for piece in pieces])


def _merged(pieces: list[str | Wild]) -> tuple[str | Wild, ...]:
    merged: list[str | Wild] = []
    for piece in pieces:
        if merged and isinstance(piece, str) and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return tuple(merged)


_ENCODED: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode(),
    "wide": lambda text: text.encode("utf-16-le"),
    "utf16le": lambda text: text.encode("utf-16-le"),
    "utf16be": lambda text: text.encode("utf-16-be"),
    "utf16": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
}


def _bytes_of(text: Text, modifier: str) -> bytes:
    if text.plain is None:
        raise RefusalError(f"{modifier} of a value with wildcards: its encoded form is not known")
    return _ENCODED[text.encoding](text.plain)


def base64(text: Text) -> list[Text]:
    """The value in Base64 (RFC 4648, section 4) of its bytes."""
    return [Text((b64encode(_bytes_of(text, "base64")).decode(),), cased=text.cased)]


def base64_offsets(text: Text) -> list[Text]:
    """The three forms that the value can have inside a longer Base64 text.

    Encoded after 0, 1 and 2 other bytes; characters that depend on the neighbours are cut: the
    first two or three after a shift, and the last group where the value does not fill it.
    """
    data = _bytes_of(text, "base64offset")
    forms = []
    for shift in range(3):
        encoded = b64encode(b"\0" * shift + data).decode()
        start = (0, 2, 3)[shift]
        end = (None, -3, -2)[(len(data) + shift) % 3]
        if form := encoded[start:end]:
            forms.append(Text((form,), cased=text.cased))
    if not forms:
        raise RefusalError("base64offset of a value too short to have a certain encoded form")
    return forms


def text_test(field: str | None, text: Text) -> Test:
    """The test that a text makes: the whole field, its wildcards honoured.

    Wildcards at the ends make contains, startswith and endswith; others make a pattern. A keyword
    (`field` None) is looked for anywhere in a value.
    """
    parts = list(_encoded_parts(text))
    if field is None:
        parts = [Wild.ANY, *parts, Wild.ANY]
    opens, closes = parts[:1] == [Wild.ANY], len(parts) > 1 and parts[-1] is Wild.ANY
    inner = parts[opens : len(parts) - closes]
    while opens and inner[:1] == [Wild.ANY]:
        del inner[0]
    while closes and inner[-1:] == [Wild.ANY]:
        del inner[-1]
    if all(isinstance(part, str) for part in inner):
        return _plain_test(field, "".join(map(str, inner)), opens, closes, text.cased)
    return _pattern_test(field, inner, opens, closes, text.cased)


def _encoded_parts(text: Text) -> tuple[str | Wild, ...]:
    """Parts after wide and its kin without base64: one character per byte."""
    if text.encoding == "utf-8":
        return text.parts
    encode = _ENCODED[text.encoding]
    return tuple(encode(p).decode("latin-1") if isinstance(p, str) else p for p in text.parts)


_ENDS: dict[tuple[bool, bool], Kind] = {
    (False, False): "equals",
    (False, True): "startswith",
    (True, False): "endswith",
    (True, True): "contains",
}


def _plain_test(field: str | None, plain: str, opens: bool, closes: bool, cased: bool) -> Test:
    if not plain and (opens or closes):
        return Test(field, "pattern", "")
    value = plain if cased else fold(plain)
    return Test(field, _ENDS[opens, closes], value, cased, fold(plain))


def _pattern_test(
    field: str | None, parts: list[str | Wild], opens: bool, closes: bool, cased: bool
) -> Test:
    inner = "".join(_expression(part, cased) for part in parts)
    source = ("" if opens else r"\A") + f"(?s:{inner})" + ("" if closes else r"\z")
    needle = max((fold(p) for p in parts if isinstance(p, str)), key=len, default="")
    return Test(field, "pattern", source, cased, needle)


def _expression(part: str | Wild, cased: bool) -> str:
    match part:
        case Wild.ANY:
            return ".*"
        case Wild.ONE:
            return "."
        case Wild.DASH:
            return f"[{re.escape(_DASHES)}]"
        case _:
            return escape(part if cased else fold(part))


def escape(plain: str) -> str:
    """`plain` as an expression of RE2 that matches just it."""
    return re.sub(r"[^\w\s]|\n", lambda found: _escaped(found[0]), plain, flags=re.ASCII)


def _escaped(char: str) -> str:
    return "\\" + char if char.isascii() and char.isprintable() else f"\\x{{{ord(char):x}}}"
