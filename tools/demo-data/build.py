#!/usr/bin/env python3
"""Makes the demo dataset from Debian's package index.

Users are packages, items are what they depend on or recommend: of each group
of alternatives the first, without versions. Users and items with fewer than
five partners are taken out, again and again until none is left (the 5-core).
A fifth of each package's items, rounded down, is the test set; which ones is
decided by a hash of seed, package and item, so any language finds the same.
Ids follow the alphabet. Nothing but names and relations is kept.

    apt-get update
    tools/demo-data/build.py                  # writes src/MetaEmbed/Data/Demo
    tools/demo-data/build.py --check          # compares with what is there
    tools/demo-data/build.py --index Packages # another index, unpacked

Without --index it takes the index of Debian's main section that apt-get keeps
(in /var/lib/apt/lists, unpacked by apt-helper). Needs Python 3.9 and nothing
else; takes a few seconds.
"""

import argparse
import collections
import glob
import gzip
import hashlib
import io
import pathlib
import re
import subprocess
import sys

CORE = 5
TEST_PART = 5
SEED = 2024
APT_HELPER = "/usr/lib/apt/apt-helper"
APT_INDEX = "/var/lib/apt/lists/*_debian_dists_*_main_binary-amd64_Packages*"
TARGET = pathlib.Path(__file__).resolve().parents[2] / "src/MetaEmbed/Data/Demo"


def find_index():
    """The main index of the release; not its updates or security fixes."""
    found = [p for p in sorted(glob.glob(APT_INDEX)) if not re.search(r"dists_[a-z]+-", p)]
    if len(found) != 1:
        sys.exit(f"expected one index at {APT_INDEX}, found {len(found)}; run apt-get update or name one with --index")
    return subprocess.run([APT_HELPER, "cat-file", found[0]], check=True, stdout=subprocess.PIPE).stdout


def read_relations(index):
    """Package name -> set of the names it depends on or recommends."""
    relations = collections.defaultdict(set)
    package = None
    for line in index.decode("utf-8").split("\n"):
        field, _, value = line.partition(": ")
        if field == "Package":
            package = value.strip()
        elif field in ("Depends", "Pre-Depends", "Recommends"):
            for group in value.split(","):
                name = re.match(r"[a-z0-9][a-z0-9+.\-]*", group.strip())
                if name and name[0] != package:
                    relations[package].add(name[0])
    return relations


def core(relations):
    """Keeps users and items with at least CORE partners."""
    while True:
        counts = collections.Counter(item for items in relations.values() for item in items)
        kept = {user: {item for item in items if counts[item] >= CORE} for user, items in relations.items()}
        kept = {user: items for user, items in kept.items() if len(items) >= CORE}
        if kept == relations:
            return kept
        relations = kept


def build(index):
    """File name -> text."""
    relations = core(read_relations(index))
    users = sorted(relations)
    items = sorted(set().union(*relations.values()))
    ids = {name: i for i, name in enumerate(items)}
    train, test = [], []
    for u, user in enumerate(users):
        def draw(item):
            return hashlib.sha256(f"{SEED} {user} {item}".encode()).digest()

        shuffled = sorted(relations[user], key=draw)
        cut = len(shuffled) // TEST_PART
        for lines, part in ((test, shuffled[:cut]), (train, shuffled[cut:])):
            lines.append(" ".join(map(str, [u] + sorted(ids[item] for item in part))))
    files = {"train.txt": train, "test.txt": test, "users.txt": users, "items.txt": items}
    pairs = sum(map(len, relations.values()))
    print(f"{len(users)} packages x {len(items)} names, {pairs} pairs")
    return {name: "".join(line + "\n" for line in lines).encode() for name, lines in files.items()}


def pack(text):
    """gzip without name and time, so that the same text gives the same bytes."""
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as stream:
        stream.write(text)
    return packed.getvalue()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", help="an unpacked Packages file")
    parser.add_argument("--out", type=pathlib.Path, default=TARGET, help="folder to write to")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the folder's files say something else")
    options = parser.parse_args()
    index = pathlib.Path(options.index).read_bytes() if options.index else find_index()
    print(f"index: sha256 {hashlib.sha256(index).hexdigest()}")
    differing = []
    for name, text in build(index).items():
        target = options.out / f"{name}.gz"
        print(f"{name}: sha256 {hashlib.sha256(text).hexdigest()}")
        if options.check:
            if not target.exists() or gzip.decompress(target.read_bytes()) != text:
                differing.append(str(target))
        else:
            options.out.mkdir(parents=True, exist_ok=True)
            target.write_bytes(pack(text))
            print(f"{target}: {target.stat().st_size} bytes")
    if differing:
        sys.exit("differ: " + ", ".join(differing))


if __name__ == "__main__":
    main()
