"""The declarations of `tables/` keep their own rules, and the public contract."""

import pyarrow as pa
import pytest

from crossline.tables import TABLES, table_of_id

# The binding columns of the public tables, as users' scripts read them.
CONTRACT = {
    "events": "event_id organisation evidence_path member locator position format host time "
    "time_uncertainty_s channel event_code",
    "problems": "problem_id kind evidence_path member locator reason count",
    "rule_status": "rule_id rule_title pack status reason events_checked hits",
    "detections": "detection_id rule_id rule_title rule_author level techniques organisation host "
    "time matched rarity_bits suppressed_by",
    "cleared": "detection_id reason cleared_by",
    "intrusions": "intrusion_id organisation first_seen last_seen status probability confidence title",
    "intrusion_events": "intrusion_id event_id role technique host account link_reason link_bits",
    "entries": "intrusion_id vector probability before_disclosure event_id supplier parent_intrusion_id",
    "supplier_paths": "supplier organisation intrusion_id tier account from_time to_time probability "
    "supplier_compromised_from_earliest supplier_compromised_from_latest",
    "reach": "intrusion_id organisation host asset_class status privilege first_time last_time",
    "interference": "intrusion_id grade_possible grade_used from_time to_time proof",
    "exposure": "subscriber organisation intrusion_id watched_probability queries first_time last_time basis",
    "exposed_sets": "intrusion_id organisation low best high determinable",
    "adaptation": "mitigation_id intrusion_id response_kind response_time lag_days censored path",
    "coverage": "organisation host month format state events techniques_blind",
    "gaps": "gap_id organisation host format from_time to_time kind offset_seconds caused_by_intruder",
    "clusters": "cluster_id state",
    "cluster_members": "cluster_id intrusion_id probability",
    "pair_weights": "intrusion_x intrusion_y feature value bits",
    "attributions": "cluster_id candidate probability low high",
    "coordination": "cluster_x cluster_y relation probability low high calibrated cannot_tell",
    "coordination_evidence": "cluster_x cluster_y item relation bits p_value null_model",
    "judgements": "judgement_id question sentence likelihood probability low high confidence rivals "
    "against would_change",
    "actions": "action_id kind target reason separates",
}


def test_the_public_tables_are_those_of_the_contract() -> None:
    assert {name for name, table in TABLES.items() if table.public} == set(CONTRACT)


@pytest.mark.parametrize("name", CONTRACT)
def test_a_public_table_has_its_binding_columns(name: str) -> None:
    assert set(CONTRACT[name].split()) <= set(TABLES[name].schema.names)


@pytest.mark.parametrize("name", TABLES)
def test_a_declaration_is_sound(name: str) -> None:
    table = TABLES[name]
    names = table.schema.names
    assert len(set(names)) == len(names)
    assert set(table.key) <= set(names)
    assert set(table.partition_by) <= set(names)
    assert set(table.rests_on) <= set(TABLES)
    assert table.meaning
    assert all(column.meaning for column in table.columns)


@pytest.mark.parametrize("name", [name for name in TABLES if name not in ("events", "sources")])
def test_every_derived_table_says_what_it_rests_on(name: str) -> None:
    assert TABLES[name].schema.field("rests_on").type == pa.list_(pa.string())


def test_an_id_leads_to_its_table_by_prefix() -> None:
    prefixes = [table.prefix for table in TABLES.values() if table.prefix]
    assert len(set(prefixes)) == len(prefixes)
    assert table_of_id("de_00ff") is TABLES["detections"]
    assert table_of_id("nonsense") is None
