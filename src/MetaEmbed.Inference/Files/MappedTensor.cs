namespace MetaEmbed.Inference.Files;

/// <summary>The elements of a tensor where they lie in the file; valid until the file is closed.</summary>
/// <typeparam name="T">Type of an element.</typeparam>
internal readonly unsafe struct MappedTensor<T>
    where T : unmanaged
{
    private readonly T* _first;

    /// <param name="file">The open file.</param>
    /// <param name="tensor">Name of the tensor.</param>
    /// <param name="shape">The shape it must have, -1 for any extent.</param>
    /// <exception cref="UserMistakeException">It is missing, or of another type or shape.</exception>
    public MappedTensor(Safetensors file, string tensor, params ReadOnlySpan<long> shape)
    {
        var values = file.Values<T>(tensor, shape);
        // The file's memory is outside of the collector's heap and does not move. A file of another writer may start a
        // tensor anywhere; a whole element must still lie on its boundary.
        fixed (T* first = values)
            _first = first;
        if ((nuint)_first % (nuint)sizeof(T) != 0)
            throw ModelFormat.Damaged(file, $"tensor {SafetensorsHeader.Quote(tensor)} does not start at a multiple of {sizeof(T)} bytes");
        Length = values.Length;
    }

    public int Length { get; }

    /// <summary>Where the elements lie.</summary>
    public T* Pointer => _first;

    public ReadOnlySpan<T> Span => new(_first, Length);

    public ReadOnlySpan<T> Slice(long start, int length) => Span.Slice(checked((int)start), length);
}
