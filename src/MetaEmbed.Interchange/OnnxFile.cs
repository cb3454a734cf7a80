using Google.Protobuf;
using MetaEmbed.Experiments;
using MetaEmbed.Inference;
using MetaEmbed.Storage;
using Onnx;

namespace MetaEmbed.Interchange;

/// <summary>
/// A model file as one ONNX graph: ids in, the best items out. Operator set 13, 32-bit floats, ids of 64 bits.
/// <code>
/// history [n], k [1]  ->  items [k], scores [k]              a user from the items met, by the file's fold-in
/// user [1], history [n], k [1]  ->  items [k], scores [k]    a known user; history only says what to leave out
/// </code>
/// Items of the history are left out; one that stands twice counts once. Larger scores come first, ties go to the smaller id.
/// </summary>
public static class OnnxFile
{
    // A protobuf message is shorter than 2 GiB; its other parts are small beside the rows.
    private const long MostBytes = int.MaxValue - (1L << 20);

    /// <summary>Writes the graph.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="knownUsers">Whether a user is given by id; else by a history alone.</param>
    /// <exception cref="UserMistakeException">The model cannot do it, is too large for ONNX, or the file cannot be written.</exception>
    public static void Write(Recommender model, string path, bool knownUsers)
    {
        ArgumentNullException.ThrowIfNull(model);
        var info = model.Info;
        if (knownUsers && model.UserCount == 0)
            throw new UserMistakeException(info.Name, null, "knows no users by id", "convert it with --users history");
        if (!knownUsers && !model.CanFoldIn)
            throw new UserMistakeException(info.Name, null, "cannot fold in a user from a history", "export it again with fold-in weights");
        var rows = model.ItemCount + (knownUsers ? model.UserCount : 0L);
        if (rows * info.Dimension * sizeof(float) > MostBytes)
            throw new UserMistakeException(info.Name, null, $"holds {rows:N0} rows of {info.Dimension}, too many for an ONNX file of less than 2 GiB", "convert it with --to npy");
        AtomicFile.Write(path, stream => Build(model, knownUsers).WriteTo(stream));
    }

    internal static ModelProto Build(Recommender model, bool knownUsers)
    {
        var graph = new OnnxGraph();
        var (items, d) = (model.ItemCount, model.Info.Dimension);
        if (knownUsers)
            graph.Input("user", 1, "the user's id");
        graph.Input("history", "history", knownUsers ? "ids of items to leave out" : "ids of the items met");
        graph.Input("k", 1, "length of the list, at most the number of items that are left");
        graph.Constant("item_rows", Rows(items, d, model.CopyItemRow), items, d);
        graph.Constant("item_bias", [.. Enumerable.Range(0, items).Select(model.ItemBias)], items);
        // Unique sorts: equal histories give equal sums, in whatever order they come.
        graph.Node("Unique", "met", ["history"], OnnxGraph.Whole("sorted", 1));
        var user = knownUsers
            ? graph.Node("Gather", "user_row", [graph.Constant("user_rows", Rows(model.UserCount, d, model.CopyUserRow), model.UserCount, d), "user"])
            : FoldedUser(graph, model);
        graph.Node("Gemm", "all_scores", [user, "item_rows", "item_bias"], OnnxGraph.Whole("transB", 1));
        graph.Constant("flat", [-1L], 1);
        graph.Node("Reshape", "every_score", ["all_scores", "flat"]);
        graph.Node("Shape", "met_count", ["met"]);
        graph.Constant("never", [float.NegativeInfinity], 1);
        graph.Node("Expand", "never_met", ["never", "met_count"]);
        graph.Node("ScatterElements", "allowed_scores", ["every_score", "met", "never_met"], OnnxGraph.Whole("axis", 0));
        graph.Node("TopK", ["scores", "items"], ["allowed_scores", "k"], OnnxGraph.Whole("axis", 0), OnnxGraph.Whole("largest", 1), OnnxGraph.Whole("sorted", 1));
        graph.Output("items", TensorProto.Types.DataType.Int64, "k", "ids, the best first");
        graph.Output("scores", TensorProto.Types.DataType.Float, "k", "their scores");
        var texts = model.Info.Texts.Where(text => text.Key.StartsWith("data.", StringComparison.Ordinal));
        return graph.Model(RunManifest.CurrentVersion, knownUsers ? "the best items for a known user" : "the best items for somebody who has met the items of a history", texts);
    }

    // h_u = scale / sqrt(|J|) sum of w_j h_j, or scale / sqrt(sqrt(|J|) sum of p_j) sum of w_j h_j (docs/file-format.md).
    private static string FoldedUser(OnnxGraph graph, Recommender model)
    {
        var rule = model.FoldInRule!;
        var items = model.ItemCount;
        graph.Constant("fold_weights", rule.Weights.Span, items, 1);
        graph.Node("Gather", "met_rows", ["item_rows", "met"]);
        graph.Node("Gather", "met_weights", ["fold_weights", "met"]);
        graph.Node("Gemm", "met_sum", ["met_weights", "met_rows"], OnnxGraph.Whole("transA", 1));
        graph.Node("Shape", "met_length", ["met"]);
        graph.Node("Cast", "met_number", ["met_length"], OnnxGraph.Whole("to", (long)TensorProto.Types.DataType.Float));
        // Nobody divides by the zero of an empty history: its sum is zero and stays so.
        graph.Constant("one", [1f], 1);
        graph.Node("Max", "length", ["met_number", "one"]);
        var divisor = graph.Node("Sqrt", "root_length", ["length"]);
        if (rule.DividesByShares)
        {
            graph.Constant("fold_shares", rule.Shares.Span, items);
            graph.Node("Gather", "met_shares", ["fold_shares", "met"]);
            graph.Node("ReduceSum", "share", ["met_shares"], OnnxGraph.Whole("keepdims", 1));
            graph.Constant("tiny", [1e-30f], 1);
            graph.Node("Max", "some_share", ["share", "tiny"]);
            graph.Node("Mul", "product", ["root_length", "some_share"]);
            divisor = graph.Node("Sqrt", "root_product", ["product"]);
        }

        graph.Constant("scale", [rule.Scale], 1);
        graph.Node("Div", "factor", ["scale", divisor]);
        return graph.Node("Mul", "user_row", ["met_sum", "factor"]);
    }

    private static float[] Rows(int count, int d, Action<int, Span<float>> copy)
    {
        var rows = new float[(long)count * d];
        for (var row = 0; row < count; row++)
            copy(row, rows.AsSpan(row * d, d));
        return rows;
    }
}
