"""The simulator's behaviour (模拟行为): set at any time through `/simulator/behaviour`."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Answer(StrEnum):
    """The answer to a notice. All but `down` and `refuse` have taken the notice, whatever they answer."""

    RECEIVED = "received"
    DOWN = "down"
    """503, nothing taken (停机)."""
    REFUSE = "refuse"
    """400, nothing taken (拒收)."""
    GARBLED = "garbled"
    """Taken, but the acknowledgement is no JSON (乱码)."""
    TOO_LARGE = "too_large"
    """Taken, but the acknowledgement is too long."""


class Trick(StrEnum):
    """An improper callback, sent with each proper one."""

    TWICE = "twice"
    """The same once more at the same time (重复发送)."""
    REPLAY = "replay"
    """The very first callback of all, signed anew (重放)."""
    FORGED = "forged"
    """With the signature of another key (伪造签名)."""
    STALE = "stale"
    """Signed ten minutes ago (过期签名)."""


class Behaviour(BaseModel):
    """The department's behaviour from now on."""

    model_config = ConfigDict(extra="forbid")

    answer: Answer = Answer.RECEIVED
    only_first: bool = False
    """`answer` holds for the first attempt of each notice only; repetitions are answered properly."""
    delay_seconds: float = Field(default=0, ge=0, le=300)
    """Seconds before any answer (慢)."""
    acts: list[Literal["sign", "reply", "return", "extend"]] = Field(default_factory=list)
    """Its commands for each new assignment, in this order."""
    tricks: list[Trick] = Field(default_factory=list)
