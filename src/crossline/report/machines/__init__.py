"""What machines import: a STIX 2.1 bundle, Attack Flows, ATT&CK Navigator layers."""

from crossline.report.machines.writing import write_machines

__all__ = ["write_machines"]
