package org.starpunk.note;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoteLimitsTest {

    private static final NoteLimits LIMITS = new NoteLimits(10, 3, 5, 4);

    private static Note.Content content(@Nullable String title, String text, List<Tag> tags, List<Photo> photos) {
        return new Note.Content(
                title,
                text,
                Note.Format.MARKDOWN,
                tags,
                photos,
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                null,
                null,
                null);
    }

    private static List<Tag> tags(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Tag("t" + i, "t" + i))
                .toList();
    }

    @Test
    void what_is_just_within_the_limits_passes() {
        assertThatCode(() -> LIMITS.check(content("abcd", "😀".repeat(10), tags(3), List.of())))
                .doesNotThrowAnyException();
    }

    @Test
    void one_more_than_a_limit_is_refused_with_both_figures() {
        assertThatThrownBy(() -> LIMITS.check(content(null, "a".repeat(11), List.of(), List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The text has 11 characters; at most 10 are accepted.");
        assertThatThrownBy(() -> LIMITS.check(content("abcde", "a", List.of(), List.of())))
                .hasMessageStartingWith("The title has 5 characters");
        assertThatThrownBy(() -> LIMITS.check(content(null, "a", tags(4), List.of())))
                .hasMessage("The note has 4 tags; at most 3 are accepted.");
        assertThatThrownBy(() -> LIMITS.check(content(null, "a", List.of(new Tag("abcdef", "abcdef")), List.of())))
                .hasMessageStartingWith("The tag has 6 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\uD800", "\uDC00a", "\uD800\uD800", "a\u0000b"})
    void what_is_no_unicode_text_is_refused(String text) {
        assertThatThrownBy(() -> LIMITS.check(content(null, text, List.of(), List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The text contains");
    }

    @Test
    void an_empty_note_is_refused_and_a_photo_alone_is_none() {
        assertThatThrownBy(() -> LIMITS.check(content(null, " \n", List.of(), List.of())))
                .hasMessageStartingWith("The note is empty");
        assertThatCode(() -> LIMITS.check(content(null, "", List.of(), List.of(new Photo("/media/a.jpg", "")))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "//evil.example/a",
                "data:image/png;base64,AAAA",
                "ftp://a/b",
                "a b",
                "https:"
            })
    void a_photo_that_is_no_web_address_is_refused(String url) {
        assertThatThrownBy(() -> LIMITS.check(content(null, "a", List.of(), List.of(new Photo(url, "")))))
                .hasMessageContaining("not a web address");
    }
}
