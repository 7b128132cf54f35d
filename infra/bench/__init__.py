"""Measure the newsroom, beside its peers and beside its goals: one table, also in build/bench.json.

    python -m infra.bench [rebuild article comment starts bursts] [--runs 5] [--quick]

Ratios and counts travel between machines, seconds do not: so peers run in the same minutes as we do, in turns,
and each figure is the median of its runs. CPU is the operating system's account, user and system, of the process
that does the work; the store or emulator is a process of its own and not counted.

On a newsroom that is running (`make run`), how long people wait for it:

    python -m infra.bench.waiting uploads|comments|releases [--state .local] [--count 50] [--articles 1]
"""
