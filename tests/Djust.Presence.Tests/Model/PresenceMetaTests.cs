using System.Text.Json;
using FluentAssertions;
using Xunit;

namespace Djust.Presence.Tests.Model;

public sealed class PresenceMetaTests
{
    [Fact]
    public void An_anonymous_object_becomes_a_JSON_object_with_camel_case_names() =>
        PresenceMeta.From(new { Name = "Ada", FavouriteColor = "#6c63ff", age = 36 }).ToString()
            .Should().Be("""{"name":"Ada","favouriteColor":"#6c63ff","age":36}""");

    [Fact]
    public void A_record_becomes_a_JSON_object_with_camel_case_names() =>
        PresenceMeta.From(new Person("Ada", 36)).ToString().Should().Be("""{"name":"Ada","age":36}""");

    [Fact]
    public void The_keys_of_a_dictionary_stay_as_they_are() =>
        PresenceMeta.From(new Dictionary<string, object?> { ["Name"] = "Ada", ["user_id"] = 7, ["A b"] = null }).ToString()
            .Should().Be("""{"Name":"Ada","user_id":7,"A b":null}""");

    [Fact]
    public void A_JSON_element_is_taken_without_its_white_space() =>
        PresenceMeta.From(Json("""{ "name" : "Ada",  "tags" : [ 1, 2.50, { } ] }""")).ToString()
            .Should().Be("""{"name":"Ada","tags":[1,2.50,{}]}""");

    [Fact]
    public void A_part_of_a_meta_has_some_of_its_fields_as_they_are_and_in_their_order()
    {
        var meta = PresenceMeta.From(new { name = "Zoë", tags = new object[] { 1, new { a = "<b>" } }, mail = "m" });
        meta.Only("mail", "name", "other", "nam", "NAME").ToString().Should().Be("{\"name\":\"Zoë\",\"mail\":\"m\"}");
        meta.Without("name", "mail", "a").ToString().Should().Be("{\"tags\":[1,{\"a\":\"<b>\"}]}");
        meta.Only("tags").Should().Be(meta.Without("name", "mail"));
        meta.Only().Should().BeSameAs(PresenceMeta.Empty);
        meta.Without("other").Should().BeSameAs(meta);
        meta.Only("name", "tags", "mail").Should().BeSameAs(meta);
    }

    [Fact]
    public void A_meta_stays_what_it_is() =>
        PresenceMeta.From(PresenceMeta.From(new { name = "Ada" })).Should().Be(PresenceMeta.From(new { name = "Ada" }));

    [Fact]
    public void Nothing_and_an_object_without_fields_are_the_empty_meta()
    {
        PresenceMeta.From(null).Should().BeSameAs(PresenceMeta.Empty);
        PresenceMeta.From(new { }).Should().BeSameAs(PresenceMeta.Empty);
        PresenceMeta.Empty.ToString().Should().Be("{}");
    }

    [Fact]
    public void Names_in_other_scripts_are_not_escaped_and_come_back() =>
        PresenceMeta.From(new { name = "שלום 👋 é e\u0301 <b>" })["name"].Should().Be("שלום 👋 é e\u0301 <b>");

    [Theory]
    [MemberData(nameof(NoObjects))]
    public void What_is_no_JSON_object_is_refused_with_an_example(object value)
    {
        var act = () => PresenceMeta.From(value);
        act.Should().Throw<ArgumentException>().WithMessage($"A presence's meta cannot be a {value.GetType().Name}. It must serialise to a JSON object, such as new {{ name = \"Ada\"*");
    }

    [Fact]
    public void A_string_is_refused_with_a_hint_at_the_overload_that_was_meant()
    {
        var act = () => PresenceMeta.From("document:42");
        act.Should().Throw<ArgumentException>().WithMessage("*to name a presence key, pass the key and the meta*");
    }

    [Fact]
    public void A_cyclic_object_is_refused()
    {
        var cyclic = new Dictionary<string, object>();
        cyclic["self"] = cyclic;
        var act = () => PresenceMeta.From(cyclic);
        act.Should().Throw<ArgumentException>().WithMessage("*cannot be written as JSON: it is cyclic*such as new {*");
    }

    [Fact]
    public void A_type_without_a_JSON_form_is_refused()
    {
        var act = () => PresenceMeta.From(new { type = typeof(string) });
        act.Should().Throw<ArgumentException>().WithMessage("*holds something that has no JSON form*");
    }

