"""What a code or a cause means, from the catalogue."""
