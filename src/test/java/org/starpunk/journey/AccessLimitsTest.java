package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Pkce;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;

/** Limits of the access of apps: duration, visible posts, and revocation by a new password. */
class AccessLimitsTest {

    private static final String CLIENT = "http://localhost:7777/";

    private static TestSite site;

    @BeforeAll
    static void start() {
        site = TestSite.start(Map.of("STARPUNK_BASE_URL", "https://blog.example"))
                .setUp();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static String[] request(String state, String days) {
        return new String[] {
            "response_type",
            "code",
            "client_id",
            CLIENT,
            "redirect_uri",
            CLIENT + "back",
            "state",
            state,
            "scope",
            "create",
            "code_challenge",
            Pkce.challenge(SecretTokens.create()),
            "code_challenge_method",
            "S256",
            "granted",
            "create",
            "decision",
            "approve",
            "days",
            days
        };
    }

    private static HttpResponse<String> approve(String state, String days) {
        String page = "/auth?response_type=code&state=st&scope=create&client_id=" + CLIENT + "&redirect_uri=" + CLIENT
                + "back&code_challenge_method=S256&code_challenge=" + Pkce.challenge(SecretTokens.create());
        return site.submit(page, "/auth/consent", request(state, days));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"3651", "9999", "99999", "99999999999999999999", "-1", "+1", "1.5", " 1", "1e3", "", "never", "٣"
            })
    void days_out_of_range_give_no_code(String days) {
        HttpResponse<String> answer = approve("st", days);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Location")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "30", "365", "3650"})
    void days_in_range_give_a_code(String days) {
        assertThat(approve("st", days).headers().firstValue("Location").orElse(""))
                .contains("code=", "state=st");
    }

    @Test
    void a_request_without_state_gets_an_explanation_and_no_code() {
        String page = "/auth?response_type=code&scope=create&client_id=" + CLIENT + "&redirect_uri=" + CLIENT
                + "back&code_challenge_method=S256&code_challenge=" + Pkce.challenge(SecretTokens.create());
        for (String state : List.of("", "&state=")) {
            String location =
                    site.get(page + state).headers().firstValue("Location").orElse("");
            assertThat(location)
                    .startsWith(CLIENT + "back?")
                    .contains("error=invalid_request", "error_description=state%20is%20missing")
                    .doesNotContain("code=");
        }
        HttpResponse<String> answer = approve("", "30");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("state is missing");
    }

    private static String token(String scopes) {
        String secret = SecretTokens.create();
        assertThat(TestSite.await(site.deployment()
                        .tokens()
                        .issue(new NewToken(
                                SecretTokens.hash(secret), CLIENT, Scopes.parse(scopes), Instant.now(), null, null))))
                .isPresent();
        return secret;
    }

    private static HttpResponse<String> source(String token, String more) {
        return site.get("/micropub?q=source" + more, "Authorization", "Bearer " + token);
    }

    @ParameterizedTest
    @CsvSource({
        "create, true",
        "update, true",
        "create delete, true",
        "delete, false",
        "undelete, false",
        "delete undelete, false"
    })
    void drafts_and_private_posts_are_read_by_tokens_that_may_write_posts_only(String scopes, boolean everything) {
        String seen = "Seen by everybody " + SecretTokens.create();
        String path = site.publish(seen, "").path();
        String secret = "Seen by me " + SecretTokens.create();
        Note draft = write(secret, Note.Status.DRAFT, Note.Visibility.PUBLIC);
        Note mine = write(secret, Note.Status.PUBLISHED, Note.Visibility.PRIVATE);
        String token = token(scopes);
        HttpResponse<String> list = source(token, "");
        assertThat(list.statusCode()).isEqualTo(200);
        assertThat(list.body()).contains(seen);
        assertThat(list.body().contains(secret)).isEqualTo(everything);
        assertThat(source(token, "&url=https://blog.example" + path).statusCode())
                .isEqualTo(200);
        for (Note note : List.of(draft, mine)) {
            HttpResponse<String> one = source(token, "&url=https://blog.example" + note.path());
            assertThat(one.statusCode()).as(one.body()).isEqualTo(everything ? 200 : 400);
            assertThat(one.body().contains(secret)).isEqualTo(everything);
        }
    }

    private static Note write(String text, Note.Status status, Note.Visibility visibility) {
        Note.Content content = new Note.Content(
                null, text, Note.Format.MARKDOWN, List.of(), List.of(), status, visibility, null, null, null);
        return TestSite.await(site.deployment().notes().create(new NewNote(content, null, null)));
    }

    @Test
    void a_new_password_revokes_the_tokens_of_apps_on_request() {
        String token = token("create");
        String password = "purple monkey dishwasher lamp";
        change(TestSite.PASSWORD, password, "");
        assertThat(source(token, "").statusCode()).isEqualTo(200);
        HttpResponse<String> changed = change(password, TestSite.PASSWORD, "yes");
        assertThat(source(token, "").statusCode()).isEqualTo(401);
        assertThat(site.get(changed.headers().firstValue("Location").orElse("")).body())
                .contains("no app has access any more");
        assertThat(TestSite.await(site.deployment().tokens().list())).isEmpty();
    }

    private static HttpResponse<String> change(String current, String wished, String revoke) {
        HttpResponse<String> changed = site.submit(
                "/admin/settings",
                "/admin/settings/password",
                "current",
                current,
                "password",
                wished,
                "revoke_tokens",
                revoke);
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(303);
        return changed;
    }
}
