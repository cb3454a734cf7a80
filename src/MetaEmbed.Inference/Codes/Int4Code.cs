using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Inference.Codes;

/// <summary>
/// Rows as 4-bit whole numbers with a scale a row: <c>PREFIX.codes</c> U8 [rows, ceil(d / 2)], of a byte the lower half first,
/// each half 8 more than the number; <c>PREFIX.scales</c> F16 [rows].
/// </summary>
internal sealed class Int4Code(Safetensors file, string prefix, int rows, int dimension) : RowCode(rows, dimension)
{
    public const string Name = "int4";

    private readonly MappedTensor<byte> _codes = new(file, prefix + ".codes", rows, (dimension + 1) / 2);
    private readonly MappedTensor<Half> _scales = new(file, prefix + ".scales", rows);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Decode(int row, Span<float> target)
    {
        var width = (Dimension + 1) / 2;
        var codes = _codes.Slice((long)row * width, width);
        var scale = HalfFloats.Widen(BitConverter.HalfToUInt16Bits(_scales.Span[row]));
        target = target[..Dimension];
        var k = 0;
        for (; k + 16 <= target.Length; k += 16)
        {
            // Eight bytes in 16 bits each; the upper halves move into the byte above.
            var pairs = Vector128.WidenLower(Vector128.CreateScalarUnsafe(BinaryPrimitives.ReadUInt64LittleEndian(codes[(k >> 1)..])).AsByte());
            var sixteen = ((pairs | pairs << 4) & Vector128.Create((ushort)0x0F0F)).AsSByte() - Vector128.Create((sbyte)8);
            Int8Code.Scale(sixteen, scale, target[k..]);
        }

        for (; k < target.Length; k++)
            target[k] = (((codes[k >> 1] >> (4 * (k & 1))) & 15) - 8) * scale;
    }
}
