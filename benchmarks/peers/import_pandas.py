"""Reads a CSV of events with pandas and numbers users and items: seconds, events a second, peak memory.

usage: python3 import_pandas.py FILE.csv     (Debian: apt-get install python3-pandas)
"""
import resource
import sys
import time

import pandas

start, before = time.perf_counter(), time.process_time()
table = pandas.read_csv(sys.argv[1], dtype={"user_id": str, "item_id": str})
read = time.perf_counter() - start
users, _ = pandas.factorize(table["user_id"])
items, _ = pandas.factorize(table["item_id"])
wall, processor = time.perf_counter() - start, time.process_time() - before
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
print(f"pandas {pandas.__version__}: read_csv {len(table) / read / 1e6:.2f} M/s; with factorize {len(table) / wall / 1e6:.2f} M/s, "
      f"{len(table) / processor / 1e6:.2f} M/s of a core, peak {peak:.0f} MB")
