"""The machine: devices, memory, the heap, and how work is stopped."""
