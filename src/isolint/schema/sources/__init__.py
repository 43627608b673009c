"""One file a source: each makes a `Schema` of what it reads."""
