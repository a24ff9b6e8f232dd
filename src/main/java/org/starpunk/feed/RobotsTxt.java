package org.starpunk.feed;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.util.List;
import org.starpunk.view.PreparedResponse;
import org.starpunk.view.RenderedPage;

/** Route {@code /robots.txt}: the paths that crawlers should not request, and the sitemap (RFC 9309). */
final class RobotsTxt {

    /** Prefixes of paths that are not pages for readers, or that are unlimited in number. */
    private static final List<String> DISALLOWED =
            List.of("/admin", "/auth", "/micropub", "/metrics", "/health", "/readyz", "/search?");

    /** User agents of crawlers that collect text for AI training. Plain search engines are not included. */
    private static final List<String> AI_CRAWLERS = List.of(
            "AI2Bot",
            "Amazonbot",
            "anthropic-ai",
            "Applebot-Extended",
            "Bytespider",
            "CCBot",
            "ClaudeBot",
            "cohere-ai",
            "cohere-training-data-crawler",
            "Diffbot",
            "FacebookBot",
            "Google-Extended",
            "GPTBot",
            "ImagesiftBot",
            "Meta-ExternalAgent",
            "omgili",
            "omgilibot",
            "PanguBot",
            "PerplexityBot",
            "Timpibot");

    private final FeedDependencies site;

    RobotsTxt(FeedDependencies site) {
        this.site = site;
    }

    void mount(Router router) {
        router.route("/robots.txt")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(ctx -> site.pages().answer(ctx, "/robots.txt", () -> Future.succeededFuture(text())));
    }

    private PreparedResponse text() {
        StringBuilder text = new StringBuilder("User-agent: *\n");
        DISALLOWED.forEach(path -> text.append("Disallow: ").append(path).append('\n'));
        if (!site.profile().get().aiCrawlers()) {
            text.append('\n');
            AI_CRAWLERS.forEach(name -> text.append("User-agent: ").append(name).append('\n'));
            text.append("Disallow: /\n");
        }
        text.append("\nSitemap: ")
                .append(site.profile().get().absolute("/sitemap.xml"))
                .append('\n');
        return new RenderedPage("text/plain; charset=utf-8", Buffer.buffer(text.toString()), null, null);
    }
}
