"""Settings: flag over `DGCHECK_*` over the SDKs' own variables over the settings file over default.

`options` is the one table; flags, variables, keys of the file, its JSON Schema and the help are made from it.
`load` merges the layers into one frozen `Settings` and notes where each came from. Nothing here reads the
environment or the disk: both are given.
"""
