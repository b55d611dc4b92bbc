"""Every publisher, played in its exact wire format from a seed and a clock.

The same seed gives the same bytes. `create_app` is the emulator as a web application, `serve` runs
it; `clock` has the clocks, `faults` the faults it can show, `samples` the replay of captured files.
"""
