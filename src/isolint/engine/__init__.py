"""The pipeline from paths to a report; `scan.scan` reads as its table of contents."""
