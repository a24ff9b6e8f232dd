package org.starpunk.note;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * References from the tests of the URL Standard, with bases of http and https. The results are those of Node's {@code
 * URL}, except that the case of a host is unchanged, and {@code ^} is encoded as the standard requires since 2023.
 */
class UrlResolverTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "http:foo.com                  ~ http://example.org/foo/bar ~ http://example.org/foo/foo.com",
                "https:foo.com                 ~ http://example.org/foo/bar ~ https://foo.com/",
                "`\t   :foo.com   \n`        ~ http://example.org/foo/bar ~ http://example.org/foo/:foo.com",
                "` foo.com  `                  ~ http://example.org/foo/bar ~ http://example.org/foo/foo.com",
                "``                            ~ http://example.org/foo/bar ~ http://example.org/foo/bar",
                "``                            ~ http://example.org/foo/bar?q=1 ~ http://example.org/foo/bar?q=1",
                "`  \t`                       ~ http://example.org/foo/bar ~ http://example.org/foo/bar",
                ":a                            ~ http://example.org/foo/bar ~ http://example.org/foo/:a",
                ":foo.com/                     ~ http://example.org/foo/bar ~ http://example.org/foo/:foo.com/",
                ":                             ~ http://example.org/foo/bar ~ http://example.org/foo/:",
                ":\\                           ~ http://example.org/foo/bar ~ http://example.org/foo/:/",
                ":#                            ~ http://example.org/foo/bar ~ http://example.org/foo/:#",
                "#                             ~ http://example.org/foo/bar ~ http://example.org/foo/bar#",
                "#/                            ~ http://example.org/foo/bar ~ http://example.org/foo/bar#/",
                "#\\                           ~ http://example.org/foo/bar ~ http://example.org/foo/bar#\\",
                "#;?                           ~ http://example.org/foo/bar?q ~ http://example.org/foo/bar?q#;?",
                "?                             ~ http://example.org/foo/bar ~ http://example.org/foo/bar?",
                "?x=1                          ~ http://example.org/foo/bar?q ~ http://example.org/foo/bar?x=1",
                "/                             ~ http://example.org/foo/bar ~ http://example.org/",
                ":23                           ~ http://example.org/foo/bar ~ http://example.org/foo/:23",
                "\\x                           ~ http://example.org/foo/bar ~ http://example.org/x",
                "//foo/bar                     ~ http://example.org/foo/bar ~ http://foo/bar",
                "//foo                         ~ https://example.org/foo/bar ~ https://foo/",
                "\\\\foo\\bar                  ~ http://example.org/foo/bar ~ http://foo/bar",
                "http:/example.com/            ~ http://example.org/foo/bar ~ http://example.org/example.com/",
                "http:///example.com/          ~ http://example.org/foo/bar ~ http://example.com/",
                "https:/example.com/           ~ http://example.org/foo/bar ~ https://example.com/",
                "mailto:example@example.com    ~ http://example.org/foo/bar ~ mailto:example@example.com",
                "tel:+1234                     ~ http://example.org/foo/bar ~ tel:+1234",
                "MAILTO:a@b                    ~ http://example.org/foo/bar ~ mailto:a@b",
                "./foo                         ~ http://example.com/a/b ~ http://example.com/a/foo",
                "/././foo                      ~ http://example.com ~ http://example.com/foo",
                "/foo/bar/..                   ~ http://example.com ~ http://example.com/foo/",
                "/foo/bar/../ton               ~ http://example.com ~ http://example.com/foo/ton",
                "/foo/bar/../ton/../../a       ~ http://example.com ~ http://example.com/a",
                "/foo/../../..                 ~ http://example.com ~ http://example.com/",
                "../../..                      ~ http://example.com/notes/a ~ http://example.com/",
                "../../../x                    ~ http://example.com/notes/a ~ http://example.com/x",
                "..                            ~ http://example.com/notes/a ~ http://example.com/",
                ".                             ~ http://example.com/notes/a ~ http://example.com/notes/",
                "/foo/%2e                      ~ http://example.com ~ http://example.com/foo/",
                "/foo/%2e%2                    ~ http://example.com ~ http://example.com/foo/%2e%2",
                "/foo/%2e./%2e%2e/.%2e/%2e.bar ~ http://example.com ~ http://example.com/%2e.bar",
                "////../..                     ~ http://example.com ~ http://../",
                "/foo/bar//../..               ~ http://example.com ~ http://example.com/foo/",
                "/%20foo                       ~ http://example.com ~ http://example.com/%20foo",
                "/foo%                         ~ http://example.com ~ http://example.com/foo%",
                "/foo%2zbar                    ~ http://example.com ~ http://example.com/foo%2zbar",
                "/foo%2©zbar                   ~ http://example.com ~ http://example.com/foo%2%C2%A9zbar",
                "/foo\\tbar                    ~ http://example.com ~ http://example.com/foo/tbar",
                "/(%28:%3A%29)                 ~ http://example.com ~ http://example.com/(%28:%3A%29)",
                "/%3A%3a%3C%3c                 ~ http://example.com ~ http://example.com/%3A%3a%3C%3c",
                "/@asdf%40                     ~ http://example.com ~ http://example.com/@asdf%40",
                "/你好你好                      ~ http://example.com ~"
                        + " http://example.com/%E4%BD%A0%E5%A5%BD%E4%BD%A0%E5%A5%BD",
                "/a b|c^d{e}`\"<>              ~ http://example.com ~"
                        + " http://example.com/a%20b|c%5Ed%7Be%7D%60%22%3C%3E",
                "?a b'c\"<>#d e`<>             ~ http://example.com/p ~"
                        + " http://example.com/p?a%20b%27c%22%3C%3E#d%20e%60%3C%3E",
                "?q=\\x                        ~ http://example.com/p ~ http://example.com/p?q=\\x",
                "test-a-colon-slash.html       ~ https://example.com/a/b?x#y ~"
                        + " https://example.com/a/test-a-colon-slash.html",
                "a:b                           ~ http://example.com/x ~ a:b",
                "./a:b                         ~ http://example.com/x ~ http://example.com/a:b",
                "HTTP://EXAMPLE.com/A B        ~ http://example.com/x ~ http://EXAMPLE.com/A%20B",
                "a\uD800b                      ~ http://example.com/x ~ http://example.com/a%EF%BF%BDb",
            })
    void a_reference_is_resolved_as_a_browser_does(String reference, String base, String expected) {
        assertThat(UrlResolver.resolve(reference == null ? "" : reference, base))
                .isEqualTo(expected);
    }
}
