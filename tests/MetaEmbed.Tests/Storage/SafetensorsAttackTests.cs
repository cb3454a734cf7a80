using System.Buffers.Binary;
using System.Text;
using MetaEmbed.Inference;
using MetaEmbed.Inference.Files;

namespace MetaEmbed.Tests.Storage;

/// <summary>One malformed file a test: the reader must refuse each in one line that names the file, what it found and what is allowed.</summary>
public class SafetensorsAttackTests
{
    private const string Four = "\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]";

    [Fact]
    public void An_empty_file() => Refused([], "has 0 bytes, but a safetensors file starts with the 8 bytes");

    [Fact]
    public void A_file_shorter_than_its_first_field() => Refused(new byte[7], "has 7 bytes");

    [Fact]
    public void A_header_longer_than_the_file() => Refused(Front(100, "{}"), "header of 100 bytes announced, but only 2 follow");

    [Fact]
    public void A_header_of_all_ones() => Refused([255, 255, 255, 255, 255, 255, 255, 255, 1], "header of 18446744073709551615 bytes announced, but at most 100000000 are allowed");

    [Fact]
    public void A_header_of_no_bytes() => Refused(Front(0, ""), "header of 0 bytes announced");

    [Fact]
    public void A_header_that_does_not_start_with_a_brace() => RefusedHeader(" {}", "header starts with byte 0x20");

    [Fact]
    public void A_header_that_is_a_list() => RefusedHeader("[]", "header starts with byte 0x5b");

    [Fact]
    public void A_header_that_is_no_utf8() => Refused(Front(4, "{\"\u00ff}", Encoding.Latin1), "header is not UTF-8");

    [Fact]
    public void A_header_with_half_a_surrogate_pair() => RefusedHeader("{\"\\ud800\":{}}", "not Unicode");

    [Fact]
    public void A_header_cut_off() => RefusedHeader("{\"x\":{", "not valid JSON");

    [Fact]
    public void A_header_followed_by_another() => RefusedHeader("{}{}", "not valid JSON");

    [Fact]
    public void A_header_with_a_comment() => RefusedHeader("{/**/}", "not valid JSON");

    [Fact]
    public void A_header_with_a_trailing_comma() => RefusedHeader("{\"x\":{" + Four + "},}", "not valid JSON", 4);

    [Fact]
    public void A_header_nested_without_end() => RefusedHeader("{\"x\":" + new string('[', 100_000), "tensor 'x' is not described by an object");

    [Fact]
    public void Metadata_nested_without_end() => RefusedHeader("{\"__metadata__\":{\"a\":{\"b\":{\"c\":{}}}}}", "'a' is not a text");

    [Fact]
    public void Metadata_that_is_a_number() => RefusedHeader("{\"__metadata__\":1}", "__metadata__ is not an object of texts");

    [Fact]
    public void Metadata_twice() => RefusedHeader("{\"__metadata__\":{},\"__metadata__\":{}}", "__metadata__ stands twice");

    [Fact]
    public void A_metadata_key_twice() => RefusedHeader("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", "entry 'a' stands twice");

    [Fact]
    public void A_tensor_twice() => RefusedHeader("{\"x\":{" + Four + "},\"x\":{" + Four + "}}", "tensor 'x' stands twice", 4);

    [Fact]
    public void A_tensor_twice_behind_an_escape() => RefusedHeader("{\"x\":{" + Four + "},\"\\u0078\":{" + Four + "}}", "tensor 'x' stands twice", 4);

    [Fact]
    public void A_tensor_that_is_null() => RefusedHeader("{\"x\":null}", "tensor 'x' is not described by an object");

    [Fact]
    public void A_tensor_without_dtype() => RefusedHeader("{\"x\":{\"shape\":[4],\"data_offsets\":[0,4]}}", "tensor 'x' has no dtype", 4);

    [Fact]
    public void A_tensor_without_shape() => RefusedHeader("{\"x\":{\"dtype\":\"U8\",\"data_offsets\":[0,4]}}", "tensor 'x' has no shape", 4);

