using System.Buffers;
using System.Text.Json;
using MetaEmbed.Serving.Endpoints;
using MetaEmbed.Serving.Problems;
using MetaEmbed.Serving.Watching;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace MetaEmbed.Serving.Assistants;

/// <summary>The tools of <c>tools.json</c>: each answers what its endpoint of the API answers, and fails with the same problems.</summary>
internal sealed partial class AssistantTools(
    RecommendEndpoints recommend, ItemEndpoints items, StateEndpoints state, ServingOptions options, ServingMetrics metrics, ILogger<AssistantTools> log)
{
    /// <summary>Calls a tool.</summary>
    /// <param name="call">Its name and arguments.</param>
    /// <returns>The answer as JSON, or what is wrong with the call in words: the assistant reads it and mends the call.</returns>
    /// <exception cref="McpProtocolException">There is no such tool.</exception>
    public async ValueTask<CallToolResult> CallAsync(CallToolRequestParams call)
    {
        var arguments = Arguments(call);
        Func<Utf8JsonWriter, Task> answer = call.Name switch
        {
            "recommend" => json => recommend.WriteAsync(arguments, json),
            "similar_items" => json => SimilarAsync(arguments, json),
            "search_items" => json => FoundAsync(arguments, json),
            "describe_model" => json => DescribeAsync(arguments, json),
            _ => throw new McpProtocolException("There is no such tool; tools/list tells which there are.", McpErrorCode.InvalidParams),
        };
        try
        {
            var written = await WriteAsync(answer);
            metrics.Tool(call.Name, "");
            return written;
        }
        catch (Exception failure)
        {
            var problem = failure as Problem ?? Bug(failure, call.Name);
            metrics.Tool(call.Name, problem.Kind);
            return new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = Words(problem) }] };
        }
    }

    private Task SimilarAsync(ReadOnlySequence<byte> arguments, Utf8JsonWriter json)
    {
        var asked = ItemQuestion.Read(arguments, "item", options.MaxK);
        return items.WriteSimilarAsync(asked.Model, asked.Text ?? throw Problem.Invalid("/item", "Give the id of an item."), asked.K, json);
    }

    private Task FoundAsync(ReadOnlySequence<byte> arguments, Utf8JsonWriter json)
    {
        var asked = ItemQuestion.Read(arguments, "text", options.MaxK);
        return items.WriteFoundAsync(asked.Model, asked.Text ?? "", asked.K, json);
    }

    private Task DescribeAsync(ReadOnlySequence<byte> arguments, Utf8JsonWriter json)
    {
        state.WriteModel(ItemQuestion.Read(arguments, null, options.MaxK).Model, json);
        return Task.CompletedTask;
    }

    private static async Task<CallToolResult> WriteAsync(Func<Utf8JsonWriter, Task> answer)
    {
        var written = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(written))
        {
            json.WriteStartObject();
            await answer(json);
            json.WriteEndObject();
        }

        using var parsed = JsonDocument.Parse(written.WrittenMemory);
        return new CallToolResult
        {
            Content = [new TextContentBlock { Text = System.Text.Encoding.UTF8.GetString(written.WrittenSpan) }],
            StructuredContent = parsed.RootElement.Clone(),
        };
    }

    private static ReadOnlySequence<byte> Arguments(CallToolRequestParams call)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            foreach (var (name, value) in call.Arguments ?? new Dictionary<string, JsonElement>())
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return new ReadOnlySequence<byte>(body.WrittenMemory);
    }

    private static string Words(Problem problem) =>
        $"{problem.Kind}: {problem.Title}. {problem.Message}" + (problem.Pointer is { Length: > 0 } pointer ? $" (at {pointer})" : "");

    private Problem Bug(Exception failure, string tool)
    {
        Failed(log, failure, tool);
        return new Problem(500, "bug", "Something went wrong", "This is a bug of the service; its log tells more.");
    }

    [LoggerMessage(40, LogLevel.Error, "tool {Tool} failed")]
    private static partial void Failed(ILogger log, Exception failure, string tool);
}
