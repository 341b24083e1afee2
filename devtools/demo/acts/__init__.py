"""The acts in their order. One module each; another act is another module and another line here."""

from demo.act import Act
from demo.acts import (
    assigning,
    creating,
    deleting,
    editing,
    leaving,
    refusing,
    repairing,
    rules,
    shifting,
    tabulating,
    taking_over,
    waiting,
)

ACTS: tuple[Act, ...] = (
    creating.ACT,
    editing.ACT,
    refusing.ACT,
    rules.ACT,
    taking_over.ACT,
    waiting.ACT,
    repairing.ACT,
    shifting.ACT,
    assigning.ACT,
    leaving.ACT,
    tabulating.ACT,
    deleting.ACT,
)
