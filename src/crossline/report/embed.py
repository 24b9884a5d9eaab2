"""Rows inside the page: dictionary-coded columns as JSON, gzip and base64.

As HTML, 100,000 detections would be 27 MB and a million elements; in this form they are about
3 MB, and the page's script shows a hundred at a time.
"""

import base64
import gzip

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from crossline.report.wording import plain

__all__ = ["coded", "coded_lists", "packed", "unpacked"]


def coded(table: pa.Table) -> dict[str, dict[str, list[object]]]:
    """Each column as its distinct values, in order of first appearance, and codes into them.

    Texts are made fit to be shown; times become microseconds since 1970.
    """
    return {name: _coded(table.column(name)) for name in table.column_names}


def _coded(column: pa.ChunkedArray) -> dict[str, list[object]]:
    if pa.types.is_timestamp(column.type):
        column = pc.cast(column, pa.int64())
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    values = encoded.dictionary.to_pylist()
    shown = [plain(value) if isinstance(value, str) else value for value in values]
    return {"values": shown, "codes": encoded.indices.to_pylist()}


def coded_lists(values: list[object]) -> dict[str, list[object]]:
    """The same for values of any kind that JSON has."""
    texts = [orjson.dumps(value) for value in values]
    codes = {text: code for code, text in enumerate(dict.fromkeys(texts))}
    return {
        "values": [orjson.loads(text) for text in codes],
        "codes": [codes[text] for text in texts],
    }


def packed(value: object) -> str:
    """JSON, gzip (no time in its header), base64: the same value gives the same text."""
    return base64.b64encode(gzip.compress(orjson.dumps(value), 9, mtime=0)).decode()


def unpacked(text: str) -> object:
    """The value that `packed` was given."""
    return orjson.loads(gzip.decompress(base64.b64decode(text)))
