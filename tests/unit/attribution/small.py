"""A small invented body of knowledge: three groups, each with tools and reports of its own."""

from crossline.knowledge import Group, Knowledge, Relation, Report, Software, Technique

TECHNIQUES = [f"T10{number:02d}" for number in range(12)]
PRIVATE = {"G1": "S1", "G2": "S2", "G3": "S3"}


def knowledge(order: int = 1) -> Knowledge:
    relations = []
    for at, group in enumerate(PRIVATE):
        for report in range(4):
            cited = (f"R{at}{report}",)
            relations += [
                Relation(group, technique, cited)
                for technique in TECHNIQUES[at * 3 : at * 3 + 4 + report % 2]
            ]
            relations.append(Relation(group, PRIVATE[group], cited))
            relations.append(Relation(group, "S9", cited))
    return Knowledge(
        groups={group: Group(f"Invented {group}") for group in [*PRIVATE][::order]},
        software={each: Software(f"Tool {each}") for each in [*PRIVATE.values(), "S9"]},
        techniques={each: Technique(f"Way {each}") for each in TECHNIQUES[::order]},
        reports={
            f"R{at}{report}": Report("", None, 2015 + report)
            for at in range(3)
            for report in range(4)
        },
        relations=tuple(relations[::order]),
    )
