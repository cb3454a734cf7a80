namespace MetaEmbed.Data.Events;

/// <summary>Something that events can be read from, once: a file, a table of a database, standard input.</summary>
public interface IEventSource
{
    /// <summary>Whether its events are held out as test events by its name: <c>test.csv</c> beside <c>train.csv</c>.</summary>
    bool IsTest { get; }

    /// <summary>Reads all events.</summary>
    /// <param name="take">Takes a batch; the reader fills it anew afterwards.</param>
    /// <param name="rejected">Is told of each row that cannot be used.</param>
    /// <exception cref="Inference.UserMistakeException">It cannot be read on.</exception>
    void Read(Action<EventBatch> take, RejectedRows rejected);
}
