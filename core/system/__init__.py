"""The machine below: devices, memory, the heap, and how work is stopped."""
