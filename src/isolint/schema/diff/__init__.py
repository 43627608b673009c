"""Two schemas → their differences, by definition."""
