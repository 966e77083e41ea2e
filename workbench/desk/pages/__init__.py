"""The pages of the desk: each has ``layout`` and ``register``."""
