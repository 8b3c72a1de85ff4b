"""Builders that run on a developer's machine and in CI, never in AWS."""
