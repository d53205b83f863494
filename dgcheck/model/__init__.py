"""The words of the house, as frozen dataclasses and enums.

`catalogue` has causes and remedies, `evidence` what was seen, `target` where and as whom we ask,
`case` all that one run saw, `report` the frozen result, `asking` how probes meet the network,
`errors` what a caller may catch. Nothing here does I/O, and nothing here imports another layer.
"""
