"""Rule packs to a rule set: what `crossline` loads before it looks at any evidence."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from crossline.kernel.ids import digest
from crossline.sigma.cache import Compiled, cache_file, read_cache, write_cache
from crossline.sigma.linking import link
from crossline.sigma.packs import RuleFile, rule_files
from crossline.sigma.rules import Refused, RuleSet

__all__ = ["load_rules"]


def load_rules(
    paths: Sequence[Path],
    cache: Path | None = None,
    placeholders: Mapping[str, Sequence[str]] | None = None,
) -> RuleSet:
    """Load Sigma rules, correlations and filters from files, folders and zip archives.

    Args:
        paths: what to load; archives are read in place, `.yml` and `.yaml` files count.
        cache: a folder for compiled rules; None compiles every time.
        placeholders: the user's values for `%name%` under `expand`.

    Returns:
        All rules that can be honoured, and every document that cannot, with the reason.

    Raises:
        UsageError: a path does not exist.
    """
    placeholders = placeholders or {}
    place = cache_file(cache, paths) if cache else None
    known = read_cache(place, placeholders) if place else {}
    files: dict[str, tuple[Compiled, ...]] = {}
    documents: list[Compiled] = []
    for file in rule_files(paths):
        key = digest(file.data)
        if file.fault:
            compiled: tuple[Compiled, ...] = (Refused("", "", file.fault, unparsable=True),)
        else:
            files[key] = compiled = known.get(key) or _compile(file.data, placeholders)
        documents += (_placed(document, file) for document in compiled)
    if place and files.keys() != known.keys():
        write_cache(place, placeholders, files)
    return link(documents)


def _compile(data: bytes, placeholders: Mapping[str, Sequence[str]]) -> tuple[Compiled, ...]:
    # Reading YAML and pySigma take longer to import than a cached set takes to load.
    from crossline.sigma.compiling import compile_file

    return tuple(compile_file(data, placeholders))


def _placed(document: Compiled, file: RuleFile) -> Compiled:
    rule_id = document.rule_id or file.path or file.pack
    return msgspec.structs.replace(document, pack=file.pack, path=file.path, rule_id=rule_id)
