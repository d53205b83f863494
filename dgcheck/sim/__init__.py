"""The embedded stand-in for a self-hosted deployment, healthy or with named faults.

`core` decides an answer from a request and `stream` one from a frame, neither with a socket; `faults` is the
table of what can be made to go wrong; `server` is the loopback shell around them. Its transcripts are scripted.
"""
