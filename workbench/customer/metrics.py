"""Figures of this process for Prometheus; no figure carries personal data."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

#: Of this application alone, so that two applications in one process (tests) do not get in each other's way.
REGISTRY = CollectorRegistry()
PHOTOS = Counter("telekalk_customer_photos", "Photos received, by outcome", ["outcome"], registry=REGISTRY)
SIGN_INS = Counter("telekalk_customer_sign_ins", "Sign-ins, by outcome", ["outcome"], registry=REGISTRY)
DECISIONS = Counter("telekalk_customer_decisions", "Answers to offers", ["decision"], registry=REGISTRY)
SECONDS = Histogram(
    "telekalk_customer_request_seconds",
    "Time to answer, by route",
    ["route", "status"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
    registry=REGISTRY,
)
