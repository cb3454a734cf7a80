using MetaEmbed.Numerics;
using MetaEmbed.Tests.Conformance;
using MetaEmbed.Training;

namespace MetaEmbed.Tests.Training;

public sealed class TripleSamplerTests
{
    private const long Seed = 7;

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void An_epoch_has_a_draw_for_each_interaction_of_a_train_item_and_distinct_items_outside_the_train_set(int negatives)
    {
        var train = Rows.Pairs(200, 150, 0.1, 1);
        Assert.Contains(Enumerable.Range(0, 200), user => train.Of(user).IsEmpty);
        var epoch = new TripleSampler(train, Seed, negatives).Draw(3, null);
        Assert.Equal(train.Count, epoch.Users.Length);
        var triples = 0;
        for (var draw = 0; draw < train.Count; draw++)
        {
            var drawn = epoch.Negatives.AsSpan(draw * negatives, negatives).ToArray();
            if (train.Of(epoch.Users[draw]).IsEmpty)
            {
                Assert.All(drawn, item => Assert.Equal(-1, item));
                continue;
            }

            triples += negatives;
            Assert.True(train.Contains(epoch.Users[draw], epoch.Positives[draw]));
            Assert.All(drawn, item => Assert.False(item < 0 || item >= 150 || train.Contains(epoch.Users[draw], item)));
            Assert.Equal(negatives, drawn.Distinct().Count());
        }

        Assert.Equal(triples, epoch.Count);
        Assert.InRange(triples, 1, train.Count * negatives - 1);
    }

    [Fact]
    public void The_order_holds_every_triple_once_and_batches_hold_them_in_that_order()
    {
        var train = Rows.Pairs(100, 120, 0.3, 2);
        var epoch = new TripleSampler(train, Seed, 6).Draw(0, null);
        var all = Enumerable.Range(0, train.Count * 6).Where(triple => epoch.Negatives[triple] >= 0).ToArray();
        Assert.NotEqual(all, epoch.Order);
        Assert.Equal(all, epoch.Order.Order());

        using var batch = new TripleBatch(700);
        for (var from = 0; from < epoch.Count; from += 700)
        {
            epoch.Fill(from, batch, 100);
            Assert.Equal(Math.Min(700, epoch.Count - from), batch.Count);
            for (var i = 0; i < batch.Count; i++)
            {
                var triple = epoch.Order[from + i];
                Assert.Equal(
                    (epoch.Users[triple / 6], 100 + epoch.Positives[triple / 6], 100 + epoch.Negatives[triple]),
                    (batch.Users[i], batch.Positives[i], batch.Negatives[i]));
            }
        }
    }

    [Fact]
    public void Users_are_drawn_uniformly_and_positives_and_negatives_uniformly_for_each()
    {
        // One user in four has no items; the others have one to six of twenty.
        int[][] itemsOf = [.. Enumerable.Range(0, 40).Select(user => user % 4 == 3 ? [] : Enumerable.Range(user % 13, 1 + user % 6).ToArray())];
        var train = RandomProblem.ToInteractions(itemsOf, 20);
        var sampler = new TripleSampler(train, Seed, 2);
        var users = new double[40];
        var positives = new double[40, 20];
        var negatives = new double[40, 20];
        for (var number = 0; number < 600; number++)
        {
            var epoch = sampler.Draw(number, null);
            for (var draw = 0; draw < epoch.Users.Length; draw++)
            {
                var user = epoch.Users[draw];
                users[user]++;
                if (itemsOf[user].Length == 0)
                    continue;
                positives[user, epoch.Positives[draw]]++;
                negatives[user, epoch.Negatives[2 * draw]]++;
                negatives[user, epoch.Negatives[2 * draw + 1]]++;
            }
        }

        ChiSquare.Uniform(users, "users");
        for (var user = 0; user < 40; user++)
        {
            if (itemsOf[user].Length == 0)
                continue;
            ChiSquare.Uniform([.. itemsOf[user].Select(item => positives[user, item])], $"positives of user {user}");
            ChiSquare.Uniform([.. Enumerable.Range(0, 20).Except(itemsOf[user]).Select(item => negatives[user, item])], $"negatives of user {user}", without: 2);
        }
    }

