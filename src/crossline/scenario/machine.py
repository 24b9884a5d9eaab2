"""One running computer: its processes and logon sessions, numbered as Windows numbers them."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from random import Random

from crossline.scenario.world import Account, Host, Program, World

__all__ = ["SYSTEM", "Machine", "Process", "Session"]

SYSTEM = "system"
"""Label of the machine's own session, open from the start."""

_SYSTEM_SID = "S-1-5-18"
_KERNEL_PID = 4
_COMMAND_LINES = {
    "svchost": r"C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule",
    "w3wp": r'c:\windows\system32\inetsrv\w3wp.exe -ap "MSExchangeOABAppPool" -v "v4.0"',
    "wmiprvse": r"C:\Windows\system32\wbem\wmiprvse.exe -secured -Embedding",
}


@dataclass(frozen=True, slots=True)
class Session:
    """One logon session; Sysmon (`user`) and Security (`account`) name the machine differently."""

    logon_id: str
    guid: str
    user: str
    account: str
    domain: str
    sid: str
    logon_type: str
    privileged: bool

    @property
    def terminal(self) -> str:
        """Terminal session of its processes."""
        return {"2": "1", "10": "2"}.get(self.logon_type, "0")

    @property
    def integrity(self) -> str:
        """Integrity level in Sysmon's word."""
        if self.sid == _SYSTEM_SID:
            return "System"
        return "High" if self.privileged else "Medium"

    @property
    def label(self) -> str:
        """Integrity level as the mandatory label of the Security log."""
        return {"System": "S-1-16-16384", "High": "S-1-16-12288", "Medium": "S-1-16-8192"}[
            self.integrity
        ]

    @property
    def elevation(self) -> str:
        """Token elevation as the Security log's message code."""
        return {"System": "%%1936", "High": "%%1937", "Medium": "%%1938"}[self.integrity]


@dataclass(frozen=True, slots=True)
class Process:
    """One process; `audited_command_line` is what the audit policy leaves of the command line."""

    guid: str
    pid: int
    program: Program
    command_line: str
    audited_command_line: str
    session: Session

    @property
    def pid_hex(self) -> str:
        """Process id as the Security log writes it."""
        return hex(self.pid)


class Machine:
    """Numbers the processes and sessions of one host; the same calls give the same numbers."""

    def __init__(self, host: Host, world: World) -> None:
        self.host = host
        self._world = world
        self._random = Random(f"{world.seed}|machine|{host.name}")  # noqa: S311 no secret
        self._prefix = sha256(f"{world.seed}|{host.name}".encode()).hexdigest()[:8]
        self._processes = 0
        self._logon_ids = {0x3E7}
        self._standing: dict[str, Process] = {}
        self.system = Session(
            "0x3e7", self._guid(world.start, 0), r"NT AUTHORITY\SYSTEM",
            f"{host.name.upper()}$", host.domain, _SYSTEM_SID, "0", privileged=False,
        )  # fmt: skip

    def standing(self, program: str) -> Process:
        """A process of the machine itself that has run since before the logs begin."""
        if program not in self._standing:
            line = _COMMAND_LINES.get(program, "")
            self._standing[program] = self.start(program, line, self.system, self._world.start)
        return self._standing[program]

    def start(self, program: str, line: str, session: Session, time: datetime) -> Process:
        """Start a program; an empty line means that it is called by its path alone.

        Raises:
            KeyError: the world declares no such program.
        """
        declared = self._world.programs[program]
        self._processes += 1
        command_line = line or f'"{declared.image}"'
        return Process(
            guid=self._guid(time, self._processes),
            pid=_KERNEL_PID if program == "system" else 4 * self._random.randrange(150, 4000),
            program=declared,
            command_line=command_line,
            audited_command_line=command_line if self.host.command_lines else "",
            session=session,
        )

    def open(self, account: Account, logon_type: str, time: datetime) -> Session:
        """Open a logon session of an account."""
        logon_id = 0x3E7
        while logon_id in self._logon_ids:
            logon_id = self._random.randrange(0x10000, 0x7FFFFFF)
        self._logon_ids.add(logon_id)
        return Session(
            hex(logon_id), self._guid(time, logon_id & 0xFFFF),
            f"{account.domain}\\{account.name}", account.name, account.domain, account.sid,
            logon_type, account.privileged,
        )  # fmt: skip

    def _guid(self, time: datetime, number: int) -> str:
        """The form of Sysmon: machine, seconds since 1970 in two halves, a number."""
        seconds = int(time.timestamp())
        return (
            f"{{{self._prefix}-{seconds & 0xFFFF:04x}-{seconds >> 16:04x}-"
            f"{number & 0xFFFF:04x}-{number >> 16:08x}1f00}}"
        )
