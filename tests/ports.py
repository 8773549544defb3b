"""Ports for servers that tests start."""

from __future__ import annotations

import os
import socket
from itertools import count

LOWEST, MOST = 20_000, 10_000
"""Below the ports that systems give to outgoing connections."""

_asked = count()


def free_port() -> int:
    """Return a port of this machine on which nothing listens, another one each time.

    Never one that outgoing connections are given: some process may get it before the server listens there.
    """
    for _ in range(MOST):
        port = LOWEST + (os.getpid() * 101 + next(_asked)) % MOST
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"no port from {LOWEST} on is free")
