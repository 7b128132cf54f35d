"""Measure the newsroom, and compare it with its peers and its goals: one table, also in build/bench.json.

    python -m infra.bench [rebuild article comment starts bursts] [--runs 5] [--quick]

Ratios and counts are comparable between machines, seconds are not: so we and our peers run in turns in the same
minutes, and each figure is the median of its runs. CPU is the user and system time of the process that does the
work, from the operating system; the store or emulator is a separate process and not counted.

To measure the waiting times of a running newsroom (`make run`):

    python -m infra.bench.waiting uploads|comments|releases [--state .local] [--count 50] [--articles 1]
"""
