"""Slows down guessing: counts failures per key in this process; the durable count per case is kept by the use case."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque

_MOST_KEYS = 10_000


class Throttle:
    """Allows ``limit`` failures per key within ``seconds``.

    Args:
        limit: failures after which a key is blocked.
        seconds: the window; a blocked key is free again when its oldest failure leaves it.
    """

    def __init__(self, limit: int, seconds: int) -> None:
        self.limit = limit
        self.seconds = seconds
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> int:
        """Return the seconds for which ``key`` is blocked; 0 when it is free."""
        now = time.monotonic()
        with self._lock:
            failures = self._failures.get(key)
            while failures and failures[0] <= now - self.seconds:
                failures.popleft()
            if not failures or len(failures) < self.limit:
                return 0
            return int(failures[0] + self.seconds - now) + 1

    def fail(self, key: str) -> None:
        """Count one failure of ``key``."""
        with self._lock:
            failures = self._failures.setdefault(key, deque(maxlen=self.limit))
            self._failures.move_to_end(key)
            failures.append(time.monotonic())
            # The keys come from outside: the oldest go, so that nobody fills the memory with them.
            while len(self._failures) > _MOST_KEYS:
                self._failures.popitem(last=False)

    def clear(self, key: str) -> None:
        """Forget the failures of ``key``."""
        with self._lock:
            self._failures.pop(key, None)
