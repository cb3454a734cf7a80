"""One coarse training step in PyTorch, its sparse product in PyTorch and SciPy, and dense scoring with the best 20.

The same sizes and the same work as a step of ours with the published settings: E_norm over users, items and c
meta-embeddings, X0 = [tanh(S C); C], L products, the mean of the layers at a batch of triples, BPR with the penalty on the
composed rows, the whole way back, and Adam. E_norm is its own adjoint, so the way back is the same product: PyTorch is
spared the transposed one. Rows are 32-bit floats. Medians, wall and processor time.

usage: python3 step_torch.py DATASET_FOLDER [THREADS]     (Debian: python3-torch python3-scipy libopenblas0-pthread)
Beside it: dotnet run -c Release --project benchmarks/MetaEmbed.Benchmarks -- training DATASET_FOLDER
"""
import statistics
import sys
import time
from pathlib import Path

import numpy
import scipy.sparse
import torch

DIMENSION, COARSE, PICKS, LAYERS, BATCH, PENALTY = 128, 300, 2, 3, 8192, 5e-4
torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
torch.manual_seed(1)


def measure(name, work, repetitions=11):
    work()
    walls, processors = [], []
    for _ in range(repetitions):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    print(f"{name}: {1e3 * statistics.median(walls):.1f} ms (processor {1e3 * statistics.median(processors):.1f} ms), "
          f"median of {repetitions}", flush=True)


def read(folder):
    users, items = [], []
    for line in (Path(folder) / "train.txt").read_text().splitlines():
        user, *some = map(int, line.split())
        users += [user] * len(some)
        items += some
    return numpy.array(users), numpy.array(items)


def normalised(matrix):
    sums = numpy.asarray(matrix.sum(axis=1)).ravel()
    roots = numpy.divide(1, numpy.sqrt(sums), out=numpy.zeros_like(sums), where=sums > 0)
    return scipy.sparse.diags(roots) @ matrix @ scipy.sparse.diags(roots)


def to_torch(matrix):
    matrix = matrix.tocsr()
    matrix.sort_indices()
    return torch.sparse_csr_tensor(
        torch.from_numpy(matrix.indptr.astype(numpy.int64)), torch.from_numpy(matrix.indices.astype(numpy.int64)),
        torch.from_numpy(matrix.data.astype(numpy.float32)), size=matrix.shape)


class Product(torch.autograd.Function):
    """A product with a constant sparse matrix; the adjoint is given."""

    @staticmethod
    def forward(context, matrix, adjoint, rows):
        context.adjoint = adjoint
        return matrix @ rows

    @staticmethod
    def backward(context, gradient):
        return None, None, context.adjoint @ gradient


users, items = read(sys.argv[1])
user_count, item_count = users.max() + 1, items.max() + 1
entities = user_count + item_count
edges = scipy.sparse.coo_matrix((numpy.ones(len(users)), (users, user_count + items)), shape=(entities, entities))
adjacency = normalised((edges + edges.T).tocsr())
draws = numpy.random.default_rng(1)
picks = numpy.argsort(draws.random((entities, COARSE)), axis=1)[:, :PICKS]
assignment = scipy.sparse.csr_matrix(
    (numpy.full(entities * PICKS, 0.5), (numpy.repeat(numpy.arange(entities), PICKS), picks.ravel())), shape=(entities, COARSE))
expanded = normalised(scipy.sparse.bmat([[adjacency, assignment], [assignment.T, scipy.sparse.identity(COARSE)]]).tocsr()).tocsr()
graph, composition, members = to_torch(expanded), to_torch(assignment), to_torch(assignment.T)
print(f"{user_count:,} users, {item_count:,} items, {len(users):,} interactions; d = {DIMENSION}, c = {COARSE}; "
      f"PyTorch {torch.__version__}, SciPy {scipy.__version__}, {torch.get_num_threads()} threads")

codebook = torch.randn(COARSE, DIMENSION, requires_grad=True)
bias = torch.randn(item_count, requires_grad=True)
optimizer = torch.optim.Adam([codebook, bias], lr=1e-3)
batch_users = torch.from_numpy(draws.integers(0, user_count, BATCH))
positives, negatives = (torch.from_numpy(draws.integers(0, item_count, BATCH)) for _ in range(2))


def step():
    optimizer.zero_grad()
    composed = torch.tanh(Product.apply(composition, members, codebook))
    layer = torch.cat([composed, codebook])
    total = layer
    for _ in range(LAYERS):
        layer = Product.apply(graph, graph, layer)
        total = total + layer
    rows = total / (LAYERS + 1)
    u, i, j = rows[batch_users], rows[user_count + positives], rows[user_count + negatives]
    difference = (u * i).sum(1) + bias[positives] - (u * j).sum(1) - bias[negatives]
    norms = sum((composed[at] ** 2).sum() for at in (batch_users, user_count + positives, user_count + negatives))
    loss = torch.nn.functional.softplus(-difference).mean() + PENALTY / BATCH * norms
    loss.backward()
    torch.nn.utils.clip_grad_value_([codebook, bias], 3)
    optimizer.step()


with torch.no_grad():
    dense = torch.randn(entities + COARSE, DIMENSION)
    array = dense.numpy()
    single = expanded.astype(numpy.float32)
    measure("one propagation, PyTorch", lambda: graph @ dense)
    measure("one propagation, SciPy (one thread)", lambda: single @ array)
measure(f"step, batch {BATCH:,}, PyTorch", step)
with torch.no_grad():
    item_rows = torch.randn(item_count, DIMENSION)
    some_users = torch.randn(1024, DIMENSION)
    measure("1,024 users: scores of all items and the best 20, PyTorch", lambda: torch.topk(some_users @ item_rows.T, 20), 5)
