namespace MetaEmbed.Tests.Conformance;

public sealed class RandomProblemTests
{
    [Theory]
    [MemberData(nameof(ProblemShape.Names), MemberType = typeof(ProblemShape))]
    public void A_random_problem_keeps_its_promises(string name)
    {
        var (problem, again) = (RandomProblem.Create(1, name), RandomProblem.Create(1, name));
        var shape = problem.Shape;
        Assert.Equal(problem.Codebook, again.Codebook);
        Assert.Equal(problem.BatchNegatives, again.BatchNegatives);
        Assert.NotEqual(problem.Codebook, RandomProblem.Create(2, name).Codebook);
        Assert.Equal(problem.ItemsOf.Sum(items => items.Length), problem.ToInteractions().Count);
        Assert.Equal(shape.UsersWithoutItems, problem.ItemsOf.Count(items => items.Length == 0));
        Assert.Equal(problem.Entities * shape.CoarsePerEntity, problem.Assignment.Length);
        Assert.True(problem.Assignment.Max() < shape.Coarse - shape.EmptyCoarse);
        Assert.True(problem.FineAssignment.Max() < shape.Fine - shape.EmptyFine);
        Assert.Equal(shape.CoarsePerEntity, problem.AssignmentMatrix().Row(0).ToArray().Count(weight => weight > 0));
        for (var b = 0; b < shape.BatchSize; b++)
        {
            Assert.Contains(problem.BatchPositives[b], problem.ItemsOf[problem.BatchUsers[b]]);
            Assert.DoesNotContain(problem.BatchNegatives[b], problem.ItemsOf[problem.BatchUsers[b]]);
        }

        for (var user = 0; user < problem.Users; user++)
            Assert.Empty(problem.RelevantOf[user].Intersect(problem.ItemsOf[user]));
    }
}
