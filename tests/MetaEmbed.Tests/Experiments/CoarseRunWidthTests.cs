using System.Text;
using MetaEmbed.Tests.Storage;

namespace MetaEmbed.Tests.Experiments;

public sealed class CoarseRunWidthTests
{
    [Fact]
    public void A_training_leaves_the_same_bytes_at_every_vector_width() => WidthRunner.AssertSameBits<Probe>();

    /// <summary>A training with both phases; all of its files that may be compared.</summary>
    private sealed class Probe : IWidthProbe
    {
        public void Run(WidthHash results)
        {
            using var folder = new TemporaryFolder();
            CoarseRuns.Train(folder.Root, "run", CoarseRuns.BothPhases with { FixedPatience = 2 });
            foreach (var (name, bytes) in CoarseRuns.Outcome(folder.Root, "run").OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                results.Append(Encoding.UTF8.GetBytes(name));
                results.Append(bytes);
            }
        }
    }
}
