"""What documents say about each other: double ids, filters, references of correlations."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from crossline.kernel.ids import digest
from crossline.sigma.cache import Compiled
from crossline.sigma.rules import Correlation, Filter, LogSource, Refused, Rule, RuleSet

__all__ = ["link"]


def link(documents: Sequence[Compiled]) -> RuleSet:
    """Apply filters, resolve references, silence what only serves correlations.

    A correlation is refused if a rule that it refers to is unknown, ambiguous or refused, or if
    references run in a circle. Equal documents count once; of different ones with one id the
    first is kept.
    """
    rules = [d for d in documents if isinstance(d, Rule | Correlation)]
    refused = [d for d in documents if isinstance(d, Refused)]
    rules, doubles = _without_doubles(rules)
    rules, filters, unused = _filtered(rules, [d for d in documents if isinstance(d, Filter)])
    refused += doubles + unused
    linked = _Links(rules, refused).resolved()
    return RuleSet(
        tuple(sorted(linked.rules, key=lambda rule: rule.rule_id)),
        tuple(sorted(linked.refused, key=lambda r: (r.pack, r.path, r.rule_id, r.reason))),
        tuple(filters),
    )


def _refusal(document: Rule | Correlation | Filter, reason: str) -> Refused:
    silences = document.refers_to if isinstance(document, Correlation) else ()
    silences = () if isinstance(document, Correlation) and document.generate else silences
    name = None if isinstance(document, Filter) else document.name
    return Refused(
        document.rule_id,
        document.title,
        reason,
        name,
        silences=silences,
        pack=document.pack,
        path=document.path,
    )


def _without_doubles(
    rules: Iterable[Rule | Correlation],
) -> tuple[list[Rule | Correlation], list[Refused]]:
    kept: dict[str, Rule | Correlation] = {}
    refused = []
    for rule in rules:
        first = kept.setdefault(rule.rule_id, rule)
        if first.rule_hash != rule.rule_hash:
            refused.append(_refusal(rule, f"its id is that of {first.path} in {first.pack}"))
    return list(kept.values()), refused


def _filtered(
    rules: Sequence[Rule | Correlation], filters: Iterable[Filter]
) -> tuple[list[Rule | Correlation], list[Filter], list[Refused]]:
    """The rules with the filters that apply to them, those filters, and the others."""
    result, used, unused = list(rules), [], []
    known: dict[str, Filter] = {}
    for item in sorted(filters, key=lambda f: (f.rule_id, f.rule_hash)):
        first = known.setdefault(item.rule_id, item)
        if first is not item:
            if first.rule_hash != item.rule_hash:
                unused.append(_refusal(item, f"its id is that of {first.path} in {first.pack}"))
            continue
        places = [i for i, rule in enumerate(result) if _applies(item, rule)]
        for place in places:
            result[place] = _with_filter(result[place], item)
        if places:
            used.append(item)
        else:
            unused.append(_refusal(item, "filter: no loaded rule of its log source is named"))
    return result, used, unused


def _applies(item: Filter, rule: Rule | Correlation) -> bool:
    named = item.applies_to is None or {rule.rule_id, rule.name} & set(item.applies_to)
    return isinstance(rule, Rule) and bool(named) and _covers(item.logsource, rule.logsource)


def _covers(outer: LogSource, inner: LogSource) -> bool:
    pairs = zip(msgspec.structs.astuple(outer), msgspec.structs.astuple(inner), strict=True)
    return all(wanted is None or wanted == given for wanted, given in pairs)


def _with_filter(rule: Rule | Correlation, item: Filter) -> Rule | Correlation:
    if not isinstance(rule, Rule):
        return rule
    return msgspec.structs.replace(
        rule,
        filters=(*rule.filters, item),
        notes=(*rule.notes, f"filter {item.rule_id} applied", *item.notes),
    )


def _by_id(
    mapping: Mapping[str, str], rule: Correlation, referred: Sequence[Rule | Correlation]
) -> dict[str, str]:
    """An alias's fields by rule id, whichever way the alias names the rules.

    Raises:
        KeyError: the alias names a rule that the correlation does not list.
    """
    ids = dict(zip(rule.refers_to, (r.rule_id for r in referred), strict=True))
    ids |= {key: r.rule_id for r in referred for key in (r.rule_id, r.name) if key}
    return {ids[name]: field for name, field in mapping.items()}


@dataclass
class _Links:
    """Rules by id and name while references are followed."""

    rules: list[Rule | Correlation]
    refused: list[Refused]
    done: dict[str, Rule | Correlation | Refused] = field(default_factory=dict)
    open_ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known: defaultdict[str, list[Rule | Correlation | Refused]] = defaultdict(list)
        for document in (*self.rules, *self.refused):
            for key in {document.rule_id, document.name} - {None, ""}:
                self.known[str(key)].append(document)

    def resolved(self) -> RuleSet:
        documents = [self.resolve(rule) for rule in self.rules]
        rules = [rule for rule in documents if not isinstance(rule, Refused)]
        self.refused += [document for document in documents if isinstance(document, Refused)]
        silent = self.silent_ids(rules)
        silenced = (
            msgspec.structs.replace(rule, silent=True) if rule.rule_id in silent else rule
            for rule in rules
        )
        return RuleSet(tuple(silenced), tuple(self.refused))

    def find(self, reference: str, path: tuple[str, str]) -> Rule | Correlation | Refused | str:
        """What a reference means, the same file first; a reason if it has no one meaning."""
        found = self.known.get(reference, [])
        beside = [document for document in found if (document.pack, document.path) == path]
        candidates = beside or found
        if len(candidates) == 1:
            return candidates[0]
        many = "is the name of several rules" if candidates else "is not loaded"
        return f"correlation: rule {reference!r} {many}"

    def resolve(self, rule: Rule | Correlation | Refused) -> Rule | Correlation | Refused:
        if not isinstance(rule, Correlation):
            return rule
        if rule.rule_id in self.open_ids:
            return _refusal(rule, "correlation: references run in a circle")
        if rule.rule_id not in self.done:
            self.open_ids.append(rule.rule_id)
            self.done[rule.rule_id] = self._followed(rule)
            self.open_ids.pop()
        return self.done[rule.rule_id]

    def _followed(self, rule: Correlation) -> Correlation | Refused:
        referred: list[Rule | Correlation] = []
        for reference in rule.refers_to:
            found = self.find(reference, (rule.pack, rule.path))
            document = found if isinstance(found, str) else self.resolve(found)
            if isinstance(document, str):
                return _refusal(rule, document)
            if isinstance(document, Refused):
                circle = "circle" in document.reason
                reason = document.reason if circle else f"correlation: {reference!r} is refused"
                return _refusal(rule, reason)
            referred.append(document)
        try:
            aliases = {a: _by_id(m, rule, referred) for a, m in rule.aliases.items()}
        except KeyError as unknown:
            return _refusal(rule, f"correlation: an alias is given for {unknown}, not in its rules")
        return msgspec.structs.replace(
            rule,
            referred=tuple(document.rule_id for document in referred),
            aliases=aliases,
            rule_hash=digest(rule.rule_hash, *(document.rule_hash for document in referred)),
        )

    def silent_ids(self, rules: Sequence[Rule | Correlation]) -> set[str]:
        """Ids of what serves a correlation and is not asked to report as well."""
        correlations = [rule for rule in rules if isinstance(rule, Correlation)]
        served = {i for c in correlations if not c.generate for i in c.referred}
        for refusal in self.refused:
            for reference in refusal.silences:
                found = self.find(reference, (refusal.pack, refusal.path))
                served |= {found.rule_id} if not isinstance(found, str) else set()
        return served - {i for c in correlations if c.generate for i in c.referred}
