"""Pure readers of what goes over the wire: URLs, bodies, listings, words, redaction."""
