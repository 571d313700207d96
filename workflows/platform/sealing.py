"""Sealing (密封): inquiries and oversight have a namespace, task queues and a key of their own.

Their workflows' ids tell nothing.
"""

import hashlib
import hmac

from temporalio.client import Client

from activities.platform.keyring import KeyRing
from workflows.platform.client import connect
from workflows.platform.codec import SEALED, converter

NAMESPACE = "sealed"
TASK_QUEUE, OVERSIGHT_QUEUE = "inquiries", "oversight"


def workflow_id(secret: bytes, number: str, kind: str = "inquiry") -> str:
    """The id of a sealed ledger's workflow: a keyed digest, always the same."""
    return hmac.new(secret, f"{kind}:{number}".encode(), hashlib.sha256).hexdigest()[:32]


async def connect_sealed(address: str, ring: KeyRing, *, program: str = "ops") -> Client:
    """A client of the sealed namespace that seals and opens."""
    return await connect(address, NAMESPACE, converter(ring, SEALED), program=program)
