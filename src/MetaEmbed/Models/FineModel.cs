using MetaEmbed.Graphs;
using MetaEmbed.Inference.Kernels;
using MetaEmbed.Numerics;
using MetaEmbed.Storage;

namespace MetaEmbed.Models;

/// <summary>
/// The fine model (C2F, Wang et al. 2025): a trained coarse model, C and S frozen, whose meta-embeddings are refined by f
/// sparse fine ones through S2 (c x f). Trained are F and the item biases. Forward, equations in order:
/// <code>
/// F~ = soft threshold of F,   C~ = g S2 F~ + (1 - g) C,   X0 = [tanh(S C); C~; tanh(F~)]
/// X(l+1) = bridge(E_norm X(l)),   H = mean of X0 .. XL,   score(u, i) = &lt;h_u, h_i&gt; + b_i
/// </code>
/// The entities' rows of X0 are of the raw C. As published C is frozen, and they are composed once; where C is trained as
/// well, its gradient comes through tanh(S C) and, times 1 - g, through C~.
/// </summary>
internal sealed unsafe class FineModel : IStageModel
{
    private readonly Assignment _assignment;
    private readonly Matrix _thresholded;
    private readonly Matrix _start;
    private readonly float _threshold;
    private readonly float _gate;
    private readonly float[] _composedNorms;
    private Assignment _fineAssignment;

    /// <param name="graph">Users and items of the training set.</param>
    /// <param name="userCount">U.</param>
    /// <param name="assignment">S, N x c; frozen.</param>
    /// <param name="fineAssignment">S2, c x f.</param>
    /// <param name="coarse">C, c x d; frozen, copied.</param>
    /// <param name="fine">F at the start, f x d; copied.</param>
    /// <param name="itemBias">b at the start.</param>
    /// <param name="settings">Layers, threshold, gate, precision.</param>
    /// <param name="workers">Threads; owned by the caller.</param>
    internal FineModel(
        Graph graph,
        int userCount,
        Assignment assignment,
        Assignment fineAssignment,
        Matrix coarse,
        Matrix fine,
        ReadOnlySpan<float> itemBias,
        FineModelSettings settings,
        Workers workers)
    {
        UserCount = userCount;
        _assignment = assignment;
        _fineAssignment = fineAssignment;
        _threshold = (float)settings.Threshold;
        _gate = (float)settings.Gate;
        var expanded = new ExpandedGraph(graph, assignment.Columns, assignment.PerRow, fineAssignment.Columns);
        expanded.SetAssignment(assignment, fineAssignment);
        Propagation = Propagation.Create(expanded, coarse.Columns, settings.Layers, settings.Precision, workers, _gate);
        var padded = Propagation.PaddedDimension;
        Codebook = new Parameter((long)coarse.Rows * padded);
        _thresholded = new Matrix(fine.Rows, padded);
        _start = new Matrix(fine.Rows, padded);
        FineCodebook = new Parameter((long)fine.Rows * padded);
        ItemBias = new Parameter(graph.NodeCount - userCount);
        TrainsCoarse = settings.TrainCoarse;
        Trained = [.. settings.TrainCoarse ? [Codebook] : Array.Empty<Parameter>(), .. settings.FreezeFine ? [] : new[] { FineCodebook }, ItemBias];
        for (var k = 0; k < coarse.Rows; k++)
            coarse.Row(k).CopyTo(new Span<float>(Codebook.Value.Pointer + (long)k * padded, coarse.Columns));
        for (var m = 0; m < fine.Rows; m++)
            fine.Row(m).CopyTo(new Span<float>(FineCodebook.Value.Pointer + (long)m * padded, fine.Columns));
        itemBias.CopyTo(ItemBias.Value.Span);
        Propagation.Compose(Codebook.Value);
        _composedNorms = new float[graph.NodeCount];
        Propagation.ComposedNorms(_composedNorms);
    }

    public int UserCount { get; }

    public int ItemCount => (int)ItemBias.Length;

    public Propagation Propagation { get; }

    /// <summary>C, c rows of D = d padded.</summary>
    internal Parameter Codebook { get; }

    /// <summary>Whether C is trained too.</summary>
    private bool TrainsCoarse { get; }

    /// <summary>F, f rows of D = d padded; the padding is 0 and stays 0.</summary>
    internal Parameter FineCodebook { get; }

    /// <summary>After <see cref="Forward"/>: F~, f rows of D columns.</summary>
    internal Matrix Thresholded => _thresholded;

    public Parameter ItemBias { get; }

    public IReadOnlyList<Parameter> Trained { get; }

    public Assignment? UpdatedAssignment => _fineAssignment;

    private int CoarseCount => _assignment.Columns;

    private int FineCount => _fineAssignment.Columns;

    public void Forward()
    {
        var padded = Propagation.PaddedDimension;
        SoftThreshold.Apply(FineCodebook.Value.Span[..(FineCount * padded)], _threshold, _thresholded.AsSpan());
        var rows = Propagation.MetaLayers[0];
        for (var k = 0; k < CoarseCount; k++)
        {
            var bridged = rows.Row(k);
            for (var column = 0; column < padded; column++)
                bridged[column] = (1 - _gate) * Codebook.Value.Pointer[(long)k * padded + column];
            for (var i = k * _fineAssignment.PerRow; i < (k + 1) * _fineAssignment.PerRow; i++)
                AddScaled(_gate * _fineAssignment.Weights[i], _thresholded.Row(_fineAssignment.Picks[i]), bridged);
        }

        Elementary.Tanh(_thresholded.AsSpan(), _start.AsSpan());
        for (var m = 0; m < FineCount; m++)
            _start.Row(m).CopyTo(rows.Row(CoarseCount + m));
        if (TrainsCoarse)
            Propagation.Compose(Codebook.Value);
        Propagation.Forward();
    }

