"""Rules and events for the tests of the engine."""

import pyarrow as pa

SCHEMA = pa.schema(
    [
        ("event_id", pa.string()),
        ("format", pa.string()),
        ("channel", pa.string()),
        ("provider", pa.string()),
        ("event_code", pa.string()),
        ("host", pa.string()),
        ("time", pa.timestamp("us", tz="UTC")),
        ("fields", pa.map_(pa.string(), pa.string())),
    ]
)

RULE = """\
title: {name}
id: {name}
name: {name}
author: A. Author
level: high
tags: [attack.t1059.001, attack.execution]
logsource: {source}
detection:
  sel:
    {lines}
  condition: sel
"""


def rule(name="one", lines="F: x", source="{product: conformance}"):
    """The text of a rule document."""
    return RULE.format(name=name, lines=lines, source=source)


def events(*rows):
    """A table of events; a row gives columns by name, other keys are fields."""
    columns = set(SCHEMA.names)
    whole = []
    for number, row in enumerate(rows, 1):
        fields = [(key, value) for key, value in row.items() if key not in columns]
        own = {key: value for key, value in row.items() if key in columns}
        whole.append({"event_id": f"e{number}", "fields": fields, **own})
    return pa.Table.from_pylist(whole, schema=SCHEMA)