    [Fact]
    public void An_undefined_JSON_element_is_refused()
    {
        var act = () => PresenceMeta.From(default(JsonElement));
        act.Should().Throw<ArgumentException>().WithMessage("*JSON*");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_number_that_JSON_does_not_have_is_refused(double value)
    {
        var act = () => PresenceMeta.From(new { x = value });
        act.Should().Throw<ArgumentException>().WithMessage("*JSON*");
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""{"deep":{"a":1,"b":2,"a":3}}""")]
    public void A_field_given_twice_is_refused(string json)
    {
        var act = () => PresenceMeta.From(Json(json));
        act.Should().Throw<ArgumentException>().WithMessage("A presence's meta is not usable as JSON: *two fields of one name*");
    }

    [Theory]
    [InlineData("""{"name":"\ud800"}""")]
    [InlineData("""{"\udfff":"Ada"}""")]
    [InlineData("""{"a":{"name":["\ud83d \ude00"]}}""")]
    public void Half_of_a_surrogate_pair_is_refused(string json)
    {
        var act = () => PresenceMeta.From(Json(json));
        act.Should().Throw<ArgumentException>().WithMessage("*cannot be written as JSON*no JSON form*");
    }

    [Fact]
    public void Two_properties_with_one_name_are_refused()
    {
        var act = () => PresenceMeta.From(new { Name = "a", name = "b" });
        act.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Exactly_2048_bytes_are_allowed_and_one_more_is_not()
    {
        var frame = """{"a":""}""".Length;
        PresenceMeta.From(new { a = new string('x', 2_048 - frame) }).Utf8Json.Length.Should().Be(2_048);
        var act = () => PresenceMeta.From(new { a = new string('x', 2_049 - frame) });
        act.Should().Throw<ArgumentException>().WithMessage("A presence's meta has 2049 bytes of JSON; at most 2048 are allowed (MaxMetaBytes).*");
    }

    [Fact]
    public void Bytes_are_counted_not_characters()
    {
        var act = () => PresenceMeta.From(new { a = new string('é', 1_024) });
        act.Should().Throw<ArgumentException>().WithMessage("*2056 bytes*");
    }

    [Fact]
    public void Eight_levels_are_allowed_and_nine_are_not()
    {
        PresenceMeta.From(Json(Nested(8))).ToString().Should().Be(Nested(8));
        var act = () => PresenceMeta.From(Json(Nested(9)));
        act.Should().Throw<ArgumentException>().WithMessage("A presence's meta is nested 9 levels deep; at most 8 are allowed (MaxMetaDepth).");
    }

    [Fact]
    public void Arrays_count_as_levels_too()
    {
        var act = () => PresenceMeta.From(Json("""{"a":[[[[[[[[1]]]]]]]]}"""));
        act.Should().Throw<ArgumentException>().WithMessage("*9 levels*");
    }

    [Fact]
    public void Limits_of_the_application_hold_for_a_ready_meta_too()
    {
        var act = () => PresenceMeta.From(PresenceMeta.From(new { name = "Ada" }), new PresenceMetaLimits(10, 8));
        act.Should().Throw<ArgumentException>().WithMessage("*at most 10 are allowed*");
    }

    [Fact]
    public void Changing_what_it_was_made_from_changes_nothing()
    {
        var source = new Dictionary<string, object> { ["name"] = "Ada", ["tags"] = new List<string> { "x" } };
        var meta = PresenceMeta.From(source);
        source["name"] = "Mallory";
        ((List<string>)source["tags"]).Add("y");
        meta.ToString().Should().Be("""{"name":"Ada","tags":["x"]}""");
    }

    [Fact]
    public void It_outlives_the_JSON_document_that_it_was_made_from()
    {
        PresenceMeta meta;
        using (var document = JsonDocument.Parse("""{"name":"Ada"}"""))
        {
            meta = PresenceMeta.From(document.RootElement);
        }

        meta["name"].Should().Be("Ada");
    }

    [Theory]
    [InlineData("text", "Ada")]
    [InlineData("number", "1.50")]
    [InlineData("yes", "true")]
    [InlineData("nothing", null)]
    [InlineData("missing", null)]
    [InlineData("list", "[1,2]")]
    [InlineData("nested", """{"a":1}""")]
    [InlineData("Text", null)]
    [InlineData("", "empty name")]
    public void The_indexer_gives_text(string field, string? text) =>
        PresenceMeta.From(Json("""{"text":"Ada","number":1.50,"yes":true,"nothing":null,"list":[1,2],"nested":{"a":1},"":"empty name"}"""))[field].Should().Be(text);

    [Fact]
    public void Names_that_mean_something_to_JavaScript_are_just_names()
    {
        var meta = PresenceMeta.From(Json("""{"__proto__":{"admin":true},"constructor":"c"}"""));
        meta["__proto__"].Should().Be("""{"admin":true}""");
        meta["constructor"].Should().Be("c");
        meta["toString"].Should().BeNull();
    }

    [Fact]
    public void A_whole_meta_is_read_into_a_type_of_the_applications_without_regard_to_case()
    {
        PresenceMeta.From(new { name = "Ada", age = 36, more = 1 }).Get<Person>().Should().Be(new Person("Ada", 36));
        PresenceMeta.From(new Dictionary<string, object> { ["NAME"] = "Ada", ["Age"] = 36 }).Get<Person>().Should().Be(new Person("Ada", 36));
    }

    [Fact]
    public void A_value_that_was_found_stays_valid()
    {
        PresenceMeta.From(new { tags = new[] { 1, 2 } }).TryGetValue("tags", out var tags).Should().BeTrue();
        GC.Collect();
        tags.GetArrayLength().Should().Be(2);
        PresenceMeta.Empty.TryGetValue("tags", out _).Should().BeFalse();
    }

    [Fact]
    public void Metas_are_equal_when_their_JSON_is()
    {
        var (one, same, other) = (PresenceMeta.From(new { a = 1 }), PresenceMeta.From(Json("""{ "a":1 }""")), PresenceMeta.From(new { a = 2 }));
        one.Should().Be(same).And.NotBe(other);
        one.GetHashCode().Should().Be(same.GetHashCode());
        one.Equals((object?)null).Should().BeFalse();
    }

    [Fact]
    public async Task Many_threads_may_read_it_for_the_first_time_at_once()
    {
        for (var round = 0; round < 50; round++)
        {
            var metas = Enumerable.Range(0, 2_000).Select(i => PresenceMeta.From(new { i })).ToArray();
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                foreach (var meta in metas)
                {
                    meta["i"].Should().NotBeNull();
                }
            })));
        }
    }

    public static TheoryData<object> NoObjects() => [42, true, 1.5, new[] { 1, 2 }, new List<string> { "a" }, Guid.Empty, Json("[]"), Json("null"), Json("\"text\"")];

    private static string Nested(int levels) => string.Concat(Enumerable.Repeat("""{"a":""", levels - 1)) + "{}" + new string('}', levels - 1);

    private static JsonElement Json(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private sealed record Person(string Name, int Age);
}
