using MetaEmbed.Data;
using MetaEmbed.Inference;
using Microsoft.ML;

namespace MetaEmbed.ML;

/// <summary>Datasets of ML.NET's data views.</summary>
public static class DataViewImport
{
    extension(Dataset)
    {
        /// <summary>Makes a dataset folder of a data view and opens it. The view is read once, row by row.</summary>
        /// <param name="view">The view; every row is an event.</param>
        /// <param name="userColumn">Users: texts, whole numbers, or keys, which stand for their values.</param>
        /// <param name="itemColumn">Items: the same.</param>
        /// <param name="folder">Folder of the dataset, which must not exist yet.</param>
        /// <param name="columns">Time, rating and weight; null for none of them.</param>
        /// <param name="cancellation">Stops it; nothing is left behind then.</param>
        /// <exception cref="UserMistakeException">A column is missing or of another type, no row can be used, or the folder is in use.</exception>
        public static Dataset FromDataView(
            IDataView view, string userColumn, string itemColumn, string folder, DataViewColumns? columns = null, CancellationToken cancellation = default) =>
            FromDataView(view, userColumn, itemColumn, new EventImportRequest(folder), columns, cancellation);

        /// <summary>The same with a split, a filter and more of the caller's choice.</summary>
        /// <param name="view">The view; every row is an event.</param>
        /// <param name="userColumn">Users: texts, whole numbers, or keys, which stand for their values.</param>
        /// <param name="itemColumn">Items: the same.</param>
        /// <param name="request">How; whether there are times and weights is seen by <paramref name="columns"/>.</param>
        /// <param name="columns">Time, rating and weight; null for none of them.</param>
        /// <param name="cancellation">Stops it; nothing is left behind then.</param>
        /// <exception cref="UserMistakeException">A column is missing or of another type, no row can be used, or the folder is in use.</exception>
        public static Dataset FromDataView(
            IDataView view, string userColumn, string itemColumn, EventImportRequest request, DataViewColumns? columns = null, CancellationToken cancellation = default)
        {
            ArgumentNullException.ThrowIfNull(view);
            ArgumentException.ThrowIfNullOrEmpty(userColumn);
            ArgumentException.ThrowIfNullOrEmpty(itemColumn);
            ArgumentNullException.ThrowIfNull(request);
            columns ??= new DataViewColumns();
            if (request.Filter.MinRating is not null && columns.Rating is null)
                throw new UserMistakeException("the filter needs ratings and no column of them is named", "name it with Rating");
            var source = new DataViewSource(view, userColumn, itemColumn, columns);
            EventImport.Write(
                source,
                request with
                {
                    Name = "data view",
                    Format = "IDataView",
                    Columns = source.Described,
                    HasTimes = columns.Time is not null,
                    UseWeights = columns.Weight is not null,
                },
                cancellation);
            return Dataset.Open(request.Folder);
        }
    }
}
