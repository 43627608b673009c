"""From differences to ordered, additive, repeatable SQL."""
