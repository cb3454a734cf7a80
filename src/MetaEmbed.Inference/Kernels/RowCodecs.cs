using System.Runtime.CompilerServices;

namespace MetaEmbed.Inference.Kernels;

/// <summary>How 64 columns of a row lie in memory.</summary>
internal unsafe interface IRowCodec
{
    /// <summary>Bytes of 64 columns.</summary>
    static abstract int Bytes { get; }

    /// <summary>Reads columns 0-15, 16-31, 32-47 and 48-63.</summary>
    static abstract void Load<T>(byte* source, out T a, out T b, out T c, out T d)
        where T : struct, ISixteenLanes<T>;

    /// <summary>Adds the same to sums, a part at a time: all of a row at once would not leave registers for the sums.</summary>
    static abstract void AddTo<T>(byte* source, ref T a, ref T b, ref T c, ref T d)
        where T : struct, ISixteenLanes<T>;

    /// <summary>Writes the same, rounded if the codec is narrower.</summary>
    static abstract void Store<T>(byte* target, T a, T b, T c, T d)
        where T : struct, ISixteenLanes<T>;
}

/// <summary>32-bit floats, in order.</summary>
internal readonly unsafe struct Float32Codec : IRowCodec
{
    public static int Bytes => 256;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<T>(byte* source, out T a, out T b, out T c, out T d)
        where T : struct, ISixteenLanes<T>
    {
        a = T.Load((float*)source);
        b = T.Load((float*)source + 16);
        c = T.Load((float*)source + 32);
        d = T.Load((float*)source + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo<T>(byte* source, ref T a, ref T b, ref T c, ref T d)
        where T : struct, ISixteenLanes<T>
    {
        a += T.Load((float*)source);
        b += T.Load((float*)source + 16);
        c += T.Load((float*)source + 32);
        d += T.Load((float*)source + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(byte* target, T a, T b, T c, T d)
        where T : struct, ISixteenLanes<T>
    {
        T.Store((float*)target, a);
        T.Store((float*)target + 16, b);
        T.Store((float*)target + 32, c);
        T.Store((float*)target + 48, d);
    }
}

/// <summary>
/// bfloat16: word j of sixteen holds column j in its lower half and column 16 + j in its upper half, so that a shift
/// and a mask widen 32 columns from one read.
/// </summary>
internal readonly unsafe struct BFloat16Codec : IRowCodec
{
    public static int Bytes => 128;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<T>(byte* source, out T a, out T b, out T c, out T d)
        where T : struct, ISixteenLanes<T>
    {
        a = T.LoadLow((uint*)source);
        b = T.LoadHigh((uint*)source);
        c = T.LoadLow((uint*)source + 16);
        d = T.LoadHigh((uint*)source + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo<T>(byte* source, ref T a, ref T b, ref T c, ref T d)
        where T : struct, ISixteenLanes<T>
    {
        a += T.LoadLow((uint*)source);
        b += T.LoadHigh((uint*)source);
        c += T.LoadLow((uint*)source + 16);
        d += T.LoadHigh((uint*)source + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(byte* target, T a, T b, T c, T d)
        where T : struct, ISixteenLanes<T>
    {
        T.StoreHalves((uint*)target, a, b);
        T.StoreHalves((uint*)target + 16, c, d);
    }
}
