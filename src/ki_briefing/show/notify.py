"""``[notify]`` of show.toml: who is told what happens on air, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from ki_briefing.base.records import Between
from ki_briefing.base.secrets import SecretName
from ki_briefing.show.limits import Address


class Event(StrEnum):
    """What somebody can be told."""

    AIRED = "aired"
    APPROVAL = "approval"  # an episode needs somebody's approval
    FAILED = "failed"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    MISSED = "missed"  # no good run for too long

    @property
    def lasts(self) -> bool:
        """Whether it is a state that lasts until somebody acts, not something that happened."""
        return self in (Event.APPROVAL, Event.FAILED)


class Security(StrEnum):
    """How a mail server is spoken to; certificates are always verified."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # only without a password, or on this machine


@dataclass(frozen=True, slots=True)
class Mail:
    """``[notify.mail]``: mail through an SMTP server.

    Attributes:
        to: Who gets it; empty: nobody.
        sender: From whom it comes; empty: the first of ``to``.
        password: Of ``user``.
    """

    to: tuple[str, ...] = ()
    sender: str = ""
    host: str = "localhost"
    port: Annotated[int, Between(1, 65535)] = 587
    security: Security = Security.STARTTLS
    user: str = ""
    password: SecretName = ""


@dataclass(frozen=True, slots=True)
class Notify:
    """``[notify]``: who is told what happens on air, and how.

    Attributes:
        events: Of what.
        webhook: Address that gets it as JSON.
        secret: With which the webhook's JSON is signed.
        heartbeat: Address that is asked after each good run.
        missed_after: How long there may be no good run [hours]; 0: as long as it takes.
        health: Write ``health.json`` and ``health.html`` into the public folder after each run.
    """

    events: tuple[Event, ...] = tuple(Event)
    webhook: Address = ""
    secret: SecretName = ""
    mail: Mail = field(default_factory=Mail)
    heartbeat: Address = ""
    missed_after: Annotated[float, Between(0, 100_000)] = 0.0
    health: bool = False
