using MetaEmbed.Data;
using MetaEmbed.Experiments;

namespace MetaEmbed.Tests.Experiments;

/// <summary>
/// A handful of steps of both stages at the size of Yelp2020, whose files cannot be had: made-up data of as many users,
/// items and training interactions, and the settings of its preset but for the batch and the number of steps.
/// </summary>
public sealed class Yelp2020SizeTests
{
    private const int Steps = 3;

    [Fact]
    public void Both_stages_run_at_the_size_of_Yelp2020()
    {
        using var folder = new Data.TemporaryFolder();
        var data = folder.File("yelp2020");
        // Few test items, so that the rankings, which are as large as any, do not take the test's time.
        var shape = new PowerLawOptions { Users = 71_135, Items = 45_063, TestShare = 0.02, Seed = 2024 };
        SyntheticDataset.WriteNew(data, shape, 1_400_000);
        var preset = Presets.Find("published", data);
        Assert.Equal("published-yelp2020", preset.Name);
        var request = new TrainRequest(
            data,
            folder.File("run"),
            preset.Name,
            preset.Coarse with { StepsPerEpoch = Steps, MaxEpochs = 1, FixedPatience = 0, Cutoffs = [20] })
        {
            Stage = TrainingStages.Both,
            Fine = preset.Fine with { StepsPerEpoch = Steps, MaxEpochs = 1, FixedPatience = 0 },
        };
        var result = TrainingRun.Execute(request, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(2, result.Epochs);
        // Only a user with two held-out items keeps one for the test: from 100 items on, about one in a hundred.
        Assert.InRange(result.Test!.Users, 300, 2000);
        Assert.InRange(result.Test.Ndcg[20], 0, 1);
        var run = new RunLayout(folder.File("run"));
        var manifest = RunManifest.Load(run.Manifest);
        Assert.Equal((71_135, 45_063), (manifest.Dataset.Users, manifest.Dataset.Items));
        Assert.InRange(manifest.Dataset.Train, 1_399_000, 1_401_000);
        Assert.Equal(1, manifest.BestEpochs["fine.best-updating"]);
        var epochs = RunLog.Read(run.Log).Where(line => line.GetProperty("event").GetString() == "epoch").ToList();
        Assert.Equal(["coarse", "fine"], epochs.Select(line => line.GetProperty("stage").GetString()));
        Assert.All(epochs, line => Assert.Equal(Steps, line.GetProperty("steps").GetInt32()));
        Assert.All(epochs, line => Assert.InRange(line.GetProperty("recsys_loss").GetDouble(), 0.01, 10));
    }
}