    /// <summary>
    /// The gradient of F: g S2^T of that of C~, plus that of tanh(F~) times 1 - tanh^2, where the threshold lets it pass.
    /// </summary>
    public double Backward(BatchRows batch, Matrix gradient, float penalty)
    {
        Propagation.Backward(batch, gradient, penalty, toComposed: TrainsCoarse);
        var padded = Propagation.PaddedDimension;
        var source = Propagation.MetaGradient;
        var target = FineCodebook.Gradient.Span[..(FineCount * padded)];
        for (var m = 0; m < FineCount; m++)
        {
            var row = target.Slice(m * padded, padded);
            var direct = source.Row(CoarseCount + m);
            var start = _start.Row(m);
            for (var column = 0; column < padded; column++)
                row[column] = direct[column] * (1 - start[column] * start[column]);
        }

        for (var i = 0; i < _fineAssignment.Picks.Length; i++)
            AddScaled(_gate * _fineAssignment.Weights[i], source.Row(i / _fineAssignment.PerRow), target.Slice(_fineAssignment.Picks[i] * padded, padded));
        if (TrainsCoarse)
        {
            var composed = Propagation.ComposedGradient.AsSpan();
            var bridged = source.AsSpan()[..composed.Length];
            for (var i = 0; i < composed.Length; i++)
                Codebook.Gradient.Span[i] = MathF.FusedMultiplyAdd(1 - _gate, bridged[i], composed[i]);
        }

        SoftThreshold.Adjoint(FineCodebook.Value.Span[..target.Length], _threshold, target);
        if (TrainsCoarse)
            return Propagation.SquaredNorm;
        var norm = 0.0;
        for (var slot = 0; slot < batch.Count; slot++)
            norm += (double)(batch.Starts[slot + 1] - batch.Starts[slot]) * _composedNorms[batch.RowPointer[slot]];
        return norm;
    }

    public void UpdateAssignment(Matrix entityRows, Matrix metaRows, Workers workers) =>
        SetFineAssignment(FineAssignmentUpdate.Attention(entityRows, metaRows, CoarseCount, _fineAssignment.PerRow, workers));

    public IReadOnlyList<TensorEntry> Tensors(bool optimizer)
    {
        var tensors = new List<TensorEntry>();
        var padded = Propagation.PaddedDimension;
        if (TrainsCoarse)
            CoarseTensors.AddMatrix(tensors, "codebook", Codebook, CoarseCount, Propagation.Dimension, padded, optimizer);
        CoarseTensors.AddMatrix(tensors, "fine_codebook", FineCodebook, FineCount, Propagation.Dimension, padded, optimizer);
        CoarseTensors.AddMatrix(tensors, "item_bias", ItemBias, 1, ItemCount, ItemCount, optimizer);
        CoarseTensors.AddAssignment(tensors, "fine_assignment", _fineAssignment);
        return tensors;
    }

    public void Restore(TrainingCheckpoint checkpoint, bool optimizer)
    {
        var padded = Propagation.PaddedDimension;
        if (TrainsCoarse)
            CoarseTensors.ReadMatrix(checkpoint, "codebook", Codebook, CoarseCount, Propagation.Dimension, padded, optimizer);
        CoarseTensors.ReadMatrix(checkpoint, "fine_codebook", FineCodebook, FineCount, Propagation.Dimension, padded, optimizer);
        CoarseTensors.ReadMatrix(checkpoint, "item_bias", ItemBias, 1, ItemCount, ItemCount, optimizer);
        SetFineAssignment(CoarseTensors.ReadAssignment(checkpoint, "fine_assignment", CoarseCount, FineCount, _fineAssignment.PerRow));
    }

    public void Dispose()
    {
        Propagation.Graph.Dispose();
        Propagation.Dispose();
        Codebook.Dispose();
        _thresholded.Dispose();
        _start.Dispose();
        FineCodebook.Dispose();
        ItemBias.Dispose();
    }

    private void SetFineAssignment(Assignment assignment)
    {
        Propagation.Graph.SetAssignment(_assignment, assignment);
        _fineAssignment = assignment;
    }

    private static void AddScaled(float weight, ReadOnlySpan<float> source, Span<float> target)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = MathF.FusedMultiplyAdd(weight, source[i], target[i]);
    }
}

/// <summary>Settings of a <see cref="FineModel"/>.</summary>
/// <param name="Layers">L.</param>
/// <param name="Threshold">Of the soft threshold.</param>
/// <param name="Gate">g.</param>
/// <param name="FreezeFine">Whether F stays as it starts.</param>
/// <param name="TrainCoarse">Whether C is trained too.</param>
/// <param name="Precision">How rows are kept between propagations.</param>
internal sealed record FineModelSettings(int Layers, double Threshold, double Gate, bool FreezeFine, bool TrainCoarse, RowPrecision Precision);
