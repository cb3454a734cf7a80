namespace MetaEmbed.Import.Columns;

/// <summary>What columns are usually called; the earlier in a list, the surer.</summary>
internal static class ColumnNames
{
    public static readonly string[] User =
    [
        "userid", "user", "uid", "userkey", "username", "customerid", "customer", "clientid", "client", "memberid", "member", "accountid", "account",
        "visitorid", "visitor", "reviewerid", "reviewer", "buyerid", "buyer", "personid", "person", "profileid", "subscriberid", "deviceid", "listenerid", "readerid",
    ];

    public static readonly string[] Item =
    [
        "itemid", "item", "iid", "itemkey", "productid", "product", "sku", "asin", "parentasin", "stockcode", "articleid", "article", "movieid", "movie", "filmid", "film",
        "bookid", "book", "isbn", "songid", "song", "trackid", "track", "artistid", "artist", "albumid", "videoid", "video", "showid", "gameid", "game", "appid",
        "businessid", "locationid", "venueid", "placeid", "poi", "contentid", "newsid", "postid", "courseid", "recipeid", "beerid", "hotelid", "jobid", "itemname", "name",
    ];

    public static readonly string[] Time =
    [
        "timestamp", "time", "ts", "datetime", "date", "eventtime", "createdat", "created", "unixreviewtime", "unixtime", "invoicedate", "orderdate", "purchasedate",
        "reviewdate", "visittime", "playedat", "occurredat",
    ];

    public static readonly string[] Rating = ["rating", "score", "stars", "star", "overall", "bookrating", "grade", "preference"];

    public static readonly string[] Weight = ["weight", "count", "plays", "playcount", "quantity", "qty", "clicks", "views", "listens"];

    public static readonly string[] Title = ["title", "name", "itemname", "productname", "movietitle", "booktitle", "songname", "trackname", "artistname", "label", "description"];

    /// <summary>Small letters and digits only, without the type that RecBole puts behind a colon: <c>User_ID:token</c>, userid.</summary>
    public static string Plain(string name)
    {
        var end = name.LastIndexOf(':');
        return string.Concat((end > 0 ? name[..end] : name).Where(char.IsLetterOrDigit)).ToLowerInvariant();
    }
}
