"""The soak: whole runs against the pretend company through a bad network, killed again and again.

    python -m soak --kills 1000 --faults 10000

Every trial begins with an empty store. Its runs meet faults on the wire (`soak.proxy`, `soak.mischief`) and are killed
with SIGKILL at a transaction's edge, at a request's edge or at any moment (`soak.killing`), some lack disk space, some
find another run under way. Then the same run is left in peace, and what the store and every receiver hold is compared
with what an undisturbed run left (`soak.comparing`). docs/reliability.md has the figures.
"""
