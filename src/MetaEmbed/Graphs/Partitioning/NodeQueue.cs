namespace MetaEmbed.Graphs.Partitioning;

/// <summary>
/// A queue of nodes, the largest gain first and the smaller node among equals, whose gains may change: a binary heap
/// that knows where each node stands.
/// </summary>
internal sealed class NodeQueue
{
    private readonly int[] _nodes;
    private readonly int[] _position;
    private readonly int[] _gain;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="capacity">Nodes are numbered below this.</param>
    public NodeQueue(int capacity)
    {
        _nodes = new int[capacity];
        _gain = new int[capacity];
        _position = new int[capacity];
        Array.Fill(_position, -1);
    }

    /// <summary>Number of nodes waiting.</summary>
    public int Count { get; private set; }

    /// <summary>The node of the largest gain; there must be one.</summary>
    public int First => _nodes[0];

    /// <summary>The largest gain; there must be a node.</summary>
    public int FirstGain => _gain[_nodes[0]];

    /// <summary>Whether a node waits here.</summary>
    /// <param name="node">The node.</param>
    public bool Contains(int node) => _position[node] >= 0;

    /// <summary>Empties the queue.</summary>
    public void Clear()
    {
        for (var i = 0; i < Count; i++)
            _position[_nodes[i]] = -1;
        Count = 0;
    }

    /// <summary>Adds a node, or changes the gain of one that waits.</summary>
    /// <param name="node">The node.</param>
    /// <param name="gain">Its gain.</param>
    public void Set(int node, int gain)
    {
        var at = _position[node];
        _gain[node] = gain;
        if (at < 0)
        {
            at = Count++;
            Place(node, at);
        }

        if (!Rise(at))
            Sink(at);
    }

    /// <summary>Adds to the gain of a node that waits; nothing happens if it does not.</summary>
    /// <param name="node">The node.</param>
    /// <param name="change">What to add.</param>
    public void Change(int node, int change)
    {
        if (_position[node] >= 0)
            Set(node, _gain[node] + change);
    }

    /// <summary>Takes a node out; it must wait here.</summary>
    /// <param name="node">The node.</param>
    public void Remove(int node)
    {
        var at = _position[node];
        _position[node] = -1;
        var last = _nodes[--Count];
        if (last == node)
            return;
        Place(last, at);
        if (!Rise(at))
            Sink(at);
    }

    private bool Before(int a, int b) => _gain[a] > _gain[b] || (_gain[a] == _gain[b] && a < b);

    private void Place(int node, int at)
    {
        _nodes[at] = node;
        _position[node] = at;
    }

    private bool Rise(int at)
    {
        var node = _nodes[at];
        var start = at;
        while (at > 0 && Before(node, _nodes[(at - 1) / 2]))
        {
            Place(_nodes[(at - 1) / 2], at);
            at = (at - 1) / 2;
        }

        Place(node, at);
        return at != start;
    }

    private void Sink(int at)
    {
        var node = _nodes[at];
        for (var child = 2 * at + 1; child < Count; child = 2 * at + 1)
        {
            if (child + 1 < Count && Before(_nodes[child + 1], _nodes[child]))
                child++;
            if (!Before(_nodes[child], node))
                break;
            Place(_nodes[child], at);
            at = child;
        }

        Place(node, at);
    }
}
