using System.Runtime.CompilerServices;

namespace MetaEmbed.Inference.Kernels;

/// <summary>
/// The k best of a stream of (item, score): the largest scores, among equal scores the smaller item. A score that is
/// not a number is refused; minus zero equals zero. The order of the stream does not matter.
/// </summary>
/// <remarks>
/// A pair is one 64-bit key, the score's bits mapped so that they ascend as the score does above the complement of the
/// item, so that one comparison holds both rules. Keys that may still belong to the best go into a buffer of about
/// 2 k; when it is full, a selection in linear time keeps k of them and raises the limit. Of n random scores, about
/// k log2(n / k) reach the buffer.
/// </remarks>
internal sealed class TopK
{
    private ulong[] _keys;
    private int _room;
    private int _count;
    private ulong _least;

    /// <summary>Makes an empty list.</summary>
    /// <param name="k">Length of the list, positive.</param>
    public TopK(int k)
    {
        _keys = [];
        Restart(k);
    }

    /// <summary>
    /// A score at most this cannot enter any more if its item is larger than all before: minus infinity at first, the
    /// k-th best score after a selection.
    /// </summary>
    public float Limit { get; private set; }

    /// <summary>k.</summary>
    public int Length { get; private set; }

    /// <summary>Forgets everything and takes another length; memory grows where it must, and is kept.</summary>
    /// <param name="k">Length of the list, positive.</param>
    public void Restart(int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        var room = checked(k + Math.Max(k, 16));
        if (_keys.Length < room)
            _keys = new ulong[room];
        Length = k;
        _room = room;
        Clear();
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _count = 0;
        _least = 0;
        Limit = float.NegativeInfinity;
    }

    /// <summary>Offers an item; an item may be offered once.</summary>
    /// <param name="item">The item, not negative.</param>
    /// <param name="score">Its score.</param>
    /// <exception cref="ArgumentException">The score is not a number.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int item, float score)
    {
        if (float.IsNaN(score))
            ThrowNaN(item);
        var key = Key(item, score);
        if (key <= _least)
            return;
        _keys[_count++] = key;
        if (_count == _room)
            Select();
    }

    /// <summary>How many of the offered items have at least a score; where there are more than k, at least k.</summary>
    public int CountFrom(float score)
    {
        var count = 0;
        foreach (var key in _keys.AsSpan(0, _count))
            count += ScoreOf(key) >= score ? 1 : 0;
        return count;
    }

    /// <summary>Writes the list, best first, and returns its length; the list is empty afterwards.</summary>
    /// <param name="items">Gets the items; at least k long.</param>
    /// <param name="scores">Gets their scores, or empty.</param>
    public int Finish(Span<int> items, Span<float> scores)
    {
        if (_count > Length)
            Select();
        var keys = _keys.AsSpan(0, _count);
        keys.Sort();
        for (var i = 0; i < keys.Length; i++)
        {
            var key = keys[keys.Length - 1 - i];
            items[i] = (int)~(uint)key;
            if (!scores.IsEmpty)
                scores[i] = ScoreOf(key);
        }

        Clear();
        return keys.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Key(int item, float score)
    {
        // Adding zero turns minus zero into zero.
        var bits = BitConverter.SingleToInt32Bits(score + 0f);
        return (ulong)(uint)(bits ^ ((bits >> 31) | int.MinValue)) << 32 | ~(uint)item;
    }

    private static float ScoreOf(ulong key)
    {
        var bits = (int)(key >> 32);
        return BitConverter.Int32BitsToSingle(bits ^ (~(bits >> 31) | int.MinValue));
    }

    private static void ThrowNaN(int item) =>
        throw new ArgumentException($"the score of item {item} is not a number", nameof(item));

    /// <summary>Keeps the k largest keys in front and raises the limit (quickselect, middle of three as pivot).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Select()
    {
        var keys = _keys.AsSpan(0, _count);
        int low = 0, high = _count - 1, target = Length - 1;
        while (low < high)
        {
            ulong a = keys[low], b = keys[(low + high) >>> 1], c = keys[high];
            var pivot = Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));

            // Keys above the pivot move to the front, without a branch on the comparison.
            var store = low;
            var pivotAt = low;
            for (var i = low; i <= high; i++)
            {
                var key = keys[i];
                keys[i] = keys[store];
                keys[store] = key;
                store += key > pivot ? 1 : 0;
            }

            // The pivot is the only key equal to itself: it lies somewhere behind the larger ones.
            for (pivotAt = store; keys[pivotAt] != pivot;)
                pivotAt++;
            keys[pivotAt] = keys[store];
            keys[store] = pivot;
            if (store == target)
                break;
            if (store < target)
                low = store + 1;
            else
                high = store - 1;
        }

        _count = Length;
        _least = keys[target];
        Limit = ScoreOf(_least);
    }
}
