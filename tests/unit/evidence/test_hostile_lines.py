"""Lines made to hurt: no reader of text raises on them or takes time that grows with their square."""

import io
import time

import pytest

from crossline.evidence.formats import FORMATS

MOST_SECONDS = 5
HOSTILE = {
    "one letter": b"a" * 1_000_000,
    "colons in a host": b"Jan  1 00:00:00 " + b"a:" * 500_000,
    "blanks in CEF": b"CEF:0|a|b|c|d|e|f|" + b" " * 1_000_000 + b"x",
    "quotes in an audit record": b"type=A msg=audit(1.0:2): " + b"msg='" * 200_000,
    "open quotes in pairs": b"date=2020-01-01 time=00:00:00 " + b'a="' * 300_000,
    "open structured data": b"<1>1 - h p - - [" + b'["' * 400_000,
    "escapes in a request": b'1 - - [13/Jan/2016:19:31:16 +0000] "' + b'\\"' * 500_000,
    "a cell over the bound of CSV": b'#Fields: a,b\n"' + b"x" * 1_000_000,
    "a record with too few columns": b'I,2019/1/1 1:1:1,"s,5,' + b"x" * 1_000_000,
}


@pytest.mark.parametrize("container", [each.container for each in FORMATS])
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_line_costs_little(container: str, content: bytes) -> None:
    (reader,) = [each for each in FORMATS if each.container == container]
    start = time.process_time()
    list(reader.read(io.BytesIO(content + b"\n")))
    assert time.process_time() - start < MOST_SECONDS
