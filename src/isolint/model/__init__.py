"""The vocabulary. Modules here import nothing of isolint but each other."""
