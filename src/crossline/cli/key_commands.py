"""Commands for the key of subscribers' pseudonyms: `key new|check|id`, and `reidentify`."""

import csv
import getpass
import re
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from crossline.case import Case, case_key, open_case, recorded_key_id
from crossline.events import of_pseudonym
from crossline.ingest import identities_at, number_plans
from crossline.kernel.errors import UsageError
from crossline.kernel.keys import new_key, read_key, write_key

__all__ = ["register"]

KeyFile = Annotated[Path, typer.Argument(metavar="FILE", help="The file of the key.")]
_PSEUDONYM = re.compile(r"[0-9a-f]{16}|[0-9a-f]{32}")
RECORD = "reidentifications.csv"
_HEAD = ("time", "person", "pseudonym", "reason", "list_hmac", "found")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    keys = typer.Typer(help="Make and check keys of pseudonyms.", no_args_is_help=True)
    keys.command("new")(new_command)
    keys.command("check")(check_command)
    keys.command("id")(id_command)
    app.add_typer(keys, name="key")
    app.command("reidentify")(reidentify_command)


def new_command(file: KeyFile) -> None:
    """Make a key in a new file that only its owner may read. Keep it outside the case.

    Example:  crossline key new ~/lantern.key
    """
    key = new_key()
    write_key(key, file)
    typer.echo(f"made {file}: key {key.id}")


def check_command(file: KeyFile) -> None:
    """Tell whether a file holds a key that only its owner may read.

    Example:  crossline key check ~/lantern.key
    """
    key = read_key(file)
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"{file}: others may read it. `chmod 600 {file}`")
    typer.echo(f"{file}: key {key.id}")


def id_command(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")],
) -> None:
    """Print the id of the key that a case's pseudonyms were made with.

    Example:  crossline key id lantern
    """
    known = recorded_key_id(open_case(case))
    if known is None:
        raise UsageError(f"{case}: has no key; `crossline ingest` makes one where it is needed")
    typer.echo(known)


def reidentify_command(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")],
    pseudonym: Annotated[
        str, typer.Argument(metavar="PSEUDONYM", help="32 hex digits, or the first 16.")
    ],
    numbers: Annotated[
        Path, typer.Option("--list", metavar="FILE", help="Your own list: one identity a line.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is recorded.")],
    key_file: Annotated[
        Path | None, typer.Option("--key-file", metavar="FILE", help="The key, if not in place.")
    ] = None,
) -> None:
    """Find the one identity of your own list that a pseudonym stands for.

    There is no way back from a pseudonym but to try identities that you may lawfully hold. Each try
    is appended to CASE/reidentifications.csv, without the identity.

    Example:  crossline reidentify lantern 0528ddbad033894c --list subjects.txt --reason "order 7"
    """
    if not _PSEUDONYM.fullmatch(pseudonym.lower()):
        raise UsageError(f"{pseudonym}: not a pseudonym: 16 or 32 hex digits")
    if not reason.strip():
        raise UsageError("--reason is empty: say why")
    opened = Case(open_case(case).root, open_case(case).settings, key_file)
    key, _ = case_key(opened)
    if key is None:
        raise UsageError(f"{case}: has no key. Give it with --key-file")
    try:
        text = numbers.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{numbers}: cannot be read as UTF-8 text") from error
    plans = number_plans(opened)
    identities = [identities_at(name, plans, key) for name in plans or [""]]
    found = [*of_pseudonym(pseudonym, text.splitlines(), identities)]
    _record(case, pseudonym, reason, key.of(text.encode()), bool(found))
    if not found:
        raise UsageError(f"{pseudonym}: no identity in {numbers} has this pseudonym")
    for identity in found:
        typer.echo(f"{identity.kind} {identity.digits}")


def _record(case: Path, pseudonym: str, reason: str, of_list: str, found: bool) -> None:
    """Append one line on who asked for what and why; what was found is not in it.

    `of_list` is a keyed hash: a plain one of a short list would give its numbers away.
    """
    path = case / RECORD
    is_new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if is_new:
            writer.writerow(_HEAD)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        writer.writerow([now, getpass.getuser(), pseudonym, reason, of_list, str(found).lower()])
