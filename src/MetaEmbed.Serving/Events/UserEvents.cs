using System.Collections.Concurrent;
using MetaEmbed.Serving.Items;

namespace MetaEmbed.Serving.Events;

/// <summary>
/// The latest items of each user, from the event log, in memory. Items are kept by their public id, which outlives a model; of an
/// item that comes again the later place counts.
/// </summary>
internal sealed class UserEvents(int longest, int mostUsers)
{
    // A share of the users goes at once, so that the search for the oldest is rare.
    private const int ForgottenShare = 16;
    private readonly ConcurrentDictionary<string, Recent> _users = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _items = new(StringComparer.Ordinal);
    private readonly Lock _forgetting = new();
    private long _clock;

    /// <summary>Users with events.</summary>
    public long Users => _users.Count;

    /// <summary>Takes an event that is on disk.</summary>
    public void Add(string user, string item)
    {
        var shared = _items.GetOrAdd(item, item); // one text for all users of an item
        var recent = _users.GetOrAdd(user, _ => new Recent());
        lock (recent.Items)
        {
            recent.Items.Remove(shared);
            recent.Items.Add(shared);
            if (recent.Items.Count > longest)
                recent.Items.RemoveAt(0);
            recent.Last = Interlocked.Increment(ref _clock);
        }

        if (_users.Count > mostUsers)
            Forget();
    }

    /// <summary>Adds the items of a user, the latest last, to a history in a model's numbers.</summary>
    /// <returns>How many there were that the model knows.</returns>
    public int AddTo(string user, NameTable items, List<int> history)
    {
        if (!_users.TryGetValue(user, out var recent))
            return 0;
        var count = 0;
        lock (recent.Items)
        {
            foreach (var name in recent.Items)
            {
                var item = items.Find(name);
                if (item < 0)
                    continue;
                history.Add(item);
                count++;
            }
        }

        return count;
    }

    private void Forget()
    {
        lock (_forgetting)
        {
            if (_users.Count <= mostUsers)
                return;
            var oldest = _users.OrderBy(pair => pair.Value.Last).Take(_users.Count - mostUsers + (mostUsers / ForgottenShare)).Select(pair => pair.Key).ToList();
            foreach (var user in oldest)
                _users.TryRemove(user, out _);
        }
    }

    private sealed class Recent
    {
        public List<string> Items { get; } = [];

        public long Last { get; set; }
    }
}
