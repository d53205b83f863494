"""DG2001 to DG2011: reaching the port, and who or what answers on it."""

from dgcheck.rules.reach.connecting import CONNECTING
from dgcheck.rules.reach.ending import ENDING
from dgcheck.rules.reach.schemes import SCHEMES
from dgcheck.rules.reach.services import SERVICES

FAMILY = (*CONNECTING, *ENDING, *SERVICES, *SCHEMES)
