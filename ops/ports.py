"""Ports (端口): whether one is taken, and free ones for private systems."""

import random
import socket
from contextlib import ExitStack

HOST = "127.0.0.1"
PRIVATE = range(20_000, 32_000)
"""Ports below those that operating systems give to outgoing connections."""


def taken(port: int) -> bool:
    """Whether a process listens on the port. Raises PermissionError for a port that this user may not open."""
    with socket.socket() as probe:
        return not _bound(probe, port)


def free_ports(count: int) -> list[int]:
    """`count` different free ports."""
    ports: list[int] = []
    with ExitStack() as held:
        for port in random.SystemRandom().sample(PRIVATE, len(PRIVATE)):
            if len(ports) == count:
                break
            if _bound(held.enter_context(socket.socket()), port):
                ports.append(port)
    return ports


def _bound(probe: socket.socket, port: int) -> bool:
    # Without this a port in TIME_WAIT, which nobody listens on, would count as taken.
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((HOST, port))
    except PermissionError:
        raise
    except OSError:
        return False
    return True
