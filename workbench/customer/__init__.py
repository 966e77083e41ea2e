"""The public face: the intake API for gateways and the customer's phone pages. It calls use cases and nothing else."""
