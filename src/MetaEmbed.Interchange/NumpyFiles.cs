using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using MetaEmbed.Inference;
using MetaEmbed.Storage;

namespace MetaEmbed.Interchange;

/// <summary>
/// The vectors of a model file as NumPy arrays, format 1.0 of numpy.lib.format: <c>items.npy</c> [I, d], <c>item_bias.npy</c>
/// [I], <c>users.npy</c> [U, d] where users are known, all of 32-bit floats; names, where the file has them, a line an id in
/// <c>items.txt</c> and <c>users.txt</c>.
/// </summary>
public static class NumpyFiles
{
    /// <summary>Writes the files.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">Gets the files; made where it is missing.</param>
    /// <returns>Their paths.</returns>
    /// <exception cref="UserMistakeException">A file cannot be written, or a row of the model is damaged.</exception>
    public static IReadOnlyList<string> Write(Recommender model, string folder)
    {
        ArgumentNullException.ThrowIfNull(model);
        OutputFolder.Make(folder);
        var written = new List<string>();
        var d = model.Info.Dimension;
        Array("items.npy", [model.ItemCount, d], model.CopyItemRow);
        Array("item_bias.npy", [model.ItemCount], (item, target) => target[0] = model.ItemBias(item));
        if (model.UserCount > 0)
            Array("users.npy", [model.UserCount, d], model.CopyUserRow);
        if (model.HasItemNames)
            Names("items.txt", model.ItemCount, model.ItemName);
        if (model.HasUserNames)
            Names("users.txt", model.UserCount, model.UserName);
        return written;

        void Array(string name, int[] shape, RowSource row)
        {
            var path = Path.Combine(folder, name);
            AtomicFile.Write(path, stream => WriteArray(stream, shape, row));
            written.Add(path);
        }

        void Names(string name, int count, Func<int, string> of)
        {
            var path = Path.Combine(folder, name);
            AtomicFile.WriteText(path, string.Concat(Enumerable.Range(0, count).Select(id => of(id) + "\n")));
            written.Add(path);
        }
    }

    private delegate void RowSource(int row, Span<float> target);

    private static void WriteArray(Stream stream, int[] shape, RowSource source)
    {
        stream.Write(Header(shape));
        var row = new float[shape.Length == 1 ? 1 : shape[1]];
        for (var i = 0; i < shape[0]; i++)
        {
            source(i, row);
            stream.Write(MemoryMarshal.AsBytes(row.AsSpan()));
        }
    }

    // Magic, version 1.0, length of the text in 16 bits, the text; spaces fill it up to a multiple of 64 bytes.
    private static byte[] Header(int[] shape)
    {
        var extents = string.Join(", ", shape.Select(extent => extent.ToString(CultureInfo.InvariantCulture))) + (shape.Length == 1 ? "," : "");
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({extents}), }}";
        const int fixedBytes = 10;
        text = text.PadRight((fixedBytes + text.Length + 1 + 63) / 64 * 64 - fixedBytes - 1) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. Encoding.ASCII.GetBytes(text)];
    }
}
