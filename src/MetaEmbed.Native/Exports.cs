using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MetaEmbed.Inference;

namespace MetaEmbed.Native;

/// <summary>The functions of metaembed.h, which says what each does.</summary>
internal static unsafe class Exports
{
    [UnmanagedCallersOnly(EntryPoint = "metaembed_open")]
    private static long Open(byte* path)
    {
        if (path is null)
        {
            Failure.Of(Failure.Argument, "path is null");
            return 0;
        }

        try
        {
            return Models.Add(Recommender.Open(Marshal.PtrToStringUTF8((nint)path)!));
        }
        catch (Exception error)
        {
            Failure.Of(error);
            return 0;
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "metaembed_close")]
    private static void Close(long model) => Models.Close(model);

    [UnmanagedCallersOnly(EntryPoint = "metaembed_item_count")]
    private static int ItemCount(long model) => With(model, new None(), static (found, _) => found.ItemCount);

    [UnmanagedCallersOnly(EntryPoint = "metaembed_user_count")]
    private static int UserCount(long model) => With(model, new None(), static (found, _) => found.UserCount);

    [UnmanagedCallersOnly(EntryPoint = "metaembed_recommend")]
    private static int Recommend(long model, int* history, int historyLength, int* exclude, int excludeLength, Recommendation* best, int k) =>
        With(model, new Question(history, historyLength, exclude, excludeLength, best, k), static (found, ask) =>
            found.RecommendFromHistory(ask.History, ask.Best, new ItemFilter { Exclude = ask.Exclude }));

    [UnmanagedCallersOnly(EntryPoint = "metaembed_recommend_user")]
    private static int RecommendUser(long model, int user, int* exclude, int excludeLength, Recommendation* best, int k) =>
        With(model, new Question(null, 0, exclude, excludeLength, best, k) { Id = user }, static (found, ask) =>
            found.Recommend(ask.Id, ask.Best, new ItemFilter { Exclude = ask.Exclude }));

    [UnmanagedCallersOnly(EntryPoint = "metaembed_similar")]
    private static int Similar(long model, int item, Recommendation* best, int k) =>
        With(model, new Question(null, 0, null, 0, best, k) { Id = item }, static (found, ask) => found.SimilarItems(ask.Id, ask.Best));

    [UnmanagedCallersOnly(EntryPoint = "metaembed_item_name")]
    private static int ItemName(long model, int item, byte* buffer, int size) =>
        With(model, new Room(item, buffer, size), static (found, room) => Failure.Copy(found.ItemName(room.Item), room.Buffer, room.Size));

    [UnmanagedCallersOnly(EntryPoint = "metaembed_find_item")]
    private static int FindItem(long model, byte* name) => With(model, new Room(0, name, 1), static (found, room) =>
    {
        var text = Marshal.PtrToStringUTF8((nint)room.Buffer)!;
        var item = found.FindItem(text);
        return item >= 0 ? item : Failure.Of(Failure.Mistake, $"there is no item of the name '{text}'");
    });

    [UnmanagedCallersOnly(EntryPoint = "metaembed_last_error")]
    private static int LastError(byte* buffer, int size) =>
        size > 0 && buffer is null ? Failure.Argument : Failure.CopyLast(buffer, size);

    private static int With<T>(long number, T question, Func<Recommender, T, int> answer)
        where T : IQuestion, allows ref struct
    {
        if (!question.IsValid)
            return Failure.Of(Failure.Argument, "a pointer is null or a length negative");
        if (!Models.TryFind(number, out var model))
            return Failure.Of(Failure.Argument, $"no model {number} is open");
        try
        {
            return answer(model, question);
        }
        catch (Exception error)
        {
            return Failure.Of(error);
        }
    }

    private interface IQuestion
    {
        bool IsValid { get; }
    }

    private readonly struct None : IQuestion
    {
        public bool IsValid => true;
    }

    private readonly struct Room(int item, byte* buffer, int size) : IQuestion
    {
        public int Item => item;

        public byte* Buffer => buffer;

        public int Size => size;

        public bool IsValid => size <= 0 || buffer is not null;
    }

    private readonly struct Question(int* history, int historyLength, int* exclude, int excludeLength, Recommendation* best, int k) : IQuestion
    {
        public int Id { get; init; }

        public ReadOnlySpan<int> History => new(history, historyLength);

        public ReadOnlySpan<int> Exclude => new(exclude, excludeLength);

        // A Recommendation is an int and a float, in that order: metaembed_recommendation.
        public Span<Recommendation> Best => new(best, k);

        public bool IsValid => Fits(history, historyLength) && Fits(exclude, excludeLength) && Fits(best, k) && Unsafe.SizeOf<Recommendation>() == 8;

        private static bool Fits(void* first, int length) => length == 0 || (length > 0 && first is not null);
    }
}
