"""Shipped data: rules, field maps, log sources, known techniques, templates."""
