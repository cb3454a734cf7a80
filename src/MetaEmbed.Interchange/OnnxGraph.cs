using Google.Protobuf;
using Onnx;

namespace MetaEmbed.Interchange;

/// <summary>Collects the nodes, constants, inputs and outputs of an ONNX model.</summary>
internal sealed class OnnxGraph
{
    private const int IrVersion = 8;
    private const int OperatorSet = 13;

    private readonly GraphProto _graph = new() { Name = "metaembed" };

    /// <summary>An input of 64-bit ids.</summary>
    public string Input(string name, string extent, string explanation) => Named(_graph.Input, name, TensorProto.Types.DataType.Int64, extent, explanation);

    /// <summary>An input of a known length.</summary>
    public string Input(string name, long extent, string explanation)
    {
        var value = Named(_graph.Input, name, TensorProto.Types.DataType.Int64, null, explanation);
        _graph.Input[^1].Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = extent });
        return value;
    }

    public void Output(string name, TensorProto.Types.DataType type, string extent, string explanation) => Named(_graph.Output, name, type, extent, explanation);

    public string Constant(string name, ReadOnlySpan<float> values, params long[] shape) =>
        Constant(name, TensorProto.Types.DataType.Float, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values), shape);

    public string Constant(string name, ReadOnlySpan<long> values, params long[] shape) =>
        Constant(name, TensorProto.Types.DataType.Int64, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values), shape);

    /// <summary>Adds a node with one output, named like it.</summary>
    public string Node(string operation, string output, string[] inputs, params AttributeProto[] attributes)
    {
        Node(operation, [output], inputs, attributes);
        return output;
    }

    public void Node(string operation, string[] outputs, string[] inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = operation, Name = outputs[0] };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        _graph.Node.Add(node);
    }

    public static AttributeProto Whole(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public ModelProto Model(string version, string explanation, IEnumerable<KeyValuePair<string, string>> texts)
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "metaembed", ProducerVersion = version, DocString = explanation, Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OperatorSet });
        foreach (var (key, value) in texts)
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    private string Constant(string name, TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes, long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape);
        _graph.Initializer.Add(tensor);
        return name;
    }

    private static string Named(ICollection<ValueInfoProto> values, string name, TensorProto.Types.DataType type, string? extent, string explanation)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto() };
        if (extent is not null)
            tensor.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = extent });
        values.Add(new ValueInfoProto { Name = name, DocString = explanation, Type = new TypeProto { TensorType = tensor } });
        return name;
    }
}
