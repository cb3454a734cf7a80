using MetaEmbed.Cli.Commands;

return Entry.Run(args);
