using MetaEmbed.Data;
using MetaEmbed.Inference;
using Microsoft.Extensions.Logging;

namespace MetaEmbed.Import;

/// <summary>Import as a method of <see cref="Dataset"/>.</summary>
public static class DatasetExtensions
{
    extension(Dataset)
    {
        /// <summary>Imports a file of events, all settings as they are, and opens the dataset.</summary>
        /// <param name="file">A file in any format of docs/import.md, or a pattern such as <c>log-*.csv.gz</c>.</param>
        /// <param name="folder">Folder of the dataset, which must not exist yet.</param>
        /// <param name="progress">Told where the import stands, a few times a second, on the calling thread.</param>
        /// <param name="logger">Gets the counts, and the first rows that could not be used.</param>
        /// <param name="cancellation">Stops it; nothing is left behind then.</param>
        /// <exception cref="UserMistakeException">The file cannot be used, or the folder is in use; nothing is left behind.</exception>
        public static Dataset Import(
            string file, string folder, IProgress<ImportProgress>? progress = null, ILogger? logger = null, CancellationToken cancellation = default) =>
            Import(new ImportRequest([file], folder) { Logger = logger }, progress, cancellation);

        /// <summary>Imports files of events and opens the dataset.</summary>
        /// <param name="request">What and how; <see cref="Importer.Run"/> gives a report of the same.</param>
        /// <param name="progress">Told where the import stands, a few times a second, on the calling thread.</param>
        /// <param name="cancellation">Stops it; nothing is left behind then.</param>
        /// <exception cref="UserMistakeException">A source cannot be used, or nothing is left; nothing is left behind.</exception>
        public static Dataset Import(ImportRequest request, IProgress<ImportProgress>? progress = null, CancellationToken cancellation = default)
        {
            Importer.Run(request, progress, cancellation);
            return Dataset.Open(request.Out);
        }
    }
}
