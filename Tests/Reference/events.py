"""Reads a .tfevents file with TensorBoard itself. Usage: events.py FILE, after `save(history(m), "FILE")`; needs `pip install tensorboard`."""

import sys

from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

for event in EventFileLoader(sys.argv[1]).Load():
    print(event.step, [(value.tag, value.simple_value or value.tensor.float_val[:]) for value in event.summary.value], event.file_version)
