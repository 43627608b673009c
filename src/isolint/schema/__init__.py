"""Schemas: read from many sources into one comparable form, compared by definition, and mended by ordered SQL."""
