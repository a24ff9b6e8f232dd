package org.starpunk.indieauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.outbound.OutboundResponse;

/** Client metadata (IndieAuth §4.2) in JSON and in HTML. */
class ClientMetadataTest {

    private static final URI ID = URI.create("https://app.example/id");

    private static ClientMetadata read(int status, String type, String body, String... links) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Content-Type", type);
        for (String link : links) {
            headers.add("Link", link);
        }
        return ClientMetadataFetcher.read(
                ID, new OutboundResponse(ID.toString(), status, headers, Buffer.buffer(body)));
    }

    private static ClientMetadata json(String body) {
        return read(200, "application/json; charset=utf-8", body);
    }

    private static ClientMetadata html(String body, String... links) {
        return read(200, "text/html", body, links);
    }

    @Test
    void json_that_names_its_own_url_gives_name_and_places_to_go_back_to() {
        ClientMetadata client = json(
                "{\"client_id\":\"https://app.example/id\",\"client_name\":\" An app \",\"redirect_uris\":"
                        + "[\"https://other.example/back\",\"app://back\"],\"logo_uri\":\"https://app.example/logo.png\"}");
        assertThat(client.known()).isTrue();
        assertThat(client.name()).isEqualTo("An app");
        assertThat(client.redirects()).containsExactlyInAnyOrder("https://other.example/back", "app://back");
        assertThat(client.mayReturnTo(URI.create("app://back"))).isTrue();
        assertThat(client.mayReturnTo(URI.create("app://back/")))
                .as("letter for letter")
                .isFalse();
        assertThat(client.mayReturnTo(URI.create("https://app.example/anywhere")))
                .isTrue();
    }

    /** Metadata of another client_id, without a client_id, or malformed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"client_id\":\"https://app.example/\",\"client_name\":\"Eve\"}",
                "{\"client_id\":\"https://app.example/id/\",\"client_name\":\"Eve\"}",
                "{\"client_id\":[\"https://app.example/id\"],\"client_name\":\"Eve\"}",
                "{\"client_name\":\"Eve\"}",
                "{}",
                "[]",
                "null",
                "\"text\"",
                "{\"client_id\":",
                ""
            })
    void json_that_does_not_speak_for_this_client_says_nothing(String body) {
        assertThat(json(body)).isEqualTo(ClientMetadata.unknown(ID));
    }

    @Test
    void json_of_odd_types_is_read_as_far_as_it_can_be() {
        ClientMetadata client = json(
                "{\"client_id\":\"https://app.example/id\",\"client_name\":[1],\"redirect_uris\":\"https://e.example/\"}");
        assertThat(client.known()).isTrue();
        assertThat(client.name()).isEmpty();
        assertThat(client.redirects()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<div class=h-app><img class=u-logo><a class='u-url p-name' href=/>Quill</a></div> | Quill",
                "<div class=h-x-app>Old app</div>                                               | Old app",
                "<title>A page</title><p>without h-app                                           | A page",
                "<p class=h-app><b class=p-name>&lt;script&gt;alert(1)&lt;/script&gt;</b>        | <script>alert(1)</script>",
                "<p>nothing                                                                      | ''"
            })
    void html_gives_the_name_of_its_h_app_or_its_title(String body, String name) {
        assertThat(html(body).name()).isEqualTo(name);
    }

    @Test
    void html_gives_places_to_go_back_to_by_header_and_by_link() {
        ClientMetadata client = html(
                "<link rel='x redirect_uri' href='/back'><link rel=redirect_uris href='/no'><a rel=redirect_uri href='/a'>",
                "</header>; rel=redirect_uri, <https://b.example/cb>; rel=\"redirect_uri other\"",
                "<https://c.example/>; rel=other");
        assertThat(client.redirects())
                .containsExactlyInAnyOrder(
                        "https://app.example/back", "https://app.example/header", "https://b.example/cb");
    }

    @Test
    void a_long_name_is_cut() {
        assertThat(html("<title>" + "n".repeat(5000) + "</title>").name())
                .hasSize(100)
                .endsWith("…");
    }

    @Test
    void an_error_page_says_nothing() {
        assertThat(read(404, "text/html", "<p class=h-app>Eve")).isEqualTo(ClientMetadata.unknown(ID));
        assertThat(read(500, "application/json", "{\"client_id\":\"https://app.example/id\"}"))
                .isEqualTo(ClientMetadata.unknown(ID));
    }
}
