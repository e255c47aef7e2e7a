"""The machine: devices, memory, the heap, files of tensors, and how work is stopped."""
