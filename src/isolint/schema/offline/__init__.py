"""Reading DDL and provisioning functions without a server: what cannot be read is named, never guessed."""
