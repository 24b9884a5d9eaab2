"""Invented numbering plans and the ways in which logs write numbers, for the tests of this folder."""

import base64

from crossline.events import Identities, NumberPlan, number_plan
from crossline.kernel.keys import CaseKey

KEY = CaseKey(b"k" * 32)


def plan(**columns: str) -> NumberPlan:
    found = number_plan(columns)
    assert found
    return found


OWN = plan(
    country_code="999", trunk_prefix="0", national_number_length="9", mcc="991", mnc="01 02",
    number_form_db="cc+nsn", number_form_crm="trunk+nsn", number_form_mml="nsn",
)  # fmt: skip
ABROAD = plan(country_code="998", trunk_prefix="", national_number_length="8", mcc="992", mnc="007")
IDENTITIES = Identities(KEY, OWN, (ABROAD,))


def swapped(digits: str) -> str:
    """TBCD by its definition: octets with the first digit in the low nibble, F as filler."""
    digits += "F" * (len(digits) % 2)
    octets = [int(digits[n + 1], 16) << 4 | int(digits[n], 16) for n in range(0, len(digits), 2)]
    return bytes(octets).hex().upper()


def base64_of(digits: str) -> str:
    return base64.b64encode(digits.encode()).decode()
