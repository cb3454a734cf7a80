"""Calls the shared library by ctypes. usage: client.py LIBRARY FILE"""
import ctypes
import sys


class Recommendation(ctypes.Structure):
    _fields_ = [("item", ctypes.c_int32), ("score", ctypes.c_float)]


library = ctypes.CDLL(sys.argv[1])
ids = ctypes.POINTER(ctypes.c_int32)
library.metaembed_open.restype = ctypes.c_int64
library.metaembed_open.argtypes = [ctypes.c_char_p]
library.metaembed_close.argtypes = [ctypes.c_int64]
library.metaembed_recommend.argtypes = [ctypes.c_int64, ids, ctypes.c_int32, ids, ctypes.c_int32, ctypes.POINTER(Recommendation), ctypes.c_int32]
library.metaembed_item_name.argtypes = [ctypes.c_int64, ctypes.c_int32, ctypes.c_char_p, ctypes.c_int32]

model = library.metaembed_open(sys.argv[2].encode())
assert model != 0
history = (ctypes.c_int32 * 4)(1, 17, 30, 42)
best = (Recommendation * 6)()
name = ctypes.create_string_buffer(256)
count = library.metaembed_recommend(model, history, 4, None, 0, best, 6)
for entry in best[:count]:
    library.metaembed_item_name(model, entry.item, name, len(name))
    print(entry.item, repr(entry.score), name.value.decode(), sep="\t")
library.metaembed_close(model)
assert library.metaembed_recommend(model, history, 4, None, 0, best, 6) == -2