    [Fact]
    public void A_tensor_without_offsets() => RefusedHeader("{\"x\":{\"dtype\":\"U8\",\"shape\":[4]}}", "tensor 'x' has no data_offsets", 4);

    [Fact]
    public void A_field_twice() => RefusedHeader("{\"x\":{" + Four + ",\"shape\":[2]}}", "tensor 'x' shape stands twice", 4);

    [Fact]
    public void A_field_of_another_name() => RefusedHeader("{\"x\":{" + Four + ",\"strides\":[1]}}", "has a field 'strides'; allowed are dtype, shape and data_offsets", 4);

    [Fact]
    public void An_unknown_element_type() => RefusedTensor("Q7", "[4]", "[0,4]", "tensor 'x' dtype 'Q7' is unknown; allowed are F64, F32");

    [Fact]
    public void An_element_type_in_lower_case() => RefusedTensor("f32", "[1]", "[0,4]", "dtype 'f32' is unknown");

    [Fact]
    public void An_element_type_given_as_a_number_of_the_enumeration() => RefusedTensor("1", "[1]", "[0,4]", "dtype '1' is unknown");

    [Fact]
    public void A_negative_extent() => RefusedTensor("U8", "[-4]", "[0,4]", "shape holds '-4'; allowed are whole numbers from 0");

    [Fact]
    public void A_fractional_extent() => RefusedTensor("U8", "[4.5]", "[0,4]", "shape holds '4.5'");

    [Fact]
    public void An_extent_beyond_64_bits() => RefusedTensor("U8", "[99999999999999999999]", "[0,4]", "shape holds '99999999999999999999'");

    [Fact]
    public void An_extent_that_is_a_list() => RefusedTensor("U8", "[[4]]", "[0,4]", "shape holds 'a list or an object'");

    [Fact]
    public void A_shape_that_is_a_text() => RefusedTensor("U8", "\"4\"", "[0,4]", "shape is not a list of whole numbers");

    [Fact]
    public void A_shape_of_nine_dimensions() => RefusedTensor("U8", "[1,1,1,1,1,1,1,1,4]", "[0,4]", "shape has more than 8 numbers");

    [Fact]
    public void A_shape_whose_product_overflows_to_the_right_length() => RefusedTensor("F32", "[4294967296,4294967297,1]", "[0,4]", "takes more bytes than a file can have");

    [Fact]
    public void A_shape_whose_overflow_hides_behind_a_zero() => RefusedTensor("F32", "[0,9223372036854775807,3]", "[0,0]", "takes more bytes than a file can have", 0);

    [Fact]
    public void A_shape_that_takes_more_than_its_offsets() => RefusedTensor("U8", "[5]", "[0,4]", "shape [5] of U8 takes 5 bytes, but data_offsets [0, 4] hold 4");

    [Fact]
    public void Offsets_beyond_the_file() => RefusedTensor("U8", "[5]", "[0,5]", "data_offsets [0, 5] reach beyond the 4 bytes of data");

    [Fact]
    public void Offsets_near_the_largest_number() => RefusedTensor("U8", "[4]", "[9223372036854775803,9223372036854775807]", "reach beyond the 4 bytes of data");

    [Fact]
    public void Offsets_that_run_backwards() => RefusedTensor("U8", "[4]", "[4,0]", "data_offsets [4, 0] end before they begin");

    [Fact]
    public void One_offset() => RefusedTensor("U8", "[4]", "[0]", "data_offsets has 1 numbers, 2 are required");

    [Fact]
    public void Three_offsets() => RefusedTensor("U8", "[4]", "[0,2,4]", "data_offsets has more than 2 numbers");

    [Fact]
    public void Tensors_that_overlap() =>
        RefusedHeader(Two("[3]", "[0,3]", "[2]", "[2,4]"), "tensor 'y' begins at 2, inside tensor 'x' that ends at 3; tensors may not overlap", 4);

    [Fact]
    public void Tensors_on_the_same_bytes() => RefusedHeader(Two("[4]", "[0,4]", "[4]", "[0,4]"), "may not overlap", 4);

