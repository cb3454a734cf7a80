using System.Buffers;
using System.Text.Json;
using MetaEmbed.Serving.Events;
using MetaEmbed.Serving.Problems;

namespace MetaEmbed.Serving.Requests;

/// <summary>Reads the JSON of <c>POST /v1/events</c>.</summary>
internal static class EventsReader
{
    private const long LatestTime = 99_999_999_999_999; // the year 5138, in milliseconds
    private const int LongestType = 64;

    /// <summary>Reads it.</summary>
    /// <param name="body">The body.</param>
    /// <param name="most">Events that are taken at most.</param>
    /// <param name="now">The time of events that have none, in milliseconds since 1970.</param>
    public static List<UserEvent> Read(ReadOnlySequence<byte> body, int most, long now) => QueryReader.Guarded(body, (ref Utf8JsonReader json) =>
    {
        var events = new List<UserEvent>();
        QueryReader.RequireObject(ref json, "");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!json.ValueTextEquals("events"u8))
                throw Problem.Invalid("", "The only member is events.");
            QueryReader.RequireArray(ref json, "/events");
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                if (events.Count == most)
                    throw Problem.Invalid("/events", $"At most {most} events are taken.");
                events.Add(Event(ref json, $"/events/{events.Count}", now));
            }
        }

        if (json.Read())
            throw Problem.Invalid("", "Something follows the object.");
        return events.Count > 0 ? events : throw Problem.Invalid("/events", "Give at least one event.");
    });

    private static UserEvent Event(ref Utf8JsonReader json, string pointer, long now)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw Problem.Invalid(pointer, "Give an object.");
        string? user = null, item = null, type = null;
        var (time, rating) = (now, double.NaN);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            switch (name)
            {
                case "user":
                    user = JsonIds.Text(ref json, pointer + "/user");
                    break;
                case "item":
                    item = JsonIds.Text(ref json, pointer + "/item");
                    break;
                case "type":
                    type = json.TokenType == JsonTokenType.String ? JsonIds.Text(ref json, pointer + "/type") : throw Problem.Invalid(pointer + "/type", "Give a text.");
                    if (type.Length > LongestType)
                        throw Problem.Invalid(pointer + "/type", $"A type has at most {LongestType} characters.");
                    break;
                case "time":
                    if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out time) || time is < 0 or > LatestTime)
                        throw Problem.Invalid(pointer + "/time", $"Give milliseconds since 1970, a whole number from 0 to {LatestTime}.");
                    break;
                case "rating":
                    if (json.TokenType != JsonTokenType.Number || !json.TryGetDouble(out rating) || !double.IsFinite(rating))
                        throw Problem.Invalid(pointer + "/rating", "Give a number.");
                    break;
                default:
                    throw Problem.Invalid(pointer, "The members are user, item, time, type and rating.");
            }
        }

        if (user is null || item is null)
            throw Problem.Invalid(pointer, "An event has a user and an item.");
        return new UserEvent(user, item, time, type, rating);
    }
}
