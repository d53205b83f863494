"""DG5001-DG5010, DG5016, DG5019, DG5020: the models of a deployment, and replicas that do not have the same."""

from dgcheck.rules.models.absent import ABSENT
from dgcheck.rules.models.differing import DIFFERING
from dgcheck.rules.models.replicas import REPLICAS
from dgcheck.rules.models.unfit import UNFIT

FAMILY = (*ABSENT, *UNFIT, *DIFFERING, *REPLICAS)