    [Fact]
    public void An_empty_tensor_inside_another() => RefusedHeader(Two("[4]", "[0,4]", "[0]", "[2,2]"), "tensor 'y' begins at 2, inside tensor 'x'", 4);

    [Fact]
    public void A_hole_between_tensors() => RefusedHeader(Two("[1]", "[0,1]", "[2]", "[2,4]"), "tensor 'y' begins at 2, but the data before it end at 1; holes are not allowed", 4);

    [Fact]
    public void A_hole_before_the_first_tensor() => RefusedTensor("U8", "[3]", "[1,4]", "tensor 'x' begins at 1, but the data before it end at 0");

    [Fact]
    public void Bytes_behind_the_last_tensor() => RefusedTensor("U8", "[3]", "[0,3]", "1 bytes follow the last tensor, none are allowed");

    [Fact]
    public void Data_without_tensors() => RefusedHeader("{}", "4 bytes follow the last tensor", 4);

    [Fact]
    public void A_name_with_control_characters_stays_on_one_short_line()
    {
        var mistake = RefusedHeader("{\"" + string.Concat(Enumerable.Repeat("\\n\\u001b[31m", 1000)) + "\":{}}", "has no dtype");
        Assert.True(mistake.Message.Length < 300);
        Assert.DoesNotContain('\u001b', mistake.Message);
        Assert.DoesNotContain('\n', mistake.Message);
    }

    [Fact]
    public void A_folder_and_a_missing_file()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("is a folder", Assert.Throws<UserMistakeException>(() => Safetensors.Open(folder.Root)).Message);
        Assert.Contains("no such file", Assert.Throws<UserMistakeException>(() => Safetensors.Open(folder["no"])).Message);
        Assert.Contains("no such file", Assert.Throws<UserMistakeException>(() => Safetensors.Open(folder["no/no"])).Message);
    }

    [Fact]
    public void A_valid_file_of_another_writer_is_read_though_its_tensors_are_not_aligned()
    {
        using var file = Safetensors.Read(Whole(Two("[1]", "[0,1]", "[3]", "[1,4]"), 4), "other");
        Assert.Equal(["x", "y"], file.Tensors.Select(t => t.Name));
        Assert.Equal(3, file.Values<byte>("y").Length);
    }

    private static string Two(string shapeX, string offsetsX, string shapeY, string offsetsY) =>
        $"{{\"x\":{{\"dtype\":\"U8\",\"shape\":{shapeX},\"data_offsets\":{offsetsX}}},\"y\":{{\"dtype\":\"U8\",\"shape\":{shapeY},\"data_offsets\":{offsetsY}}}}}";

    private static void RefusedTensor(string type, string shape, string offsets, string found, int data = 4) =>
        RefusedHeader($"{{\"x\":{{\"dtype\":\"{type}\",\"shape\":{shape},\"data_offsets\":{offsets}}}}}", found, data);

    private static UserMistakeException RefusedHeader(string header, string found, int data = 0)
    {
        return Refused(Whole(header, data), found);
    }

    private static byte[] Whole(string header, int data) => [.. Front(Encoding.UTF8.GetByteCount(header), header), .. new byte[data]];

    private static byte[] Front(long length, string header, Encoding? encoding = null)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        return [.. bytes, .. (encoding ?? Encoding.UTF8).GetBytes(header)];
    }

    /// <summary>Both ways in must refuse alike.</summary>
    private static UserMistakeException Refused(byte[] bytes, string found)
    {
        using var folder = new TemporaryFolder();
        var path = folder["attack.safetensors"];
        File.WriteAllBytes(path, bytes);
        var mapped = Assert.Throws<UserMistakeException>(() => Safetensors.Open(path));
        var held = Assert.Throws<UserMistakeException>(() => Safetensors.Read(bytes, path));
        Assert.Equal(mapped.Message, held.Message);
        Assert.Equal(path, held.File);
        Assert.Contains(found, held.Message);
        return held;
    }
}
