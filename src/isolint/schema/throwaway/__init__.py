"""A PostgreSQL that is started for one piece of work and is gone afterwards, whatever happens."""
