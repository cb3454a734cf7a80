using MetaEmbed.Graphs;
using MetaEmbed.Numerics;

namespace MetaEmbed.Models;

/// <summary>
/// The normalised expanded graph over N entities, c coarse and f fine meta-embeddings (f = 0 in the coarse stage),
/// E_norm = R^-1/2 [A_norm S 0; S^T 0 S2; 0 S2^T 0] R^-1/2 with A_norm = D^-1/2 A D^-1/2 and R the row sums, in the
/// form that the propagation reads: entity rows are kept scaled, y_e = sigma_e x_e with sigma_e = (d_e r_e)^-1/2, so
/// that the edges between entities need no weights:
/// <code>
/// sigma_e (E x)_e = alpha_e sum over neighbours n of y_n + sum over picks j of beta_ej x_kj,   alpha_e = 1 / (d_e r_e)
/// (E x)_k         = sum over entities e of gamma_ke y_e + sum over fine m of E_km x_m
/// </code>
/// where beta_ej = sigma_e E(e, kj) and gamma_ke = E(k, e) / sigma_e. Rows of meta-embeddings are few and stay as they
/// are. A zero row sum gives a zero row; an entity without neighbours takes d_e = 1 for its scale.
/// </summary>
internal sealed unsafe class ExpandedGraph : IDisposable
{
    private readonly double[] _neighbourSum;
    private readonly double[] _degreeRoot;

    /// <summary>Prepares what does not depend on the assignments.</summary>
    internal ExpandedGraph(Graph graph, int coarseCount, int perEntity, int fineCount = 0)
    {
        Entities = graph.NodeCount;
        CoarseCount = coarseCount;
        FineCount = fineCount;
        PerEntity = perEntity;
        RowStart = NativeBuffer<int>.From(graph.RowStart);
        // Kernels prefetch ahead of the list they read: the tail repeats node 0.
        Neighbours = new NativeBuffer<int>(graph.Neighbours.Length + 64);
        graph.Neighbours.CopyTo(Neighbours.Span);
        Sigma = new NativeBuffer<float>(Entities);
        InverseSigma = new NativeBuffer<float>(Entities);
        Alpha = new NativeBuffer<float>(Entities);
        Picks = new NativeBuffer<int>((long)Entities * perEntity);
        Weights = new NativeBuffer<float>((long)Entities * perEntity);
        Beta = new NativeBuffer<float>((long)Entities * perEntity);
        MemberStart = new NativeBuffer<int>(coarseCount + 1);
        Members = new NativeBuffer<int>((long)Entities * perEntity + 64);
        Gamma = new NativeBuffer<float>((long)Entities * perEntity);
        MemberWeights = new NativeBuffer<float>(fineCount == 0 ? 0 : (long)Entities * perEntity);
        _degreeRoot = new double[Entities];
        _neighbourSum = new double[Entities];
        for (var e = 0; e < Entities; e++)
            _degreeRoot[e] = Math.Sqrt(Math.Max(graph.Degree(e), 1));
        for (var e = 0; e < Entities; e++)
        {
            foreach (var n in graph.Of(e))
                _neighbourSum[e] += 1 / (_degreeRoot[e] * _degreeRoot[n]);
        }

        Chunks = Chunk(graph);
    }

    internal int Entities { get; }

    internal int CoarseCount { get; }

    internal int FineCount { get; }

    internal int MetaCount => CoarseCount + FineCount;

    internal int PerEntity { get; }

    /// <summary>Entities cut into consecutive runs of about equal work; the cut does not depend on the threads.</summary>
    internal int[] Chunks { get; }

    internal NativeBuffer<int> RowStart { get; }

    internal NativeBuffer<int> Neighbours { get; }

    internal NativeBuffer<float> Sigma { get; }

    /// <summary>1 / sigma, 0 where sigma is 0.</summary>
    internal NativeBuffer<float> InverseSigma { get; }

    internal NativeBuffer<float> Alpha { get; }

    /// <summary>Picks of S, entities x per-entity.</summary>
    internal NativeBuffer<int> Picks { get; }

    /// <summary>Weights of S as they are.</summary>
    internal NativeBuffer<float> Weights { get; }

    internal NativeBuffer<float> Beta { get; }

    /// <summary>S^T by rows: where the members of each coarse meta-embedding start.</summary>
    internal NativeBuffer<int> MemberStart { get; }

    /// <summary>S^T by rows: entities, ascending.</summary>
    internal NativeBuffer<int> Members { get; }

    internal NativeBuffer<float> Gamma { get; }

    /// <summary>S_ek / sigma_e beside the members: S^T on scaled rows. Only with fine meta-embeddings.</summary>
    internal NativeBuffer<float> MemberWeights { get; }

    /// <summary>S2, or null in the coarse stage.</summary>
    internal Assignment? Fine { get; private set; }

    /// <summary>E(k, m) beside the picks of S2.</summary>
    internal float[] FineNormalised { get; private set; } = [];

