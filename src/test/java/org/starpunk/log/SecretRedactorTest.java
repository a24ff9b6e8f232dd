package org.starpunk.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretRedactorTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /auth?code=s3cr3t&state=xyz",
                "GET /auth?state=s3cr3t",
                "access_token=s3cr3t",
                "access%5Ftoken=s3cr3t",
                "%61ccess_token%3Ds3cr3t",
                "ACCESS_TOKEN=s3cr3t",
                "Authorization: Bearer s3cr3t",
                "authorization:Basic s3cr3t",
                "sent bearer s3cr3t-s3cr3t",
                "Cookie: __Host-session=s3cr3t; other=s3cr3t",
                "{\"access_token\":\"s3cr3t\",\"scope\":\"create\"}",
                "{\"password\" : \"s3cr3t \\\" s3cr3t\"}",
                "GET /admin/setup?t=s3cr3t"
            })
    void secrets_are_taken_out(String text) {
        assertThat(SecretRedactor.redact(text)).doesNotContain("s3cr3t").contains("[redacted]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"password\":\"%s\"}",
                "{\"scope\":\"%s\",\"password\":\"s3cr3t\"}",
                "{\"password\":\"%s",
                "password=%s",
                "Authorization: %s",
                "Bearer %s",
                "\"%s",
                "%s"
            })
    void long_texts_are_redacted_too(String pattern) {
        for (String piece : List.of("s3cr3t", "\\\"", "\\", "\"", "a%3D", "-.", " : ", "\\\n")) {
            String text = pattern.formatted(piece.repeat(200_000 / piece.length()));
            String redacted = SecretRedactor.redact(text);
            assertThat(redacted.length()).isLessThanOrEqualTo(text.length() + 20);
            if (piece.equals("s3cr3t")
                    && !pattern.startsWith("%")
                    && !pattern.startsWith("\"")
                    && !pattern.contains("scope")) {
                assertThat(redacted).doesNotContain("s3cr3t").contains("[redacted]");
            }
        }
    }

    @Test
    void what_is_no_secret_stays() {
        String text = "GET /search?q=code+review answered 200 in 4 ms, status=200, 50% done {\"scope\":\"create\"}";
        assertThat(SecretRedactor.redact(text)).isEqualTo(text);
    }

    @Test
    void line_breaks_and_escapes_are_made_visible() {
        assertThat(SecretRedactor.oneLine("a\r\nb\u2028c\u001b[31m")).isEqualTo("a\\r\\nb\\u2028c\\u001b[31m");
    }
}
