using System.Security.Cryptography;
using System.Text;
using MetaEmbed.Inference;
using Microsoft.AspNetCore.Http;

namespace MetaEmbed.Serving.Guards;

/// <summary>What a key allows.</summary>
internal enum ApiRole
{
    /// <summary>Asked for by everybody: liveness, readiness, the description of the API.</summary>
    None,

    /// <summary>Lists, items, the card, events, metrics.</summary>
    Read,

    /// <summary>Reloading, and all that <see cref="Read"/> allows.</summary>
    Admin,
}

/// <summary>
/// The keys that are known, by their SHA-256 only. A line of the file is <c>read NAME HASH</c> or <c>admin NAME HASH</c>, the hash
/// in hexadecimal; the name tells clients apart in limits and never is a secret.
/// </summary>
internal sealed class ApiKeys
{
    private readonly List<(ApiRole Role, string Name, byte[] Hash)> _keys = [];

    /// <summary>Keys from the file and from the environment variable <c>METAEMBED_API_KEYS</c>, lines separated by semicolons.</summary>
    /// <exception cref="UserMistakeException">A line is none.</exception>
    public ApiKeys(ServingOptions options)
    {
        if (options.Keys.Length > 0)
        {
            try
            {
                Add(options.Keys, File.ReadAllLines(options.Keys));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new UserMistakeException(options.Keys, null, $"cannot be read ({error.Message})", "check the file of keys", error);
            }

            if (_keys.Count == 0)
                throw new UserMistakeException(options.Keys, null, "holds no key", "give a line 'read NAME SHA256' for each");
        }

        Add("METAEMBED_API_KEYS", (Environment.GetEnvironmentVariable("METAEMBED_API_KEYS") ?? "").Split(';'));
    }

    /// <summary>Whether any key is known; without, whoever reaches the service may read.</summary>
    public bool IsEmpty => _keys.Count == 0;

    /// <summary>The role and name of the key that a request carries; <see cref="ApiRole.None"/> where it carries none that is known.</summary>
    public (ApiRole Role, string Name) Of(HttpRequest request)
    {
        var key = Sent(request);
        if (key.Length is 0 or > 512)
            return (ApiRole.None, "");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        // Every known key is compared, each in a time that does not depend on its bytes.
        var found = -1;
        for (var i = 0; i < _keys.Count; i++)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, _keys[i].Hash))
                found = i;
        }

        return found < 0 ? (ApiRole.None, "") : (_keys[found].Role, _keys[found].Name);
    }

    private static string Sent(HttpRequest request)
    {
        const string bearer = "Bearer ";
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) ? authorization[bearer.Length..].Trim() : request.Headers["X-Api-Key"].ToString();
    }

    private void Add(string file, string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var role = words[0] switch { "read" => ApiRole.Read, "admin" => ApiRole.Admin, _ => ApiRole.None };
            if (words.Length != 3 || role == ApiRole.None || words[2].Length != 2 * SHA256.HashSizeInBytes || !words[2].All(char.IsAsciiHexDigit))
                throw new UserMistakeException(file, i + 1, "is no key", "give 'read NAME SHA256' or 'admin NAME SHA256', the hash in 64 hexadecimal digits");
            _keys.Add((role, words[1], Convert.FromHexString(words[2])));
        }
    }
}
