namespace MetaEmbed.Training;

/// <summary>The phases of a stage.</summary>
internal enum TrainingPhase
{
    /// <summary>The assignment stays as it is.</summary>
    Fixed,

    /// <summary>The assignment is updated at the first step of its epochs.</summary>
    Updating,

    /// <summary>The stage has ended.</summary>
    Done,
}

/// <summary>
/// Which phase an epoch belongs to, when to evaluate, when to stop. Validation comes before the training of epochs
/// 0, k, 2k, ...; a phase ends when its patience's number of evaluations in a row have not improved (strictly). At that
/// epoch the next phase begins at once, without a best of its own, and is first evaluated k epochs on.
/// </summary>
internal sealed class TwoPhaseSchedule
{
    private readonly int _evaluateEvery;
    private readonly int _maxEpochs;
    private readonly int _updateEvery;
    private readonly int _fixedPatience;
    private readonly int _updatePatience;
    private int _lastEvaluated = -1;

    internal TwoPhaseSchedule(StageTrainingOptions options)
        : this(
            options.EvaluateEvery,
            options.MaxEpochs,
            // Where updates go by steps, every epoch of the second phase may have some.
            options.UpdateEverySteps > 0 ? 1 : options.UpdateEvery,
            options.FixedPatience,
            options.UpdatePatience)
    {
    }

    internal TwoPhaseSchedule(int evaluateEvery, int maxEpochs, int updateEvery, int fixedPatience, int updatePatience)
    {
        _evaluateEvery = evaluateEvery;
        _maxEpochs = maxEpochs;
        _updateEvery = updateEvery;
        _fixedPatience = fixedPatience;
        _updatePatience = updatePatience;
        Phase = fixedPatience != 0 ? TrainingPhase.Fixed : updatePatience != 0 ? TrainingPhase.Updating : TrainingPhase.Done;
    }

    /// <summary>Phase of the epoch to come.</summary>
    internal TrainingPhase Phase { get; private set; }

    /// <summary>Epochs trained.</summary>
    internal int Epoch { get; private set; }

    /// <summary>Best validation of the phase; minus infinity before the first.</summary>
    internal double Best { get; private set; } = double.NegativeInfinity;

    /// <summary>Epoch of the best.</summary>
    internal int BestEpoch { get; private set; } = -1;

    /// <summary>Evaluations since the best.</summary>
    internal int Misses { get; private set; }

    /// <summary>Epoch at which the phase began.</summary>
    internal int PhaseStart { get; private set; }

    /// <summary>Whether the last evaluation ended a phase by its patience, not by the maximal epochs.</summary>
    internal bool EndedByPatience { get; private set; }

    /// <summary>Whether the model is to be evaluated before the next epoch is trained.</summary>
    internal bool EvaluationDue =>
        Phase != TrainingPhase.Done && Epoch != _lastEvaluated
        && (Epoch >= _maxEpochs || (Epoch % _evaluateEvery == 0 && !(Phase == TrainingPhase.Updating && Epoch == PhaseStart)));

    /// <summary>Whether the next epoch's first step updates the assignment.</summary>
    internal bool UpdateDue =>
        Phase == TrainingPhase.Updating && (_updateEvery == 0 ? Epoch == PhaseStart : Epoch % _updateEvery == 0);

    /// <summary>Most epochs that may still come before the stage ends, if nothing improves from now on.</summary>
    internal int LeastRemaining
    {
        get
        {
            if (Phase == TrainingPhase.Done)
                return 0;
            var fixedLeft = Phase == TrainingPhase.Fixed ? Left(_fixedPatience, Misses) : 0;
            var updateLeft = Left(_updatePatience, Phase == TrainingPhase.Updating ? Misses : 0);
            return (int)Math.Min(_maxEpochs - Epoch, (long)fixedLeft + updateLeft);

            int Left(int patience, int misses) => patience < 0 ? _maxEpochs : Math.Max(patience - misses, 0) * _evaluateEvery;
        }
    }

    /// <summary>Takes an evaluation. Returns whether it is the best of its phase.</summary>
    /// <param name="metric">Validation NDCG at the first cut-off.</param>
    internal bool Evaluated(double metric)
    {
        _lastEvaluated = Epoch;
        var improved = metric > Best;
        if (improved)
        {
            Best = metric;
            BestEpoch = Epoch;
            Misses = 0;
        }
        else
        {
            Misses++;
        }

        EndedByPatience = false;
        var patience = Phase == TrainingPhase.Fixed ? _fixedPatience : _updatePatience;
        if (Epoch >= _maxEpochs)
            Phase = TrainingPhase.Done;
        else if (patience >= 0 && Misses >= patience)
            EndPhase();
        return improved;
    }

    /// <summary>Takes a trained epoch.</summary>
    internal void Trained() => Epoch++;

    /// <summary>The state as words, for a checkpoint.</summary>
    internal IReadOnlyDictionary<string, string> Save() => new Dictionary<string, string>
    {
        ["schedule.phase"] = Phase.ToString(),
        ["schedule.epoch"] = Epoch.ToString(),
        ["schedule.best"] = BitConverter.DoubleToInt64Bits(Best).ToString("x16"),
        ["schedule.best-epoch"] = BestEpoch.ToString(),
        ["schedule.misses"] = Misses.ToString(),
        ["schedule.phase-start"] = PhaseStart.ToString(),
        ["schedule.last-evaluated"] = _lastEvaluated.ToString(),
    };

    /// <summary>Goes on from a checkpoint.</summary>
    internal void Restore(IReadOnlyDictionary<string, string> state)
    {
        Phase = Enum.Parse<TrainingPhase>(state["schedule.phase"]);
        Epoch = int.Parse(state["schedule.epoch"]);
        Best = BitConverter.Int64BitsToDouble(Convert.ToInt64(state["schedule.best"], 16));
        BestEpoch = int.Parse(state["schedule.best-epoch"]);
        Misses = int.Parse(state["schedule.misses"]);
        PhaseStart = int.Parse(state["schedule.phase-start"]);
        _lastEvaluated = int.Parse(state["schedule.last-evaluated"]);
    }

    private void EndPhase()
    {
        Phase = Phase == TrainingPhase.Fixed && _updatePatience != 0 ? TrainingPhase.Updating : TrainingPhase.Done;
        Best = double.NegativeInfinity;
        BestEpoch = -1;
        Misses = 0;
        PhaseStart = Epoch;
        EndedByPatience = true;
    }
}
