using System.Text;

namespace MetaEmbed.Cli.Views;

/// <summary>The frame of a page that needs no other file: colours for light and dark screens, for paper, and for narrow screens.</summary>
internal static class PageStyle
{
    private const string Style = """
        :root { color-scheme: light dark; --ground: #ffffff; --panel: #f5f7f9; --ink: #1b1f24; --quiet: #5d6671; --rule: #e0e5ea; --hit: #0b6e99;
          --one: #0b6e99; --two: #c2571a; --three: #2e7d4f; --four: #7a4fa3; --five: #a8323e; --six: #6b6b1f; --soft: #b8d4e0; }
        @media screen and (prefers-color-scheme: dark) { :root { --ground: #15191e; --panel: #1d232a; --ink: #e6eaee; --quiet: #98a2ad; --rule: #2e363f; --hit: #5bb8e0;
          --one: #5bb8e0; --two: #f0955a; --three: #6cc792; --four: #bc96e0; --five: #ee7f8a; --six: #c9c96a; --soft: #28485a; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 76rem; padding: 2rem 1.25rem 4rem; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
        header { border-bottom: 1px solid var(--rule); padding-bottom: 1rem; }
        h1 { margin: 0; font-size: 1.9rem; overflow-wrap: anywhere; }
        h2 { margin: 2.75rem 0 .5rem; font-size: 1.35rem; }
        h3 { margin: 1.75rem 0 .5rem; font-size: 1.05rem; }
        p { margin: .25rem 0 .75rem; color: var(--quiet); max-width: 46rem; }
        nav { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin-top: .75rem; font-size: .92rem; }
        a { color: var(--one); text-decoration: none; } a:hover { text-decoration: underline; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .95rem; }
        th, td { padding: .3rem 1.25rem .3rem 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
        th { font-weight: 600; color: var(--quiet); }
        td.n, th.n { text-align: right; white-space: nowrap; }
        .wide td:not(.n) { min-width: 5.5rem; } .wide table.lines td { white-space: nowrap; }
        td small { color: var(--quiet); }
        .wide { overflow-x: auto; }
        .wide > svg { min-width: 40rem; }
        svg { display: block; width: 100%; height: auto; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0; }
        .tile { background: var(--panel); border-radius: .5rem; padding: .7rem .9rem; }
        .tile b { display: block; font-size: 1.45rem; font-variant-numeric: tabular-nums; line-height: 1.25; }
        .tile span { color: var(--quiet); font-size: .85rem; }
        .curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1rem; }
        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 0 3rem; align-items: start; }
        .columns > * { min-width: 0; }
        .columns td, .columns td.n { overflow-wrap: anywhere; white-space: normal; }
        .columns td:first-child { overflow-wrap: normal; }
        .bars { display: grid; grid-template-columns: auto 1fr auto; gap: .35rem .9rem; align-items: center; font-variant-numeric: tabular-nums; font-size: .95rem; }
        .bars .track { position: relative; height: 1.15rem; background: var(--panel); border-radius: .2rem; min-width: 4rem; }
        .bars .track i { position: absolute; inset: 0 auto 0 0; background: var(--one); border-radius: .2rem; }
        .bars .track i.second { background: var(--two); top: auto; bottom: 0; height: 30%; }
        .bars .track b { position: absolute; top: 50%; height: 0; border-top: 2px solid var(--ink); }
        .bars small { color: var(--quiet); }
        .key { display: inline-block; width: .75rem; height: .75rem; border-radius: .15rem; margin: 0 .35rem 0 .9rem; vertical-align: -.05rem; }
        .key:first-child { margin-left: 0; }
        pre { background: var(--panel); border-radius: .5rem; padding: .8rem 1rem; overflow-x: auto; font-size: .88rem; white-space: pre-wrap; overflow-wrap: anywhere; }
        details { margin: .5rem 0; } summary { cursor: pointer; color: var(--quiet); }
        .hit { color: var(--hit); font-weight: 600; }
        .better { color: var(--three); font-weight: 600; } .worse { color: var(--five); font-weight: 600; }
        .night { display: none; }
        @media screen and (prefers-color-scheme: dark) { .day { display: none; } .night { display: block; } }
        @media (max-width: 40rem) { body { padding: 1.25rem .9rem 3rem; font-size: 15px; } h1 { font-size: 1.5rem; } th, td { padding-right: .8rem; } .wide td:not(.n) { min-width: 6.5rem; } .wide table.prose { min-width: 38rem; } .bars { grid-template-columns: auto 1fr; } .bars > span:nth-child(3n) { grid-column: 2; } }
        @media print { body { max-width: none; padding: 0; font-size: 11px; } nav, summary { display: none; } section, table, figure { break-inside: avoid; } h2, h3 { break-after: avoid; }
          .wide { overflow: visible; } .wide > svg { min-width: 0; } a { color: inherit; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
        """;

    /// <summary>The start of a page, up to its title and one sentence.</summary>
    public static void Begin(StringBuilder html, string title, string summary) => html.Append($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="icon" href="data:,">
        <title>{Html.Text(title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        <header>
        <h1>{Html.Text(title)}</h1>
        <p>{Html.Text(summary)}</p>

        """);

    /// <summary>Links to the parts of a page, and the end of its head.</summary>
    public static void Navigation(StringBuilder html, IEnumerable<(string Id, string Name)> parts) =>
        html.Append($"<nav>{string.Concat(parts.Select(part => $"<a href=\"#{part.Id}\">{part.Name}</a>"))}</nav>\n</header>\n");

    /// <summary>The end of a page.</summary>
    public static void End(StringBuilder html) => html.Append("</body>\n</html>\n");
}
