package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.note.Note;

/** Errors of the author's forms name the field, mark it, and focus it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComposerErrorsTest {

    private final TestSite site = TestSite.start().setUp();

    @AfterAll
    void close() {
        site.close();
    }

    private Document page(String path) {
        return Jsoup.parse(site.get(path, "Accept", "text/html").body(), site.uri() + path);
    }

    /** Checks that a field has the focus and is described by its error. */
    private static void assertWrong(HttpResponse<String> answer, String id, String words) {
        assertThat(answer.statusCode()).isBetween(400, 499);
        Document page = Jsoup.parse(answer.body());
        assertThat(page.select("[autofocus]").eachAttr("id")).as(answer.body()).containsExactly(id);
        Element field = page.expectFirst("#" + id);
        assertThat(field.attr("aria-invalid")).isEqualTo("true");
        assertThat(field.attr("aria-describedby").split(" "))
                .anySatisfy(described ->
                        assertThat(page.select("#" + described).text()).contains(words));
        assertThat(page.select("[role=alert]").text()).contains(words);
        assertThat(page.select("[role=alert] a[href=#" + id + "]")).isNotEmpty();
    }

    @Test
    void an_address_that_is_taken_is_said_before_anything_is_saved_and_nothing_is_lost() {
        Note taken = site.publish("The first of this name", "");
        HttpResponse<String> answer = site.submit(
                "/admin/notes/new",
                "/admin/notes",
                "title",
                "Another",
                "text",
                "my words",
                "slug",
                taken.slug(),
                "tags",
                "one, two");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertWrong(answer, "slug", taken.path() + " is the address of another note, “The first of this name”");
        Document form = Jsoup.parse(answer.body());
        assertThat(form.expectFirst("#text").wholeText()).contains("my words");
        assertThat(form.expectFirst("#title").val()).isEqualTo("Another");
        assertThat(form.expectFirst("#tags").val()).isEqualTo("one, two");
        assertThat(page("/").text()).doesNotContain("my words");
    }

    @Test
    void an_address_that_another_note_had_is_taken_and_ones_own_is_not() {
        Note moved = site.publish("Moves away", "");
        String composer = "/admin/notes/" + moved.id();
        assertThat(site.submit(composer, composer, "text", "Moves away", "slug", "moved-away", "status", "published")
                        .statusCode())
                .isEqualTo(303);
        HttpResponse<String> answer =
                site.submit("/admin/notes/new", "/admin/notes", "text", "x", "slug", "moves-away", "status", "draft");
        assertWrong(answer, "slug", "/notes/moves-away redirects to another note");
        HttpResponse<String> back =
                site.submit(composer, composer, "text", "Moves back", "slug", "moves-away", "status", "published");
        assertThat(back.headers().firstValue("Location")).contains("/notes/moves-away");
    }

    @Test
    void the_composers_script_gets_who_has_the_address_while_it_is_typed() {
        Note taken = site.publish("Has this address", "");
        String csrf = page("/admin/notes/new").select("input[name=csrf]").val();
        for (String typed : new String[] {taken.slug(), "Has this ADDRESS!"}) {
            JsonObject answer = preview("csrf=" + csrf + "&text=&slug=" + encode(typed));
            assertThat(answer.getString("taken")).startsWith(taken.path() + " is the address of another note");
        }
        assertThat(preview("csrf=" + csrf + "&text=x&slug=free-address").getString("taken"))
                .isNull();
        assertThat(preview("csrf=" + csrf + "&id=" + taken.id() + "&text=x&slug=" + taken.slug())
                        .getString("taken"))
                .isNull();
        HttpResponse<String> without =
                site.submit("/admin/notes/new", "/admin/preview", "text", "x", "slug", taken.slug());
        assertThat(Jsoup.parse(without.body()).expectFirst("#slug-wrong").text())
                .startsWith(taken.path());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private JsonObject preview(String form) {
        return new JsonObject(site.send(site.request("/admin/preview", "Accept", "application/json")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build())
                .body());
    }

    @ParameterizedTest
    @CsvSource({"title, The title", "tags, tag", "text, empty"})
    void the_composer_goes_to_the_field_that_is_wrong(String field, String words) {
        HttpResponse<String> answer = site.submit(
                "/admin/notes/new",
                "/admin/notes",
                "title",
                field.equals("title") ? "t".repeat(301) : "",
                "text",
                field.equals("text") ? " " : "a text",
                "tags",
                field.equals("tags") ? "t".repeat(101) : "");
        assertWrong(answer, field, words);
    }

    @Test
    void the_settings_go_to_the_first_field_that_is_wrong() {
        HttpResponse<String> profile = site.submit(
                "/admin/settings",
                "/admin/settings/profile",
                "site_name",
                "A site",
                "site_url",
                "not an address",
                "author_name",
                "",
                "language",
                "en");
        assertWrong(profile, "site_url", "Enter the public address");
        assertThat(Jsoup.parse(profile.body()).select("[aria-invalid=true]").eachAttr("id"))
                .containsExactlyInAnyOrder("author_name", "site_url");
        assertWrong(
                site.submit("/admin/settings", "/admin/settings/password", "current", "wrong", "password", "x"),
                "current",
                "The password is wrong.");
        assertWrong(
                site.submit(
                        "/admin/settings",
                        "/admin/settings/password",
                        "current",
                        TestSite.PASSWORD,
                        "password",
                        "passwordpassword"),
                "password",
                "too easy to guess");
    }

    @Test
    void the_forms_of_tokens_and_tags_keep_what_was_typed_and_go_to_it() {
        HttpResponse<String> nameless = site.submit("/admin/tokens", "/admin/tokens", "name", " ", "scope", "create");
        assertWrong(nameless, "name", "Give the token a name");
        HttpResponse<String> scopeless = site.submit("/admin/tokens", "/admin/tokens", "name", "A script");
        assertThat(scopeless.statusCode()).isEqualTo(422);
        Document page = Jsoup.parse(scopeless.body());
        assertThat(page.expectFirst("#name").val()).isEqualTo("A script");
        assertThat(page.select("input[name=scope][checked]")).isEmpty();
        assertThat(page.expectFirst("fieldset[aria-invalid]").hasAttr("autofocus"))
                .isTrue();

        site.publish("tagged", "a tag");
        HttpResponse<String> tag = site.submit("/admin/tags", "/admin/tags", "slug", "a-tag", "name", " . ");
        assertThat(Jsoup.parse(tag.body())
                        .select("input[autofocus][aria-invalid]")
                        .val())
                .isEqualTo(".");
    }

    @Test
    void passkeys_say_beforehand_that_an_ip_address_does_not_work_and_what_does() {
        Document page = page("/admin/passkeys");
        assertThat(page.select(".notice").text())
                .contains(
                        "Passkeys do not work at " + site.uri(),
                        "http://localhost:" + site.uri().getPort());
        assertThat(page.expectFirst("form[data-passkey]").attr("data-obstacle")).contains("localhost");
    }

    @Test
    void the_preview_has_the_title_the_direction_and_the_styles_of_the_page() {
        Document page = Jsoup.parse(
                site.submit("/admin/notes/new", "/admin/preview", "title", "כותרת", "text", "# A\n\n`code` שלום")
                        .body());
        assertThat(page.select("[data-html] .h-entry > h1.p-name[dir=auto]").text())
                .isEqualTo("כותרת");
        assertThat(page.select("[data-html] .h-entry > .e-content[dir=auto] code")
                        .text())
                .isEqualTo("code");
        assertThat(page.select("[data-html]").attr("lang")).isEqualTo("en");
        String styles = page.select("link[rel=stylesheet][href*=preview]").attr("href");
        String css = site.get(styles).body();
        assertThat(css)
                .startsWith(".preview {")
                .contains("& {", "font: 17px/1.62", "var(--serif)")
                .doesNotContain(":root", "html {");
        assertThat(css.chars().filter(c -> c == '{').count())
                .isEqualTo(css.chars().filter(c -> c == '}').count());
        assertThat(page("/admin").select("link[href*=preview]")).isEmpty();
    }
}