    [Theory]
    [InlineData(12, 3, 5)]
    [InlineData(12, 7, 5)]
    [InlineData(12, 9, 2)]
    [InlineData(90, 3, 5)]
    public void Sets_of_negatives_are_uniform_whichever_way_they_are_drawn(int items, int taken, int negatives)
    {
        // Few items go the way of ranks among the free ones, many the way of rejection.
        var random = new Random(items + taken);
        var own = Enumerable.Range(0, items).OrderBy(_ => random.Next()).Take(taken).Order().ToArray();
        var train = RandomProblem.ToInteractions([.. Enumerable.Repeat(own, 300)], items);
        var sampler = new TripleSampler(train, Seed, negatives);
        var free = Enumerable.Range(0, items).Except(own).ToArray();
        var singles = new double[items];
        var pairs = new double[items, items];
        for (var number = 0; number < 30; number++)
        {
            var epoch = sampler.Draw(number, null);
            for (var draw = 0; draw < epoch.Users.Length; draw++)
            {
                var drawn = epoch.Negatives.AsSpan(draw * negatives, negatives).ToArray();
                foreach (var a in drawn)
                {
                    singles[a]++;
                    foreach (var b in drawn.Where(b => b > a))
                        pairs[a, b]++;
                }
            }
        }

        ChiSquare.Uniform([.. free.Select(item => singles[item])], "items", without: negatives);
        ChiSquare.Uniform([.. free.SelectMany(a => free.Where(b => b > a).Select(b => pairs[a, b]))], "pairs", without: negatives * (negatives - 1) / 2);
    }

    [Fact]
    public void Users_with_fewer_free_items_than_asked_for_get_all_of_them_and_those_without_any_are_skipped()
    {
        int[][] itemsOf = [[0, 1, 2, 3, 4, 5], [0, 1, 3, 4, 5], [1, 4], [0, 1, 2, 3, 4, 5]];
        var epoch = new TripleSampler(RandomProblem.ToInteractions(itemsOf, 6), Seed, 5).Draw(0, null);
        Assert.Equal([0, 1, 2, 3], epoch.Users.Distinct().Order());
        for (var draw = 0; draw < epoch.Users.Length; draw++)
        {
            var drawn = epoch.Negatives.AsSpan(5 * draw, 5).ToArray();
            Assert.Equal(Enumerable.Range(0, 6).Except(itemsOf[epoch.Users[draw]]), drawn.Where(item => item >= 0).Order());
        }

        Assert.Equal(epoch.Negatives.Count(item => item >= 0), epoch.Count);
        Assert.All(epoch.Order, triple => Assert.True(epoch.Negatives[triple] >= 0));
    }

    [Fact]
    public void An_epoch_of_nothing_comes_to_an_end()
    {
        Assert.Equal(0, new TripleSampler(RandomProblem.ToInteractions([[0, 1], [0, 1]], 2), Seed, 3).Draw(0, null).Count);
        Assert.Equal(0, new TripleSampler(RandomProblem.ToInteractions([[], []], 4), Seed, 3).Draw(0, null).Count);
    }

    [Fact]
    public void Threads_change_nothing_and_epoch_and_seed_everything()
    {
        // Three tasks of draws and several buckets.
        var train = Rows.Pairs(800, 500, 0.15, 3);
        Assert.True(train.Count > 2 * 16384);
        var sampler = new TripleSampler(train, Seed, 3);
        var expected = Bits(sampler.Draw(4, null));
        for (var threads = 1; threads <= 3; threads++)
        {
            using var workers = new Workers(threads);
            Assert.Equal(expected, Bits(sampler.Draw(4, workers)));
        }

        Assert.NotEqual(expected, Bits(sampler.Draw(5, null)));
        Assert.NotEqual(expected, Bits(new TripleSampler(train, Seed + 1, 3).Draw(4, null)));
        Assert.Equal(expected, Bits(new TripleSampler(train, Seed, 3).Draw(4, null)));
    }

    [Fact]
    public void The_order_looks_uniform()
    {
        // Where a triple lands does not depend on where it was drawn: 8 x 8 cells of (drawn, trained), over several buckets.
        var train = Rows.Pairs(400, 400, 0.12, 4);
        var sampler = new TripleSampler(train, Seed, 4);
        var cells = new double[64];
        for (var number = 0; number < 4; number++)
        {
            var order = sampler.Draw(number, null).Order;
            Assert.True(order.Count > 3 * 8192);
            var rank = order.Order().Select((triple, index) => (triple, index)).ToDictionary(pair => pair.triple, pair => pair.index);
            for (var i = 0; i < order.Count; i++)
                cells[(int)(8L * rank[order[i]] / order.Count * 8 + 8L * i / order.Count)]++;

            // Neither do neighbours stay together, as the negatives of one draw would.
            var together = Enumerable.Range(1, order.Count - 1).Count(i => order[i] / 4 == order[i - 1] / 4);
            Assert.InRange(together, 0, 20);
        }

        ChiSquare.Uniform(cells, "cells");
    }

    private static int[] Bits(EpochTriples epoch) => [.. epoch.Users, .. epoch.Positives, .. epoch.Negatives, .. epoch.Order];
}
