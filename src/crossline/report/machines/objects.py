"""STIX 2.1 objects as far as crossline writes them (OASIS Standard, parts 3 to 6; Attack Flow 2.0).

A struct holds what is particular to an object. What all share (version, creation, creator,
marking) is the same over a bundle and is added when the bundle is written. A property that is not
given is not written: STIX knows no null and no empty list.
"""

from collections.abc import Mapping

from msgspec import Struct

__all__ = [
    "AttackAction",
    "AttackAsset",
    "AttackFlow",
    "Directory",
    "Domain",
    "DomainName",
    "ExtensionDefinition",
    "Extensions",
    "ExternalReference",
    "File",
    "Grouping",
    "IPv4Address",
    "IPv6Address",
    "Identity",
    "Indicator",
    "KillChainPhase",
    "NetworkTraffic",
    "Note",
    "Observable",
    "ObservedData",
    "Process",
    "RegistryKey",
    "RegistryValue",
    "Report",
    "Sighting",
    "UserAccount",
]

Extensions = Mapping[str, Mapping[str, object]]


class _Particular(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """Base of all objects; `id` begins with the type."""

    id: str
    extensions: Extensions | None = None


class Domain(_Particular, frozen=True):
    """A domain, relationship or meta object: has a creator and times of its own."""


class Observable(_Particular, frozen=True):
    """A cyber-observable: only facts."""


class ExternalReference(Struct, frozen=True, kw_only=True):
    """Section 2.5: what another source calls the thing. A URL should have a hash, so none."""

    source_name: str
    external_id: str


class KillChainPhase(Struct, frozen=True, kw_only=True):
    """Section 2.11."""

    kill_chain_name: str
    phase_name: str


class ExtensionDefinition(Domain, frozen=True, tag="extension-definition"):
    """Section 7.3."""

    name: str
    description: str
    schema: str
    version: str
    extension_types: tuple[str, ...]


class Identity(Domain, frozen=True, tag="identity"):
    """Section 4.5."""

    name: str
    identity_class: str
    description: str | None = None


class Indicator(Domain, frozen=True, tag="indicator"):
    """Section 4.7."""

    name: str
    description: str
    indicator_types: tuple[str, ...]
    pattern: str
    pattern_type: str
    valid_from: str
    kill_chain_phases: tuple[KillChainPhase, ...] = ()
    external_references: tuple[ExternalReference, ...] = ()


class Sighting(Domain, frozen=True, tag="sighting"):
    """Section 5.2."""

    sighting_of_ref: str
    count: int
    where_sighted_refs: tuple[str, ...]
    observed_data_refs: tuple[str, ...] = ()
    first_seen: str | None = None
    last_seen: str | None = None


class ObservedData(Domain, frozen=True, tag="observed-data"):
    """Section 4.14."""

    first_observed: str
    last_observed: str
    number_observed: int
    object_refs: tuple[str, ...]


class Grouping(Domain, frozen=True, tag="grouping"):
    """Section 4.4."""

    name: str
    description: str
    context: str
    object_refs: tuple[str, ...]


class Note(Domain, frozen=True, tag="note"):
    """Section 4.13."""

    abstract: str
    content: str
    object_refs: tuple[str, ...]


class Report(Domain, frozen=True, tag="report"):
    """Section 4.16."""

    name: str
    description: str
    report_types: tuple[str, ...]
    published: str
    object_refs: tuple[str, ...]


class AttackFlow(Domain, frozen=True, tag="attack-flow"):
    """Attack Flow 2.0, `attack-flow`."""

    name: str
    description: str
    scope: str
    start_refs: tuple[str, ...]


class AttackAction(Domain, frozen=True, tag="attack-action"):
    """Attack Flow 2.0, `attack-action`."""

    name: str
    description: str
    technique_id: str
    tactic_id: str | None = None
    execution_start: str | None = None
    execution_end: str | None = None
    command_ref: str | None = None
    asset_refs: tuple[str, ...] = ()
    effect_refs: tuple[str, ...] = ()


class AttackAsset(Domain, frozen=True, tag="attack-asset"):
    """Attack Flow 2.0, `attack-asset`."""

    name: str
    object_ref: str


class File(Observable, frozen=True, tag="file"):
    """Section 6.7."""

    name: str
    hashes: Mapping[str, str] | None = None
    parent_directory_ref: str | None = None


class Directory(Observable, frozen=True, tag="directory"):
    """Section 6.3."""

    path: str


class Process(Observable, frozen=True, tag="process"):
    """Section 6.13."""

    pid: int | None = None
    command_line: str | None = None
    cwd: str | None = None
    image_ref: str | None = None
    creator_user_ref: str | None = None
    parent_ref: str | None = None


class UserAccount(Observable, frozen=True, tag="user-account"):
    """Section 6.16."""

    account_login: str | None = None
    user_id: str | None = None


class IPv4Address(Observable, frozen=True, tag="ipv4-addr"):
    """Section 6.8."""

    value: str


class IPv6Address(Observable, frozen=True, tag="ipv6-addr"):
    """Section 6.9."""

    value: str


class DomainName(Observable, frozen=True, tag="domain-name"):
    """Section 6.4."""

    value: str


class NetworkTraffic(Observable, frozen=True, tag="network-traffic"):
    """Section 6.12."""

    protocols: tuple[str, ...]
    src_ref: str
    dst_ref: str
    src_port: int | None = None
    dst_port: int | None = None


class RegistryValue(Struct, frozen=True, kw_only=True):
    """Section 6.17.2; data as the log writes it."""

    name: str
    data: str


class RegistryKey(Observable, frozen=True, tag="windows-registry-key"):
    """Section 6.17."""

    key: str
    values: tuple[RegistryValue, ...] = ()
