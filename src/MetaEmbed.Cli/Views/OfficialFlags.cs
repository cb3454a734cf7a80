using System.Text;
using MetaEmbed.Experiments;
using MetaEmbed.Training;

namespace MetaEmbed.Cli.Views;

/// <summary>The table of the official Python flags: what each is called here, and what is better here.</summary>
internal static class OfficialFlags
{
    /// <summary>Flags that are settings here, where there is more to say than the name.</summary>
    private static readonly Dictionary<string, string> Better = new()
    {
        ["latent_dim"] = "any number; the fine stage takes the coarse run's, where the official one takes no notice of what is given",
        ["num_layers"] = "as for `latent_dim`",
        ["l2_penalty_factor"] = "as for `latent_dim`; kept in the run's settings as given, where the official run's name always says 5",
        ["use_metis_init"] = "a word; a mistyped one is refused, where the official code takes any but metis for random",
        ["bpr_batch"] = "the default of each stage is that of the published runs",
        ["lr"] = "the default of each stage is that of the published runs",
        ["max_grad_value"] = "0 for no clipping",
        ["epochs"] = "one option for both stages, or one for each",
        ["early_stop_fixed_assignment_stage"] = "0 skips the phase, -1 never ends it; -1 crashes the official code",
        ["early_stop_assignment_update_stage"] = "the same",
        ["assignment_update_frequency"] = "any number of epochs; `only-once`, which crashes the official code, is 0",
        ["ks"] = "any cut-offs; a stored run is evaluated at the ones it was trained with",
        ["seed"] = "does not draw the validation items: `--split-seed` does, so that seeds are compared on one split",
        ["num_clusters_ft"] = "any number, also more than coarse ones",
        ["top_k_ft"] = "holds for both ways to start",
        ["gate"] = "from 0 to 1, both ends included; anything else is refused",
        ["threshold_ft"] = "from 0, which trains every entry",
        ["n_components_ft"] = "more than the dimension is taken as the dimension",
    };

    /// <summary>Flags without a setting of that name.</summary>
    private static readonly (string Flag, string Coarse, string Fine, string Better)[] Others =
    [
        ("sign_ft", "`--stage coarse`", "`--stage fine`", "`--stage both`, the default, trains one after the other in one run folder"),
        ("init_path_ft", "", "`--from`", "any run with a coarse stage; other data is refused, and the new run stands by itself"),
        ("dataset_name", "`--data`", "`--data`", "any folder; its name picks a preset"),
        ("res_prepath, additional_alias", "`--run`", "`--run`", "the run's own folder; a folder in use is never written over"),
        ("device_id", "`--threads`", "`--threads`", "processors; the same bits with any number of them"),
        ("test_batch", "none", "none", "ranking never holds more than a block of users, whatever its size"),
        ("decay", "none", "none", "the official code reads it and does not use it"),
        ("(evaluation interval, fixed in the official code)", "`--evaluate-every`", "`--fine-evaluate-every`", "a setting"),
        ("(anchor weight, fixed in the official code)", "`--anchor-weight`", "", "a setting"),
        ("(seed also draws the validation items)", "`--split-seed`", "", "apart from `--seed`"),
    ];

    public static void Write(StringBuilder text)
    {
        var coarse = Settings<CoarseTrainingOptions>.All.Where(setting => setting.OfficialFlag.Length > 0).ToList();
        var fine = Settings<FineTrainingOptions>.All.Where(setting => setting.OfficialFlag.Length > 0).ToList();
        foreach (var flag in coarse.Concat(fine).Select(setting => setting.OfficialFlag).Distinct())
        {
            var inCoarse = coarse.Find(setting => setting.OfficialFlag == flag) is { } setting ? $"`--{setting.Name}`" : "";
            var inFine = fine.Find(setting => setting.OfficialFlag == flag) is { } other ? $"`--{FineNames.Of(other.Name)}`" : "";
            Row(text, $"`{flag}`", inCoarse, inFine, Better.GetValueOrDefault(flag, ""));
        }

        foreach (var (flag, inCoarse, inFine, better) in Others)
            Row(text, flag[0] == '(' ? flag : string.Join(", ", flag.Split(", ").Select(name => $"`{name}`")), inCoarse, inFine, better);
    }

    private static void Row(StringBuilder text, params string[] cells) =>
        text.Append($"| {string.Join(" | ", cells)} |\n".Replace("|  |", "| |", StringComparison.Ordinal).Replace("|  |", "| |", StringComparison.Ordinal));
}
