using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using MetaEmbed.Inference;
using MetaEmbed.Serving.Guards;
using MetaEmbed.Serving.Models;
using MetaEmbed.Serving.Requests;
using Microsoft.AspNetCore.Http;

namespace MetaEmbed.Serving.Endpoints;

/// <summary><c>POST /v1/recommend</c> and <c>/v1/recommend/batch</c>.</summary>
internal sealed class RecommendEndpoints(ModelHost models, ListRanking ranking, Admission admission, ServingOptions options)
{
    private readonly ConcurrentBag<ListQuery> _queries = [];

    public async Task One(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, options);
        var query = Take();
        ServedModel? model = null;
        try
        {
            model = Read(context, body, model => QueryReader.Read(body, query, model, options));
            await AnswerAsync(context, model, query);
        }
        finally
        {
            model?.Leave();
            Give(query);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>Writes the members of one list for somebody who does not ask by HTTP.</summary>
    /// <param name="body">What <see cref="One"/> takes as its body.</param>
    /// <param name="json">Stands in an object.</param>
    public async Task WriteAsync(ReadOnlySequence<byte> body, Utf8JsonWriter json)
    {
        var query = Take();
        ServedModel? model = null;
        try
        {
            model = Read(body, model => QueryReader.Read(body, query, model, options));
            var basis = ranking.Prepare(model, query);
            var best = new Recommendation[Math.Min(query.K, model.Recommender.ItemCount)];
            var work = new ListWork(ranking, model, query, basis, best);
            await admission.DoAsync(work);
            AnswerWriter.Model(json, model);
            AnswerWriter.List(json, model, query, basis, best.AsSpan(0, work.Count));
        }
        finally
        {
            model?.Leave();
            Give(query);
        }
    }

    public async Task Batch(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, options);
        var queries = new List<ListQuery>();
        ServedModel? model = null;
        try
        {
            model = Read(context, body, model => QueryReader.ReadBatch(body, queries, Take, model, options));
            using (await admission.EnterAsync())
                AnswerMany(context, model, queries);
        }
        finally
        {
            model?.Leave();
            queries.ForEach(Give);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    // Reads the body, and lets go of it.
    private ServedModel Read(HttpContext context, ReadOnlySequence<byte> body, Action<ServedModel> read)
    {
        try
        {
            return Read(body, read);
        }
        finally
        {
            context.Request.BodyReader.AdvanceTo(body.End);
        }
    }

    // Takes the model that the body names, and reads the rest with it.
    private ServedModel Read(ReadOnlySequence<byte> body, Action<ServedModel> read)
    {
        ServedModel? model = null;
        try
        {
            model = models.Take(QueryReader.ModelOf(body));
            read(model);
            return model;
        }
        catch
        {
            model?.Leave();
            throw;
        }
    }

    private async ValueTask AnswerAsync(HttpContext context, ServedModel model, ListQuery query)
    {
        var basis = ranking.Prepare(model, query);
        var best = ArrayPool<Recommendation>.Shared.Rent(Math.Min(query.K, model.Recommender.ItemCount));
        var work = new ListWork(ranking, model, query, basis, best);
        await admission.DoAsync(work);
        Write(context, model, query, basis, best.AsSpan(0, work.Count));
        ArrayPool<Recommendation>.Shared.Return(best);
    }

    private static void Write(HttpContext context, ServedModel model, ListQuery query, string basis, ReadOnlySpan<Recommendation> best)
    {
        using var answer = JsonAnswer.Begin(context);
        AnswerWriter.Model(answer.Json, model);
        AnswerWriter.List(answer.Json, model, query, basis, best);
        answer.End();
    }

    private void AnswerMany(HttpContext context, ServedModel model, List<ListQuery> queries)
    {
        var bases = queries.ConvertAll(query => ranking.Prepare(model, query));
        var lists = ranking.RankMany(model, queries, bases, context.RequestAborted);
        using var answer = JsonAnswer.Begin(context);
        AnswerWriter.Model(answer.Json, model);
        answer.Json.WriteStartArray("results"u8);
        for (var i = 0; i < lists.Length; i++)
        {
            answer.Json.WriteStartObject();
            AnswerWriter.List(answer.Json, model, queries[i], bases[i], lists[i]);
            answer.Json.WriteEndObject();
        }

        answer.Json.WriteEndArray();
        answer.End();
    }

    private ListQuery Take() => _queries.TryTake(out var query) ? query : new ListQuery();

    private void Give(ListQuery query)
    {
        query.Clear();
        if (_queries.Count < 256)
            _queries.Add(query);
    }
}