    /// <summary>
    /// The graph without meta-embeddings, as a full table propagates it (LightGCN, He et al. 2020): E_norm = A_norm, so
    /// sigma_e = d_e^-1/2 and alpha_e = 1 / d_e.
    /// </summary>
    internal static ExpandedGraph WithoutMetaEmbeddings(Graph graph)
    {
        var expanded = new ExpandedGraph(graph, 0, 0);
        for (var e = 0; e < expanded.Entities; e++)
        {
            var root = expanded._degreeRoot[e];
            expanded.Sigma.Pointer[e] = (float)(1 / root);
            expanded.InverseSigma.Pointer[e] = (float)root;
            expanded.Alpha.Pointer[e] = (float)(1 / (root * root));
        }

        return expanded;
    }

    /// <summary>Takes new assignments and computes every weight again.</summary>
    internal void SetAssignment(Assignment assignment, Assignment? fine = null)
    {
        if (assignment.Rows != Entities || assignment.Columns != CoarseCount || assignment.PerRow != PerEntity)
            throw new ArgumentException($"the assignment must be {Entities} x {CoarseCount} with {PerEntity} picks a row", nameof(assignment));
        if ((fine is null) != (FineCount == 0) || (fine is not null && (fine.Rows != CoarseCount || fine.Columns != FineCount)))
            throw new ArgumentException($"the fine assignment must be {CoarseCount} x {FineCount}", nameof(fine));
        assignment.Picks.CopyTo(Picks.Span);
        assignment.Weights.CopyTo(Weights.Span);

        var coarseSum = new double[CoarseCount];
        var starts = MemberStart.Span;
        starts.Clear();
        for (var i = 0; i < assignment.Picks.Length; i++)
        {
            coarseSum[assignment.Picks[i]] += assignment.Weights[i];
            starts[assignment.Picks[i] + 1]++;
        }

        for (var k = 0; k < CoarseCount; k++)
            starts[k + 1] += starts[k];
        if (fine is not null)
            SetFine(fine, coarseSum);
        var coarseScale = Array.ConvertAll(coarseSum, InverseRoot);
        var next = starts[..CoarseCount].ToArray();
        for (var e = 0; e < Entities; e++)
        {
            var r = _neighbourSum[e];
            for (var j = 0; j < PerEntity; j++)
                r += assignment.Weights[e * PerEntity + j];
            var rowScale = InverseRoot(r);
            var sigma = rowScale / _degreeRoot[e];
            var inverseSigma = sigma > 0 ? 1 / sigma : 0;
            Sigma.Pointer[e] = (float)sigma;
            InverseSigma.Pointer[e] = (float)inverseSigma;
            Alpha.Pointer[e] = (float)(sigma * sigma);
            for (var j = 0; j < PerEntity; j++)
            {
                var i = e * PerEntity + j;
                var k = assignment.Picks[i];
                var normalised = assignment.Weights[i] * rowScale * coarseScale[k];
                Beta.Pointer[i] = (float)(sigma * normalised);
                var at = next[k]++;
                Members.Pointer[at] = e;
                Gamma.Pointer[at] = (float)(normalised * inverseSigma);
                if (fine is not null)
                    MemberWeights.Pointer[at] = (float)(assignment.Weights[i] * inverseSigma);
            }
        }
    }

    public void Dispose()
    {
        RowStart.Dispose();
        Neighbours.Dispose();
        Sigma.Dispose();
        InverseSigma.Dispose();
        Alpha.Dispose();
        Picks.Dispose();
        Weights.Dispose();
        Beta.Dispose();
        MemberStart.Dispose();
        Members.Dispose();
        Gamma.Dispose();
        MemberWeights.Dispose();
    }

    private static double InverseRoot(double r) => r > 0 ? 1 / Math.Sqrt(r) : 0;

    /// <summary>Adds S2 to the row sums of the coarse rows and normalises it.</summary>
    private void SetFine(Assignment fine, double[] coarseSum)
    {
        var fineSum = new double[FineCount];
        for (var i = 0; i < fine.Picks.Length; i++)
        {
            coarseSum[i / fine.PerRow] += fine.Weights[i];
            fineSum[fine.Picks[i]] += fine.Weights[i];
        }

        Fine = fine;
        FineNormalised = new float[fine.Picks.Length];
        for (var i = 0; i < fine.Picks.Length; i++)
            FineNormalised[i] = (float)(fine.Weights[i] * InverseRoot(coarseSum[i / fine.PerRow]) * InverseRoot(fineSum[fine.Picks[i]]));
    }

    private static int[] Chunk(Graph graph)
    {
        // A row costs about as much as eight neighbours besides its own.
        const int ChunkTarget = 64;
        const int RowCost = 8;
        var total = graph.Neighbours.Length + (long)RowCost * graph.NodeCount;
        var target = Math.Max(total / ChunkTarget, 1);
        var chunks = new List<int> { 0 };
        long work = 0;
        for (var e = 0; e < graph.NodeCount; e++)
        {
            work += graph.Degree(e) + RowCost;
            if (work >= target)
            {
                chunks.Add(e + 1);
                work = 0;
            }
        }

        if (chunks[^1] != graph.NodeCount)
            chunks.Add(graph.NodeCount);
        return [.. chunks];
    }
}
