using MetaEmbed.Models;

namespace MetaEmbed.Training;

/// <summary>While it is held, a model's trained parameters have the values of their averages, where they have any.</summary>
internal readonly struct AveragedWeights : IDisposable
{
    private readonly IStageModel _model;

    internal AveragedWeights(IStageModel model)
    {
        _model = model;
        Exchange();
    }

    public void Dispose() => Exchange();

    private void Exchange()
    {
        foreach (var parameter in _model.Trained)
            parameter.ExchangeAverage();
    }
}
