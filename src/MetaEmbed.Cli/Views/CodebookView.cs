using System.Globalization;
using System.Text.Json;
using MetaEmbed.Data;
using MetaEmbed.Explanations;

namespace MetaEmbed.Cli.Views;

/// <summary>A codebook as tables, or as JSON.</summary>
internal static class CodebookView
{
    private const int Typical = 3;

    /// <param name="screen">Where to.</param>
    /// <param name="codebook">What.</param>
    /// <param name="names">Names of items.</param>
    /// <param name="most">Lines of each table; 0 for all. JSON has all.</param>
    public static void Show(Screen screen, Codebook codebook, EntityNames names, int most)
    {
        if (screen.Json)
        {
            Write(codebook, names);
            return;
        }

        var text = screen.Text;
        text.WriteLine($"{codebook.Coarse.Count:N0} coarse meta-embeddings, {codebook.PerEntity} a user or item: {codebook.InUse:N0} in use, {codebook.Coarse.Count - codebook.InUse:N0} dead; as many as {codebook.Effective:N0} used alike");
        if (codebook.Fine.Count > 0)
            text.WriteLine($"{codebook.Fine.Count:N0} fine meta-embeddings: {codebook.Fine.Count(fine => !fine.IsDead):N0} in use; the gate gives them {codebook.Gate!.Value.ToString("0%", CultureInfo.InvariantCulture)} of a coarse one");
        text.WriteLine();
        var coarse = codebook.Coarse.OrderByDescending(meta => meta.Share).ThenBy(meta => meta.Number).ToList();
        var listed = coarse.Take(most == 0 ? coarse.Count : most).ToList();
        string[] head = ["coarse", "users", "items", "use", "length", "stands for", "typical items", .. codebook.Fine.Count > 0 ? ["refined by"] : Array.Empty<string>()];
        TextTable.Write(text, [head, .. listed.Select(meta => (string[])
        [
            $"#{meta.Number}", $"{meta.Users:N0}", $"{meta.Items:N0}", Percent(meta.Share), Number(meta.Norm), Cut(meta.Name, 40), Cut(string.Join(", ", meta.Typical.Take(Typical).Select(item => Named(names, item))), 60),
            .. codebook.Fine.Count > 0 ? [string.Join(" ", meta.Fine.Select(pick => $"#{pick.Fine}"))] : Array.Empty<string>(),
        ])], 5, 6, 7);
        More(text, coarse.Count - listed.Count);
        if (codebook.Fine.Count == 0)
            return;
        text.WriteLine();
        var fine = codebook.Fine.OrderByDescending(meta => meta.Reach).ThenBy(meta => meta.Number).ToList();
        var shown = fine.Take(most == 0 ? fine.Count : most).ToList();
        TextTable.Write(text, [["fine", "refines", "reach", "alive", "length", "most of all"], .. shown.Select(meta => new[]
        {
            $"#{meta.Number}", $"{meta.Refines.Count:N0}", Number(meta.Reach), Percent(meta.Alive), Number(meta.Norm), Cut(meta.Name, 70),
        })], 5);
        More(text, fine.Count - shown.Count);
    }

    private static void More(TextWriter text, int more)
    {
        if (more > 0)
            text.WriteLine($"and {more:N0} more; -n 0 lists all");
    }

    private static void Write(Codebook codebook, EntityNames names) => JsonLine.Write(json =>
    {
        json.WriteNumber("per_entity", codebook.PerEntity);
        json.WriteNumber("in_use", codebook.InUse);
        json.WriteNumber("effective", codebook.Effective);
        if (codebook.Gate is { } gate)
            json.WriteNumber("gate", gate);
        JsonLine.Objects(json, "coarse", codebook.Coarse, meta =>
        {
            Head(json, meta.Number, meta.Name, meta.IsDead);
            json.WriteNumber("users", meta.Users);
            json.WriteNumber("items", meta.Items);
            json.WriteNumber("share", meta.Share);
            json.WriteNumber("length", meta.Norm);
            json.WriteStartArray("typical");
            foreach (var item in meta.Typical)
                json.WriteStringValue(Named(names, item));
            json.WriteEndArray();
            JsonLine.Objects(json, "terms", meta.Terms, term =>
            {
                json.WriteString("term", term.Term);
                json.WriteString("field", term.Field);
                json.WriteNumber("within", term.Within);
                json.WriteNumber("overall", term.Overall);
            });
            Picks(json, "fine", meta.Fine);
        });
        JsonLine.Objects(json, "fine", codebook.Fine, meta =>
        {
            Head(json, meta.Number, meta.Name, meta.IsDead);
            json.WriteNumber("alive", meta.Alive);
            json.WriteNumber("length", meta.Norm);
            json.WriteNumber("reach", meta.Reach);
            Picks(json, "refines", meta.Refines);
        });
    });

    private static void Head(Utf8JsonWriter json, int number, string name, bool dead)
    {
        json.WriteNumber("number", number);
        json.WriteString("name", name);
        json.WriteBoolean("dead", dead);
    }

    private static void Picks(Utf8JsonWriter json, string name, IReadOnlyList<(int Number, double Weight)> picks) => JsonLine.Objects(json, name, picks, pick =>
    {
        json.WriteNumber("number", pick.Number);
        json.WriteNumber("weight", pick.Weight);
    });

    private static string Named(EntityNames names, int item) => names.TitleOf(item) ?? names.OfItem(item);

    private static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
