package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.admin.SetupLink;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.Photo;
import org.starpunk.note.TagNameRules;

/** The author's pages pass the Nu HTML checker, empty and with awkward content, after a success and after a refusal. */
class ValidAuthorPagesTest {

    /** Pages for the author without a parameter. */
    private static final List<String> PAGES = List.of(
            "/admin",
            "/admin/notes",
            "/admin/notes?q=%3Cnothing%3E%22%27%26",
            "/admin/notes/new",
            "/admin/notes/new?first",
            "/admin/tags",
            "/admin/tags?renamed",
            "/admin/jobs",
            "/admin/settings",
            "/admin/settings?done=profile",
            "/admin/settings?done=password-and-tokens",
            "/admin/passkeys",
            "/admin/tokens",
            "/admin/micropub",
            "/admin/performance",
            "/admin/no-such-page");

    private static final String AWKWARD = "\"quoted\" <b>'s &amp; שלום " + "w".repeat(80);

    private final TestSite site = TestSite.start();

    @AfterEach
    void close() {
        site.close();
    }

    private void assertValid(String what, HttpResponse<String> response) throws Exception {
        assertThat(response.headers().firstValue("content-type").orElse(""))
                .as(what)
                .startsWith("text/html");
        assertThat(ValidHtmlTest.errors(response.body())).as(what).isEmpty();
    }

    private void assertPagesValid(List<String> paths) throws Exception {
        for (String path : paths) {
            assertValid(path, site.get(path, "Accept", "text/html"));
        }
    }

    /** Sends a form that is refused, and checks the page that says so. */
    private void assertRefused(String page, String action, int status, String... fields) throws Exception {
        HttpResponse<String> refused = site.submit(page, action, fields);
        assertThat(refused.statusCode()).as(action).isEqualTo(status);
        assertValid(action + " refused", refused);
    }

    @Test
    void pages_of_a_new_site_are_valid() throws Exception {
        String link = TestSite.await(SetupLink.create(site.deployment().account(), "", Clock.systemUTC()));
        assertPagesValid(List.of("/admin/login", "/admin/setup", "/admin/setup?t=wrong", link));
        String secret = link.substring(link.indexOf("t=") + 2);
        assertRefused(
                link,
                link,
                422,
                "t",
                secret,
                "site_name",
                "",
                "site_url",
                "no \"address\" <>",
                "author_name",
                "",
                "time_zone",
                "No/Where\"",
                "password",
                "short");
        site.claim(link);
        assertPagesValid(PAGES);
        assertValid("consent", site.get(consent("profile email create media"), "Accept", "text/html"));
        assertValid("consent, only who", site.get(consent(""), "Accept", "text/html"));
        site.forgetCookies();
        assertPagesValid(List.of("/admin/login", "/admin/login?next=%2Fadmin%22%3E"));
        assertRefused("/admin/login", "/admin/login", 401, "password", "\"wrong\"");
    }

    /** A request for authorization of a client whose page cannot be read. */
    private static String consent(String scope) {
        return "/auth?response_type=code&client_id="
                + encode("https://client.invalid/?a=1&b=\"2\"".replace("\"", "%22"))
                + "&redirect_uri=" + encode("https://client.invalid/back?x=1&y=2") + "&state=" + encode("\"<s>&")
                + "&code_challenge=" + "a".repeat(43) + "&code_challenge_method=S256&scope=" + encode(scope);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Note write(String title, Note.Status status, Note.Visibility visibility) {
        Note.Content content = new Note.Content(
                title,
                "# " + AWKWARD + "\n\n```\n<script>\n```\n\n| a |\n|---|\n| b |",
                Note.Format.MARKDOWN,
                TagNameRules.parse(AWKWARD.replace(",", "") + ", C#, שלום"),
                List.of(new Photo("https://example.org/ä b.png", AWKWARD)),
                status,
                visibility,
                "https://example.org/?a=1&b=\"2\"",
                null,
                null);
        return TestSite.await(site.deployment().notes().create(new NewNote(content, null, null)));
    }

    @Test
    void pages_with_awkward_content_are_valid() throws Exception {
        site.setUp();
        assertThat(site.submit(
                                "/admin/settings",
                                "/admin/settings/profile",
                                "site_name",
                                "S " + AWKWARD.substring(0, 60),
                                "site_url",
                                site.uri().toString(),
                                "author_name",
                                "A " + AWKWARD.substring(0, 60),
                                "bio",
                                AWKWARD,
                                "photo",
                                "https://example.org/ä\"<>.png".replace("\"<>", "%22"),
                                "language",
                                "he",
                                "links",
                                "https://example.org/?a=1&b=%22\nhttps://example.org/" + "x".repeat(300))
                        .statusCode())
                .isEqualTo(303);
        Note open = write(AWKWARD, Note.Status.PUBLISHED, Note.Visibility.PUBLIC);
        Note draft = write("", Note.Status.DRAFT, Note.Visibility.PUBLIC);
        Note hidden = write(AWKWARD, Note.Status.PUBLISHED, Note.Visibility.PRIVATE);
        Note gone = write(AWKWARD, Note.Status.PUBLISHED, Note.Visibility.UNLISTED);
        SiteOwner.delete(site, gone);
        for (int i = 0; i < 60; i++) {
            site.publish("Note " + i, "t" + i);
        }
        assertThat(site.submit("/admin/tokens", "/admin/tokens", "name", AWKWARD, "scope", "create")
                        .body())
                .contains("secret");
        site.send(site.request("/micropub", "Content-Type", "application/json", "Authorization", "Bearer no")
                .POST(BodyPublishers.ofString("{}"))
                .build());
        assertPagesValid(PAGES);
        assertPagesValid(List.of(
                "/admin/notes/" + open.id(),
                "/admin/notes/" + draft.id(),
                "/admin/notes/" + hidden.id(),
                "/admin/notes/" + gone.id(),
                "/admin/notes?q=" + encode(AWKWARD.substring(0, 8)),
                "/admin/notes?deleted=" + gone.id(),
                draft.path(),
                hidden.path(),
                "/"));
        assertRefused("/admin/notes/new", "/admin/notes", 422, "text", "", "title", AWKWARD, "tags", AWKWARD);
        assertRefused("/admin/settings", "/admin/settings/profile", 422, "site_name", "", "links", AWKWARD);
        assertRefused("/admin/settings", "/admin/settings/password", 403, "current", AWKWARD, "password", "x");
        assertRefused("/admin/tokens", "/admin/tokens", 422, "name", "");
        assertRefused("/admin/tags", "/admin/tags", 422, "slug", "t1", "name", "\"");
        assertRefused("/admin/tags", "/admin/tags", 409, "slug", "t1", "name", "t2");
        HttpResponse<String> preview =
                site.submit("/admin/notes/new", "/admin/preview", "text", AWKWARD, "title", AWKWARD);
        assertValid("preview", preview);
    }
}
