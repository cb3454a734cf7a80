using System.Globalization;
using System.Reflection;
using System.Text;
using MetaEmbed.Inference;
using MetaEmbed.Numerics;

namespace MetaEmbed.Experiments;

/// <summary>
/// One property of an options record, under the name that the command line, the config file and the docs use for it.
/// </summary>
public sealed class Setting
{
    private readonly PropertyInfo _property;
    private readonly SettingAttribute _attribute;

    internal Setting(PropertyInfo property, SettingAttribute attribute)
    {
        _property = property;
        _attribute = attribute;
        Name = KebabCase(property.Name);
    }

    /// <summary>The name in kebab case: <c>learning-rate</c>.</summary>
    public string Name { get; }

    /// <summary>One sentence for people.</summary>
    public string Description => _attribute.Description;

    /// <summary>The flag of the official Python code that means the same; empty where there is none.</summary>
    public string OfficialFlag => _attribute.OfficialFlag;

    /// <summary>Whether the value is a list.</summary>
    public bool IsList => _property.PropertyType.IsArray;

    /// <summary>Whether the value is a word among some.</summary>
    public bool IsWord => _property.PropertyType.IsEnum;

    /// <summary>Whether the value is true or false.</summary>
    public bool IsSwitch => _property.PropertyType == typeof(bool);

    /// <summary>What may be given, as a noun phrase: <c>a whole number from 1 to 16</c>.</summary>
    public string Allowed
    {
        get
        {
            if (IsWord)
                return string.Join(" or ", Words());
            if (IsSwitch)
                return "true or false";
            var number = Element == typeof(double) ? "number" : "whole number";
            var range = (double.IsFinite(_attribute.Minimum), double.IsFinite(_attribute.Maximum)) switch
            {
                (true, true) => $" from {Show(_attribute.Minimum)} to {Show(_attribute.Maximum)}",
                (true, false) => $" from {Show(_attribute.Minimum)}",
                (false, true) => $" up to {Show(_attribute.Maximum)}",
                _ => "",
            };
            return IsList ? $"different {number}s{range}" : $"a {number}{range}";
        }
    }

    private Type Element => IsList ? _property.PropertyType.GetElementType()! : _property.PropertyType;

    /// <summary>The value that a record has, as it is written in a command: lists with commas.</summary>
    /// <param name="options">The options record.</param>
    public string Text(object options) => _property.GetValue(options) switch
    {
        Array list => string.Join(',', list.Cast<object>().Select(Show)),
        { } value => Show(value),
        null => "",
    };

    /// <summary>Copies the value from one record into another.</summary>
    internal void Copy(object from, object to) => _property.SetValue(to, _property.GetValue(from));

    /// <summary>Reads a value and puts it into a record under construction.</summary>
    /// <exception cref="UserMistakeException">The text is not such a value, or out of bounds.</exception>
    internal void Set(object options, SettingText text) => _property.SetValue(options, Read(text));

    private object Read(SettingText text)
    {
        if (!IsList)
            return ReadOne(text.Value, text);
        var parts = text.Value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var list = Array.CreateInstance(Element, parts.Length);
        for (var i = 0; i < parts.Length; i++)
            list.SetValue(ReadOne(parts[i], text), i);
        if (parts.Length == 0 || list.Cast<object>().Distinct().Count() < parts.Length)
            throw Mistake(text, text.Value);
        return list;
    }

    private object ReadOne(string value, SettingText text)
    {
        if (IsWord)
        {
            foreach (var word in Enum.GetValues(Element))
            {
                if (string.Equals(Show(word), value, StringComparison.OrdinalIgnoreCase))
                    return word;
            }

            throw Mistake(text, value);
        }

        if (Element == typeof(bool))
            return bool.TryParse(value, out var truth) ? truth : throw Mistake(text, value);
        object? read = null;
        if (Element == typeof(double) && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var real))
            read = real;
        else if (Element == typeof(int) && int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            read = whole;
        else if (Element == typeof(long) && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var wide))
            read = wide;
        if (read is null)
            throw Mistake(text, value);
        var number = Convert.ToDouble(read, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number) || number < _attribute.Minimum || number > _attribute.Maximum)
            throw Mistake(text, value);
        return read;
    }

    private UserMistakeException Mistake(SettingText text, string value) =>
        new(text.File, text.Line, $"{text.Origin} is '{value}'", $"give {Allowed}");

    private IEnumerable<string> Words() => Enum.GetValues(Element).Cast<object>().Select(Show);

    private static string Show(object value) => value switch
    {
        Enum word => KebabCase(word.ToString()),
        bool truth => truth ? "true" : "false",
        double real => real.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    // A hyphen where a capital follows a small letter or a digit: L2Factor, l2-factor; BFloat16, bfloat16.
    private static string KebabCase(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && !char.IsUpper(name[i - 1]))
                text.Append('-');
            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}

/// <summary>A setting as somebody wrote it.</summary>
/// <param name="Name">Its name in kebab case.</param>
/// <param name="Value">Its value; lists with commas.</param>
/// <param name="Origin">What to call it in an error: the option or the key.</param>
/// <param name="File">The config file it stands in, or null.</param>
/// <param name="Line">The line in the file, from 1, or null.</param>
public sealed record SettingText(string Name, string Value, string Origin, string? File = null, long? Line = null);
