"""How each runtime joins and reads a URL: small pure functions, one file per runtime."""
