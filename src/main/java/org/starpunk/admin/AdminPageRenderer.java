package org.starpunk.admin;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Account;
import org.starpunk.view.Templates;

/** Renders the author's pages: adds the common values to the model of each page, and sends the response. */
final class AdminPageRenderer {

    private final Templates templates;
    private final Account account;
    private final Csrf csrf;

    AdminPageRenderer(Templates templates, Account account, Csrf csrf) {
        this.templates = templates;
        this.account = account;
        this.csrf = csrf;
    }

    /** Builder of a page's model. */
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

        /** Adds a value for the template; ignores null. */
        PageBuilder with(String name, @Nullable Object value) {
            // Handlebars treats an empty map as true in #if.
            if (value != null && !(value instanceof Map<?, ?> map && map.isEmpty())) {
                model.put(name, value);
            }
            return this;
        }

        /**
         * Adds the problems of a form, by the names of its fields. The page lists them, and the first invalid field
         * gets the focus.
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
     * Returns a builder of a page.
     *
     * @param template name below {@code templates/}, a constant of the code
     */
    PageBuilder page(RoutingContext ctx, String template, String title) {
        return new PageBuilder(ctx, template, title);
    }
}
