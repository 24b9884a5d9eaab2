"""Writes `content/knowledge/known.json.gz`: facts of ATT&CK and MISP galaxy in the compact form."""

import gzip
import json
import sys
from dataclasses import replace
from pathlib import Path

from crossline.knowledge import (
    Claim,
    Group,
    Knowledge,
    Report,
    encode_compact,
    joined,
    read_compact,
)


def main(attack: Path, misp: Path, out: Path) -> None:
    """Join compact ATT&CK and the compact MISP actors; leave out addresses of reports."""
    base = read_compact(attack)
    raw = json.loads(gzip.decompress(attack.read_bytes()))
    source = raw["meta"]["source"].split(",")[1].strip()
    groups = {
        each: Group(
            group.name,
            tuple(
                Claim(claim.name, source.removeprefix("tag "), raw["groups"][each]["modified"])
                for claim in group.names
            ),
        )
        for each, group in base.groups.items()
    }
    reports = {k: Report(v.name, v.date, v.year) for k, v in base.reports.items()}
    known = joined([replace(base, groups=groups, reports=reports), actors(misp)])
    out.write_bytes(gzip.compress(encode_compact(known), 9, mtime=0))


def actors(path: Path) -> Knowledge:
    """The actors of the compact MISP file, as claims."""
    raw = json.loads(gzip.decompress(path.read_bytes()))
    version = raw["meta"]["source"].split(",")[2].strip()
    source = f"MISP galaxy, {version}"
    return Knowledge(
        groups={
            f"misp:{each['uuid']}": Group(
                each["name"],
                tuple(Claim(name, source) for name in each.get("synonyms", ())),
                tuple(
                    Claim(said, f"{source}, on {each['name']}")
                    for said in [each.get("sponsor") or each.get("country")]
                    if said
                ),
            )
            for each in raw["actors"]
        }
    )


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
