"""Paints in several processes and on several machines, over Dask distributed.

Dask is an extra, which ``install.py --cluster`` installs. Its protocol carries pickles, so whoever
may speak to a scheduler may run what they like on its workers: see CONTRIBUTING. What we send over
it is plain: the name of a function of ours and one text in JSON; back comes a text, and nothing
that comes is unpickled here. Pictures do not travel: every machine sees the same files by the same
names.
"""
