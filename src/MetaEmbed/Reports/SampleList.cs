using MetaEmbed.Data;
using MetaEmbed.Evaluation;
using MetaEmbed.Explanations;

namespace MetaEmbed.Reports;

/// <summary>The list of one user, with names.</summary>
/// <param name="User">The user's name.</param>
/// <param name="Met">Some of the items met in training, the most popular first.</param>
/// <param name="MetInAll">How many were met.</param>
/// <param name="Items">The list, best first, and whether each is held out.</param>
/// <param name="HeldOut">Held-out items of the user.</param>
public sealed record SampleList(string User, IReadOnlyList<string> Met, int MetInAll, IReadOnlyList<(string Name, bool Hit)> Items, int HeldOut)
{
    private const int Users = 8;
    private const int Shown = 8;

    /// <summary>Lists of some users from the less to the more active, neither the best nor the worst answered on purpose.</summary>
    internal static IReadOnlyList<SampleList> Of(OpenedModel model, RankedLists lists, Interactions relevant)
    {
        var train = model.Dataset.Train;
        var degrees = train.CountByItem();
        var places = Enumerable.Range(0, lists.Users.Length).ToArray();
        var activity = Array.ConvertAll(lists.Users.ToArray(), user => train.Of(user).Length);
        var ordered = places.Where(place => activity[place] > 0).OrderBy(place => activity[place]).ThenBy(place => place).ToArray();
        var chosen = Enumerable.Range(0, Math.Min(Users, ordered.Length)).Select(i => ordered[(int)((i + 0.5) * ordered.Length / Math.Min(Users, ordered.Length))]);
        return
        [
            .. chosen.Select(place =>
            {
                var user = lists.Users[place];
                var met = train.Of(user).ToArray().OrderByDescending(item => degrees[item]).ThenBy(item => item).ToArray();
                return new SampleList(
                    model.Names.OfUser(user),
                    [.. met.Take(Shown).Select(model.ItemName)],
                    met.Length,
                    [.. lists.Items(place).ToArray().Take(Shown).Select(item => (model.ItemName(item), relevant.Contains(user, item)))],
                    relevant.Of(user).Length);
            }),
        ];
    }
}
