package org.starpunk.admin;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Account;
import org.starpunk.view.Templates;

/** Answers with one of the author's pages: what all of them have in common, around what each one shows. */
final class AdminPageRenderer {

    private final Templates templates;
    private final Account account;
    private final Csrf csrf;

    AdminPageRenderer(Templates templates, Account account, Csrf csrf) {
        this.templates = templates;
        this.account = account;
        this.csrf = csrf;
    }

    /** A page in the making. */
    final class PageBuilder {

        private final RoutingContext ctx;
        private final String template;
        private final Map<String, Object> model = new HashMap<>();

        private PageBuilder(RoutingContext ctx, String template, String title) {
            this.ctx = ctx;
            this.template = template;
            model.put("title", title);
            model.put("siteName", account.profile().siteName());
            model.put("csrf", csrf.token(ctx));
        }

        /** Adds what the template shows; null adds nothing. */
        PageBuilder with(String name, @Nullable Object value) {
            // An empty map would count as something there in a template's #if.
            if (value != null && !(value instanceof Map<?, ?> map && map.isEmpty())) {
                model.put(name, value);
            }
            return this;
        }

        /**
         * Adds what is wrong with the fields of a form, by their names: the page lists it, and the browser goes to the first field.
         */
        PageBuilder withWrong(Map<String, String> wrong) {
            with("wrong", wrong);
            wrong.keySet().stream().findFirst().ifPresent(first -> model.put("focus", Map.of(first, true)));
            return with(
                    "problems",
                    wrong.isEmpty()
                            ? null
                            : wrong.entrySet().stream()
                                    .map(entry -> Map.of("field", entry.getKey(), "text", entry.getValue()))
                                    .toList());
        }

        void answer(int status) {
            ctx.response()
                    .setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(templates.render(template, model))
                    .onFailure(unused -> {});
        }
    }

    /**
     * Begins a page.
     *
     * @param template a name below {@code templates/}, a constant of the code
     */
    PageBuilder page(RoutingContext ctx, String template, String title) {
        return new PageBuilder(ctx, template, title);
    }
}
