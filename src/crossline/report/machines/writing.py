"""Writing what machines import: bytes that depend on the content alone."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from crossline.report.facts import Facts
from crossline.report.machines.frame import CREATOR, Frame, attack_flow_objects, frame_of
from crossline.report.machines.ids import content_id
from crossline.report.machines.navigator import coverage_layer, intrusion_layers
from crossline.report.machines.objects import Domain, Observable
from crossline.report.machines.stix import describe

__all__ = ["write_machines"]


def write_machines(facts: Facts, folder: Path) -> None:
    """Write the STIX bundle, an Attack Flow for each intrusion, and the Navigator layers.

    Files: `bundle.stix.json`; `attack-flow/INTRUSION.json` (Attack Flow 2.0 wants a bundle with
    just one flow; the same objects stand in the large bundle); `navigator/coverage.json` and
    `navigator/INTRUSION.json`.

    Args:
        facts: the tables of the case.
        folder: an existing folder.

    Raises:
        UsageError: the as-of date of the settings is no date.
    """
    frame = frame_of(facts)
    made = describe(facts, frame)
    _write_bundle(folder / "bundle.stix.json", made.objects, frame)
    by_id = {each.id: each for each in made.objects}
    for intrusion, flow in made.flows.items():
        path = folder / "attack-flow" / f"{intrusion}.json"
        _write_bundle(path, _reached(flow, by_id), frame)
    for name, layer in (("coverage", coverage_layer(facts)), *intrusion_layers(facts)):
        _write_layer(folder / "navigator" / f"{name}.json", layer)


def _reached(start: str, objects: Mapping[str, Domain | Observable]) -> list[Domain | Observable]:
    """An object and all that it refers to, directly or not."""
    found: dict[str, Domain | Observable] = {CREATOR.id: CREATOR}
    ahead = [start]
    while ahead:
        key = ahead.pop()
        if key in objects and key not in found:
            found[key] = objects[key]
            for name, value in msgspec.structs.asdict(objects[key]).items():
                if name.endswith("_ref") and value:
                    ahead.append(value)
                elif name.endswith("_refs"):
                    ahead += value
    return list(found.values())


def _write_bundle(path: Path, objects: Iterable[Domain | Observable], frame: Frame) -> None:
    """One object a line, in the order of their ids."""
    whole = [frame.whole(each) for each in objects]
    whole += [dict(frame.marking), *attack_flow_objects()]
    lines = [
        msgspec.json.encode(each, order="sorted")
        for each in sorted(whole, key=lambda each: str(each["id"]))
    ]
    hashed = sha256()
    for line in lines:
        hashed.update(line)
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        head = {"id": content_id("bundle", hashed.hexdigest())}
        file.write(msgspec.json.encode(head)[:-1] + b',"objects":[\n')
        file.write(b",\n".join(lines))
        file.write(b'\n],"type":"bundle"}\n')


def _write_layer(path: Path, layer: object) -> None:
    path.parent.mkdir(exist_ok=True)
    text = msgspec.json.encode(layer, order="sorted")
    path.write_bytes(msgspec.json.format(text, indent=2) + b"\n")
