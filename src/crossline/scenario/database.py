"""How one act on a database shows in each of the three audit formats.

Field names: Oracle's UNIFIED_AUDIT_TRAIL view and its syslog form, PostgreSQL's csvlog columns and
pgAudit's own columns.
"""

from collections.abc import Mapping
from typing import NamedTuple

from crossline.scenario.record import Value

__all__ = ["Statement", "audited", "dialect"]

_ACTIONS = {"INSERT": 2, "SELECT": 3, "UPDATE": 6, "LOGON": 100, "EXPORT": 3}
"""Numbers of Oracle's audit actions; an export shows as the reads that it makes."""
_SHORTEST = 200
"""Length of a syslog record of Oracle without its names."""


class Statement(NamedTuple):
    """One statement: who ran it from where (host name and address), on what, and its text."""

    user: str
    client: str
    address: str
    object: str
    sql: str
    binds: str = ""
    action: str = "SELECT"
    program: str = ""


def dialect(log: str) -> str:
    """`postgres` or `oracle`, by the kind of log."""
    return "postgres" if log == "pgaudit" else "oracle"


def audited(log: str, done: Statement) -> Mapping[str, Value]:
    """The fields of a statement's record.

    Raises:
        KeyError: `log` is none of ora_csv, ora_sys, pgaudit.
    """
    return {"ora_csv": _view, "ora_sys": _syslog, "pgaudit": _csvlog}[log](done)


def _view(done: Statement) -> Mapping[str, Value]:
    schema, _, name = done.object.partition(".")
    program = done.program or f"sqlplus@{done.client} (TNS V1-V3)"
    return {
        "OS_USERNAME": "oracle",
        "USERHOST": done.client,
        "DBUSERNAME": done.user,
        "CLIENT_PROGRAM_NAME": program,
        "ACTION_NAME": done.action,
        "RETURN_CODE": 0,
        "OBJECT_SCHEMA": schema,
        "OBJECT_NAME": name,
        "SQL_TEXT": done.sql,
        "SQL_BINDS": f" #1({len(done.binds)}):{done.binds}" if done.binds else "",
    }


def _syslog(done: Statement) -> Mapping[str, Value]:
    schema, _, name = done.object.partition(".")
    return {
        "DBUSER": done.user,
        "CURUSER": done.user,
        "ACTION": _ACTIONS[done.action],
        "RETCODE": 0,
        "SCHEMA": schema,
        "OBJNAME": name,
        "LENGTH": _SHORTEST + len(done.user) * 2 + len(name),
    }


def _csvlog(done: Statement) -> Mapping[str, Value]:
    command = "COPY" if done.action == "EXPORT" else done.action
    return {
        "user_name": done.user,
        "database_name": "cdr",
        "connection_from": done.address,
        "command_tag": command,
        "application_name": done.program or "psql",
        "CLASS": "READ",
        "COMMAND": done.action if done.action != "EXPORT" else "SELECT",
        "OBJECT_TYPE": "TABLE",
        "OBJECT_NAME": done.object,
        "STATEMENT": done.sql,
        "PARAMETER": done.binds or "<none>",
    }
