"""Tenants with a schema each in one database: making and repairing them, and what the fleet looks like."""
