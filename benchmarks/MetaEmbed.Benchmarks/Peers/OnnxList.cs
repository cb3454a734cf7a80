using MetaEmbed.Inference;
using MetaEmbed.Interchange;
using Microsoft.ML.OnnxRuntime;

namespace MetaEmbed.Benchmarks.Peers;

/// <summary>A list by OnnxRuntime on one thread: the graph that 'metaembed convert --to onnx' writes, inputs and outputs kept.</summary>
internal sealed class OnnxList : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly List<string> _names = ["history", "k"];
    private readonly List<OrtValue> _values;

    public OnnxList(Recommender model, string path, int[] history, bool knownUser, int k)
    {
        OnnxFile.Write(model, path, knownUser);
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        _session = new InferenceSession(path, options);
        _values =
        [
            OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(history, item => (long)item), [history.Length]),
            OrtValue.CreateTensorValueFromMemory(new[] { (long)k }, [1]),
        ];
        if (knownUser)
        {
            _names.Add("user");
            _values.Add(OrtValue.CreateTensorValueFromMemory(new long[1], [1]));
        }
    }

    /// <summary>The first item of the list, after all of it was computed.</summary>
    public int First()
    {
        using var outputs = _session.Run(_options, _names, _values, ["items", "scores"]);
        return (int)outputs[0].GetTensorDataAsSpan<long>()[0];
    }

    public void Dispose()
    {
        foreach (var value in _values)
            value.Dispose();
        _options.Dispose();
        _session.Dispose();
    }
}
