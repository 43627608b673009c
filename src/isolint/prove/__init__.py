"""Access + program + tenancy → evidence: the one place of judgement."""

import isolint.prove.calling  # noqa: F401 - terms that are constants are made before any run makes its own
from isolint.prove.proof import Proof, prove

__all__ = ["Proof", "prove"]
