namespace MetaEmbed.Inference.Files;

/// <summary>The element types of tensors in a safetensors file, named as there. All are little-endian.</summary>
public enum TensorType
{
    /// <summary>64-bit IEEE 754.</summary>
    F64,

    /// <summary>32-bit IEEE 754.</summary>
    F32,

    /// <summary>16-bit IEEE 754.</summary>
    F16,

    /// <summary>The upper 16 bits of an F32.</summary>
    BF16,

    /// <summary>64-bit signed.</summary>
    I64,

    /// <summary>32-bit signed.</summary>
    I32,

    /// <summary>16-bit signed.</summary>
    I16,

    /// <summary>8-bit signed.</summary>
    I8,

    /// <summary>64-bit unsigned.</summary>
    U64,

    /// <summary>32-bit unsigned.</summary>
    U32,

    /// <summary>16-bit unsigned.</summary>
    U16,

    /// <summary>8-bit unsigned.</summary>
    U8,
}

/// <summary>Sizes and .NET types of tensor elements.</summary>
public static class TensorTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this TensorType type) => type switch
    {
        TensorType.F64 or TensorType.I64 or TensorType.U64 => 8,
        TensorType.F32 or TensorType.I32 or TensorType.U32 => 4,
        TensorType.F16 or TensorType.BF16 or TensorType.I16 or TensorType.U16 => 2,
        _ => 1,
    };

    /// <summary>Whether elements of this type may be read as <typeparamref name="T"/>; BF16 is read as <see cref="ushort"/>.</summary>
    public static bool Holds<T>(this TensorType type)
        where T : unmanaged
    {
        return type switch
        {
            TensorType.F64 => typeof(T) == typeof(double),
            TensorType.F32 => typeof(T) == typeof(float),
            TensorType.F16 => typeof(T) == typeof(Half),
            TensorType.BF16 or TensorType.U16 => typeof(T) == typeof(ushort),
            TensorType.I64 => typeof(T) == typeof(long),
            TensorType.I32 => typeof(T) == typeof(int),
            TensorType.I16 => typeof(T) == typeof(short),
            TensorType.I8 => typeof(T) == typeof(sbyte),
            TensorType.U64 => typeof(T) == typeof(ulong),
            TensorType.U32 => typeof(T) == typeof(uint),
            _ => typeof(T) == typeof(byte),
        };
    }

    internal const string Allowed = "F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16 and U8";

    /// <summary>The type of that exact name; no reflection, so that trimming keeps it whole.</summary>
    internal static bool TryParse(string name, out TensorType type)
    {
        for (var candidate = TensorType.F64; candidate <= TensorType.U8; candidate++)
        {
            if (candidate.Name() == name)
            {
                type = candidate;
                return true;
            }
        }

        type = default;
        return false;
    }

    internal static string Name(this TensorType type) => type switch
    {
        TensorType.F64 => "F64",
        TensorType.F32 => "F32",
        TensorType.F16 => "F16",
        TensorType.BF16 => "BF16",
        TensorType.I64 => "I64",
        TensorType.I32 => "I32",
        TensorType.I16 => "I16",
        TensorType.I8 => "I8",
        TensorType.U64 => "U64",
        TensorType.U32 => "U32",
        TensorType.U16 => "U16",
        _ => "U8",
    };
}
