"""What the texts of a play may name: the target, the source, the account, the actor's traits."""

import re
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_network
from random import Random
from typing import Any

from crossline.scenario.cast import Infrastructure, loader
from crossline.scenario.content import table
from crossline.scenario.dice import hexadecimal, stream, token
from crossline.scenario.estate import Account, Host
from crossline.scenario.plot import Step, plot
from crossline.scenario.scene import Scene

__all__ = ["Names", "filled", "names_of"]

_NAME = re.compile(r"\{([a-z_][\w.]*)\}")
_RANGE = re.compile(r"(\d+)-(\d+)")
_MAIL = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy"
_WEB = "C:\\inetpub\\wwwroot"

Names = dict[str, str]


def filled(text: Any, names: Mapping[str, str], draw: Random, place: int) -> Any:
    """A template's value: lists by place, ranges drawn, names put in; else as it is."""
    if isinstance(text, list):
        return filled(text[place % len(text)], names, draw, place)
    if not isinstance(text, str):
        return text
    if found := _RANGE.fullmatch(text):
        return draw.randint(int(found[1]), int(found[2]))
    for _ in range(3):  # a trait's text names others
        if "{" not in text:
            break
        text = _NAME.sub(lambda found: names.get(found[1], found[0]), text)
    return text


def names_of(scene: Scene, step: Step, start: datetime) -> Names:
    """The names of a step that all of its records share."""
    host, draw = scene.estate.hosts[step.host], stream(scene.seed, "names", step.id)
    names: Names = {"tok": token(draw, 6), "pid": str(draw.randint(2000, 20000))}
    names |= _actor(scene, step, start)
    names |= _target(scene, host, start)
    names |= _source(scene, step, names, start)
    names |= _account(scene, step, host)
    names |= _given(step, names)
    return names | _tools(scene, step, host)


def _actor(scene: Scene, step: Step, start: datetime) -> Names:
    actor = scene.actors[step.actor]
    infra = actor.active(step.day, step.given.get("infra", ""))
    if infra is None and "infra" in step.given:
        others = [held for other in scene.actors.values() for held in other.infrastructure]
        infra = next(held for held in others if held.id == step.given["infra"])
    names = {f"t.{trait}": text for trait, text in actor.traits.items()}
    names |= {"n": str(stream(scene.seed, "number", step.intrusion).randint(1, 9))}
    names |= {"pw": _password(scene, step, start), **actor.traits}
    other = scene.actors[step.given.get("owner", "B")].traits
    names |= {f"owner.{trait}": text for trait, text in other.items()}
    names |= {f"other.{trait}": text for trait, text in scene.actors["B"].traits.items()}
    return names | _reach(scene, step, infra)


def _reach(scene: Scene, step: Step, infra: Infrastructure | None) -> Names:
    if infra is None:
        return {}
    # The first address is the one that two actors come to use in different years (G20).
    place = stream(scene.seed, "c2", step.id).randrange(len(infra.addresses))
    address = infra.addresses[0 if "infra" in step.given else place]
    dns = infra.dns
    return {"c2": address, "dns": dns, "infra.dns": dns}


