"""Records of Oracle's unified audit trail as Oracle sends them to syslog.

Only key fields are there, without the statement: who asked for which subscriber cannot be told from
them. They are called as in UNIFIED_AUDIT_TRAIL, so that one rule reads both forms. Sources: Oracle,
"Database Reference", UNIFIED_AUDIT_SYSTEMLOG, and view AUDIT_ACTIONS for the numbers of actions.
"""

import re

from crossline.evidence.sources import Parsed

__all__ = ["audit_record"]

_START = re.compile(r"Unified Audit\[(\d+)\]: ")
_LENGTH = re.compile(r"LENGTH:\s*['\"](\d+)['\"]\s*")
_PAIR = re.compile(r'([A-Z_]+):"((?:[^"\\]|\\.)*)"\s*')
_NAMES = {
    "TYPE": "AUDIT_TYPE", "SESID": "SESSIONID", "CLIENTID": "CLIENT_IDENTIFIER",
    "ENTRYID": "ENTRY_ID", "STMTID": "STATEMENT_ID", "DBUSER": "DBUSERNAME",
    "CURUSER": "CURRENT_USER", "RETCODE": "RETURN_CODE", "SCHEMA": "OBJECT_SCHEMA",
    "OBJNAME": "OBJECT_NAME",
}  # fmt: skip
_ACTIONS = {
    "1": "CREATE TABLE", "2": "INSERT", "3": "SELECT", "6": "UPDATE", "7": "DELETE",
    "12": "DROP TABLE", "15": "ALTER TABLE", "17": "GRANT", "18": "REVOKE", "43": "ALTER USER",
    "44": "COMMIT", "45": "ROLLBACK", "47": "EXECUTE", "49": "ALTER SYSTEM", "51": "CREATE USER",
    "52": "CREATE ROLE", "53": "DROP USER", "54": "DROP ROLE", "85": "TRUNCATE TABLE",
    "100": "LOGON", "101": "LOGOFF", "102": "LOGOFF BY CLEANUP", "104": "AUDIT", "105": "NOAUDIT",
}  # fmt: skip


def audit_record(time: str, host: str, program: str | None, message: str) -> Parsed | None:
    """The record in a line of syslog, None if there is none."""
    start = _START.match(message) if program == "Oracle" else None
    if not start:
        return None
    rest = message[start.end() :]
    if length := _LENGTH.match(rest):
        rest = rest[length.end() :]
    parts: dict[str, str | None] = {"@time": time, "@host": host, "pid": start[1]}
    while found := _PAIR.match(rest):
        if found[2]:
            parts[_NAMES.get(found[1], found[1])] = found[2]
        rest = rest[found.end() :]
    if action := parts.pop("ACTION", None):
        parts["ACTION_NAME"] = _ACTIONS.get(action, action)
    note = "the record is cut: what stood behind is lost" if rest.strip() else None
    return Parsed("ora_sys", tuple(parts), [*parts.values()], note)
