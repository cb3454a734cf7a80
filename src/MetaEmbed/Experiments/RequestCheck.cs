using MetaEmbed.Inference;
using MetaEmbed.Models;
using MetaEmbed.Training;

namespace MetaEmbed.Experiments;

/// <summary>Refuses settings that contradict each other, before anything is read or written.</summary>
internal static class RequestCheck
{
    /// <exception cref="UserMistakeException">They do.</exception>
    internal static void Check(TrainRequest request, CoarseTrainingOptions coarse)
    {
        if (!TrainingStages.All.Contains(request.Stage))
            throw new UserMistakeException($"there is no stage '{request.Stage}'", Spelling.Advice(request.Stage, [.. TrainingStages.All]));
        if (request.From is not null && request.Stage != TrainingStages.Fine && coarse.UserRows != UserRowKind.Folded)
            throw new UserMistakeException($"--from goes with --stage fine or with user-rows folded, not with --stage {request.Stage}", "leave one of them out");
        if (coarse.Model != ModelKind.MetaEmbeddings && request.Stage != TrainingStages.Coarse)
            throw new UserMistakeException("a table has no fine stage", "give --stage coarse, or --model meta-embeddings");
        if (coarse.UserRows == UserRowKind.Folded && coarse.Model != ModelKind.Table)
            throw new UserMistakeException("user-rows folded goes with model table only", "give --model table, or --user-rows own");
        if (coarse.UserRows == UserRowKind.Folded && coarse.Loss != RankingLossKind.SampledSoftmax)
            throw new UserMistakeException("user-rows folded is trained by sampled-softmax only", "give --loss sampled-softmax");
        if (coarse.UserRows == UserRowKind.Folded && (coarse.WeightAveraging > 0 || coarse.BiasL2Factor > 0))
            throw new UserMistakeException("user-rows folded knows no weight-averaging and no bias-l2-factor", "leave them out");
        if (coarse.CoarseCount > 0 && coarse.CoarsePerEntity > coarse.CoarseCount)
        {
            throw new UserMistakeException(
                $"coarse-per-entity {coarse.CoarsePerEntity} is more than coarse-count {coarse.CoarseCount}", "an entity cannot pick the same meta-embedding twice");
        }

        if (coarse.CoarseMean > 0 && (coarse.CoarseMean < 1 || coarse.CoarseMean > coarse.CoarsePerEntity))
        {
            throw new UserMistakeException(
                $"coarse-mean {coarse.CoarseMean} is not from 1 to coarse-per-entity {coarse.CoarsePerEntity}", "give a mean between them, or 0 for coarse-per-entity each");
        }

        if (coarse.CoarseMean > 0 && coarse.AssignmentUpdate != AssignmentUpdateRule.MatchingPursuit)
            throw new UserMistakeException("coarse-mean goes with assignment-update matching-pursuit only", "give --assignment-update matching-pursuit, or leave it out");
        if (coarse.AssignmentWeightRate > 0 && coarse.AssignmentRestStep == 0)
            throw new UserMistakeException("assignment-weight-rate trains the weights once the assignment rests, and it never does", "give --assignment-rest-step");
        if (coarse.AssignmentRestStep > 0 && coarse.Model != ModelKind.MetaEmbeddings)
            throw new UserMistakeException("a table has no assignment that could rest", "leave assignment-rest-step and assignment-weight-rate out");
        if (request.Stage != TrainingStages.Coarse && request.Fine.FinePerCoarse > request.Fine.FineCount)
        {
            throw new UserMistakeException(
                $"fine-per-coarse {request.Fine.FinePerCoarse} is more than fine-count {request.Fine.FineCount}", "a coarse meta-embedding cannot pick the same fine one twice");
        }

        if (request.Stage != TrainingStages.Fine)
            CheckBlocks("", coarse);
        if (request.Stage != TrainingStages.Coarse)
            CheckBlocks("fine-", request.Fine);
        if (coarse.FixedPatience == 0 && coarse.UpdatePatience == 0)
            throw new UserMistakeException("fixed-patience and update-patience are both 0", "leave one phase to train in");
        if (coarse.Cutoffs.Length == 0 || coarse.Cutoffs.Any(cutoff => cutoff < 1) || coarse.Cutoffs.Distinct().Count() != coarse.Cutoffs.Length)
            throw new UserMistakeException($"cutoffs {string.Join(',', coarse.Cutoffs)} are not distinct whole numbers from 1", "give some, such as 5,10,20,50");
    }

    /// <summary>Negatives of a step are numbered by 32 bits.</summary>
    private static void CheckBlocks(string prefix, StageTrainingOptions options)
    {
        var blocks = (options.BatchSize + options.BlockSize - 1) / options.BlockSize;
        var places = 2L * options.BatchSize + (long)blocks * options.SharedNegatives;
        if (options.Loss == RankingLossKind.SampledSoftmax && places > int.MaxValue)
        {
            throw new UserMistakeException(
                $"{prefix}batch-size {options.BatchSize}, {prefix}block-size {options.BlockSize} and {prefix}shared-negatives {options.SharedNegatives} make {places} places a step",
                $"more than {int.MaxValue} cannot be numbered: take larger blocks or fewer negatives");
        }
    }
}
