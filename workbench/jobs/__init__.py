"""Durable background work: thin tasks that each call one use case."""
