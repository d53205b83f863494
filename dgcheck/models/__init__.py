"""What a deployment has installed, as a table: of each model its ways of serving, languages, version, addresses."""
