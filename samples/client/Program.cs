using MetaEmbed.Client;

// A shop that asks 'metaembed serve' through the client that is generated from its OpenAPI document.
if (args.Length is 0 or > 2)
{
    Console.Error.WriteLine("usage: client URL [KEY]");
    return 2;
}

using var http = new HttpClient { BaseAddress = new Uri(args[0]) };
if (args.Length == 2)
    http.DefaultRequestHeaders.Authorization = new("Bearer", args[1]);
var service = new MetaEmbedClient(http);
try
{
    var model = await service.GetModelAsync();
    Console.WriteLine($"{model.Items} items, {model.Users} users");

    // A visitor who has looked at the two most popular items.
    var popular = (await service.SearchItemsAsync(k: 2)).Items.Select(item => item.Id).ToList();
    var list = await service.RecommendAsync(new RecommendRequest { History = popular, K = 3, Explain = true });
    Console.WriteLine($"by {list.Basis}:");
    foreach (var item in list.Items)
        Console.WriteLine($"  {item.Title ?? item.Id}, because of {string.Join(", ", item.Because!.Select(reason => reason.Title ?? reason.Id))}");

    // Lists for two visitors in one request.
    var batch = await service.RecommendBatchAsync(new BatchRequest { Requests = [new ListRequest { User = "nobody" }, new ListRequest { History = popular, K = 5 }] });
    Console.WriteLine($"batch: {string.Join(", ", batch.Results.Select(result => $"{result.Items.Count} by {result.Basis}"))}");

    var similar = await service.SimilarItemsAsync(popular[0], k: 1);
    Console.WriteLine($"similar to {similar.Item.Title ?? similar.Item.Id}: {similar.Items[0].Title ?? similar.Items[0].Id}");

    // What a visitor did counts in the next list.
    await service.AppendEventsAsync(new EventsRequest { Events = [new Event { User = "ann", Item = popular[0], Type = "buy" }] });
    var next = await service.RecommendAsync(new RecommendRequest { User = "ann" });
    Console.WriteLine($"ann: by {next.Basis} from {next.Events} event");

    // A mistake comes back as problem details, and says where it is.
    await service.RecommendAsync(new RecommendRequest { K = 0 });
    return 1;
}
catch (MetaEmbedException<Problem> failure)
{
    Console.WriteLine($"{failure.StatusCode} {failure.Result.Type} at {failure.Result.Pointer}: {failure.Result.Detail}");
    return failure.StatusCode == 400 ? 0 : 1;
}
