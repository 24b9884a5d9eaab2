"""One plain line for a person: what a story is, and what one of its events shows."""

from collections.abc import Sequence

from crossline.intrusions.nodes import Fired
from crossline.intrusions.scoring import act_words
from crossline.intrusions.stories import Story

__all__ = ["step_of", "technique_of", "title_of"]

_MOST_ACTS = 4
_MOVEMENT = "movement between machines"


def title_of(story: Story, machines: Sequence[str], exercise: bool = False) -> str:
    """The story's acts in order of time, with the machines in order of appearance.

    Example: "Web shell on exch01, then credential theft and movement to dc01".
    """
    if exercise:
        return f"Declared exercise: {title_of(story, machines)}"
    acts = _acts(story)
    if not acts:
        acts = [f"“{story.score.rules[0].title}”"]
    others = _listed(machines[1:])
    first, later = acts[0], [act for act in acts[1:] if act != _MOVEMENT or not others]
    if first == _MOVEMENT and others:
        return _sentence(f"movement from {machines[0]} to {others}", later)
    if others and (_MOVEMENT in acts or story.score.movement > 0):
        later.append(f"movement to {others}")
    elif others:
        return _sentence(f"{first} on {machines[0]}", later) + f"; also on {others}"
    return _sentence(f"{first} on {machines[0]}", later)


def _acts(story: Story) -> list[str]:
    seen: dict[str, None] = {}
    for node in story.nodes:
        for fired in node.fired:
            words = act_words(fired)
            if words in story.score.acts[:_MOST_ACTS]:
                seen.setdefault(words)
    return list(seen)


def _sentence(start: str, later: Sequence[str]) -> str:
    text = start[:1].upper() + start[1:]
    return f"{text}, then {_listed(later)}" if later else text


def _listed(names: Sequence[str]) -> str:
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def step_of(fired: Sequence[Fired]) -> str:
    """The titles of the rules that fired on an event, weightiest first."""
    titles = list(dict.fromkeys(one.title for one in fired))
    more = f" (and {len(titles) - 3} more rules)" if len(titles) > 3 else ""
    return "; ".join(titles[:3]) + more


def technique_of(fired: Sequence[Fired]) -> str | None:
    """The first technique of the weightiest rule that names one."""
    return next((one.techniques[0] for one in fired if one.techniques), None)