def _password(scene: Scene, step: Step, start: datetime) -> str:
    """A dummy secret, made as the actor makes them."""
    scheme = scene.actors[step.actor].traits.get("passwords", "")
    word = stream(scene.seed, "password", step.actor).choice(table("pools")["word"])
    if scheme == "word_digits":
        half_year = (start.year, start.month // 7)
        return f"{word}{hexadecimal(scene.seed, step.actor, half_year)[:8]}"[: len(word) + 4]
    if scheme == "dated":
        return f"{word}{start:%Y%m}"
    return token(stream(scene.seed, "password", step.id), 12)


def _target(scene: Scene, host: Host, start: datetime) -> Names:
    org = host.organisation
    files = scene.estate.host(org.id, "file") or host
    mail = scene.estate.host(org.id, "exch") or host
    on_mail = host.role == "exch"
    return {
        "h.name": host.name,
        "h.fqdn": host.fqdn,
        "h.address": scene.estate.address(host, start),
        "ip": scene.estate.address(host, start),
        "o.netbios": org.netbios,
        "o.domain": org.domain,
        "o.dn": ",".join(f"DC={part}" for part in org.windows_domain.split(".")),
        "o.scan": f"{files.address.rpartition('.')[0]}.0/24",
        "o.gateway": f"{org.net.rsplit('.', 2)[0]}.0.60",
        "mail.address": mail.address,
        "pool": "NT AUTHORITY\\SYSTEM" if on_mail else "IIS APPPOOL\\DefaultAppPool",
        "app_pool": "MSExchangeOWAAppPool" if on_mail else "DefaultAppPool",
    }


def _source(scene: Scene, step: Step, names: Names, start: datetime) -> Names:
    """Where a step comes from: a host, an address of the actor or the supplier's range."""
    org = scene.estate.hosts[step.host].organisation
    vpn = f"{org.net.rsplit('.', 2)[0]}.250.{stream(scene.seed, 'vpn', step.id).randint(10, 240)}"
    egress = _egress(scene, step)
    origin = _origin(scene, step)
    if origin is None:
        address, name = egress if step.origin == "@sup" else names.get("c2", ""), ""
    else:
        address, name = scene.estate.address(origin, start), origin.name
    return {
        "s.address": address, "s.name": name, "from": address, "vpn": vpn, "egress": egress,
    }  # fmt: skip


def _origin(scene: Scene, step: Step) -> Host | None:
    """The host from which a step comes; `@s`: where the way in of this world left the actor."""
    if step.origin == "@s":
        name = table("worlds")[scene.world]["foothold"]
        return scene.estate.hosts[name]
    return scene.estate.hosts.get(step.origin)


def _egress(scene: Scene, step: Step) -> str:
    supplier = next(
        (row["supplier"] for row in table("intrusions")["intrusions"]
         if row["id"] == step.part and "supplier" in row), "",
    )  # fmt: skip
    if not supplier:
        return ""
    hosts = [str(host) for host in ip_network(scene.estate.organisations[supplier].public).hosts()]
    return stream(scene.seed, "egress", supplier).sample(hosts, 4)[
        stream(scene.seed, "egress", step.id).randrange(4)
    ]


def _account(scene: Scene, step: Step, host: Host) -> Names:
    """As whom the step acts: the account, or the process that the actor already holds."""
    domain = host.organisation.netbios
    account = scene.estate.accounts.get(step.account)
    clerk = scene.estate.accounts.get(f"{step.organisation}.u1")
    names = {"clerk": clerk.logon if clerk else "", "user": "NT AUTHORITY\\SYSTEM"}
    names["subject"] = f"{host.name}$"
    if account is None:
        return names
    logon = _logon(scene, step, account)
    return names | {
        "a": logon, "a.database": account.database, "a.element": account.element,
        "user": f"{domain}\\{logon}", "subject": logon,
    }  # fmt: skip


def _logon(scene: Scene, step: Step, account: Account) -> str:
    """An account's name; where a step uses one that it made before, that one's."""
    if step.given.get("newacct") is not True:
        return account.logon
    made = [
        str(other.given["newacct"])
        for other in plot(scene.world)
        if other.intrusion == step.intrusion and isinstance(other.given.get("newacct"), str)
    ]
    return made[0].replace("{w}", _word(scene, step))


def _word(scene: Scene, step: Step) -> str:
    return str(stream(scene.seed, "account word", step.intrusion).choice(table("pools")["word"]))


def _given(step: Step, names: Names) -> Names:
    return {f"p.{name}": str(value) for name, value in step.given.items()}


def _tools(scene: Scene, step: Step, host: Host) -> Names:
    """The loader's version and the hashes of tools: one tool has another hash on each host."""
    traits, seed = scene.actors[step.actor].traits, scene.seed
    family = traits.get("loader_family", "")
    version = _version(scene, step)
    shown = loader(seed, family, version)
    names = {
        "loader.version": shown.version,
        "loader.product": shown.product,
        "w": _word(scene, step),
    }
    for tool in ("scanner", "cred", "vpn", "archiver", "keylog", "miner"):
        content = hexadecimal(seed, step.actor, tool, 1, host.id).upper()
        imphash = hexadecimal(seed, step.actor, tool).upper()[:32]
        names[f"hash.{tool}"] = f"SHA256={content},IMPHASH={imphash}"
    content = hexadecimal(seed, family, version, host.id).upper()
    names["hash.loader"] = f"SHA256={content},IMPHASH={shown.imphash.upper()}"
    shell = traits.get("shell", "")
    names["shell_file"] = (_MAIL if host.role == "exch" and shell.startswith(("/owa", "/ecp"))
                           else _WEB) + shell.replace("/", "\\")  # fmt: skip
    names["exploit_ua"] = traits.get("shell_ua") or "python-requests/2.25.1"
    command = traits.get("task_command", "")
    names["task_xml"] = f"<Task><Actions><Exec><Command>{command}</Command></Exec></Actions></Task>"
    return names


def _version(scene: Scene, step: Step) -> str:
    """The version that a delivery carries: the world's shared one, or the actor's own line."""
    shared = table("worlds")[scene.world].get("versions")
    if shared and step.actor in table("worlds")[scene.world]["traits"]:
        return str(max(name for name, first in shared.items() if first <= step.day))
    stated = str(step.given.get("ver", "1"))
    if stated != "next":
        return stated
    before = [
        other for other in plot(scene.world)
        if other.actor == step.actor and other.play == step.play and other.day < step.day
    ]  # fmt: skip
    own = [int(other.given["ver"]) for other in before if other.given["ver"] != "next"]
    return str(max(own, default=0) + 1 + sum(other.given["ver"] == "next" for other in before))
