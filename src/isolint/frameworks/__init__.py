"""What is known of web frameworks, job queues and command lines: one file each, registered by being in this folder."""

from isolint.frameworks.registry import FRAMEWORKS

__all__ = ["FRAMEWORKS"]
