"""Access + program + tenancy → evidence: the one place of judgement."""

from isolint.prove.proof import Proof, prove

__all__ = ["Proof", "prove"]
