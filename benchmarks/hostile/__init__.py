"""Hostile inputs by kind: each module yields inputs, and says which exit codes are honest answers to them."""
