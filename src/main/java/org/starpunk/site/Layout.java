package org.starpunk.site;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.HtmlEscaper;
import org.starpunk.note.Tag;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.view.RenderedPage;

/** What stands around every public page: head, feeds, discovery, header and footer. */
final class Layout {

    private static final String CSS = "css/site.css";
    private static final String ICON = "icon.svg";

    /** The files that it links. */
    static final List<String> FILES = List.of(CSS, ICON);

    private final SiteDependencies site;
    private final String css;
    private final String icon;
    private volatile @Nullable LayoutFragments layoutFragments;

    Layout(SiteDependencies site) {
        this.site = site;
        this.css = site.assets().link(CSS);
        this.icon = site.assets().link(ICON);
    }

    /** Returns the zone in which times are shown. */
    ZoneId zone() {
        return site.profile().get().zone();
    }

    /**
     * A page.
     *
     * @param title the page's own title; empty for the site's name alone
     * @param main ready HTML
     */
    Builder page(String title, CharSequence main) {
        return new Builder(title, main);
    }

    /** The addresses at which clients find the endpoints, for the Link header (Micropub 5.3, IndieAuth 4.1). */
    static String discovery(Profile profile) {
        String url = profile.siteUrl();
        return '<' + url + "/micropub>; rel=\"micropub\", <" + url
                + "/.well-known/oauth-authorization-server>; rel=\"indieauth-metadata\", <" + url
                + "/auth>; rel=\"authorization_endpoint\", <" + url + "/auth/token>; rel=\"token_endpoint\"";
    }

    /** The links to a list's three feeds. */
    static void feeds(String path, String title, StringBuilder out) {
        feed(path, "rss", "application/rss+xml", title + " (RSS)", out);
        feed(path, "atom", "application/atom+xml", title + " (Atom)", out);
        feed(path, "json", "application/feed+json", title + " (JSON Feed)", out);
    }

    private static void feed(String path, String format, String type, String title, StringBuilder out) {
        out.append("<link rel=\"alternate\" type=\"").append(type).append("\" title=\"");
        HtmlEscaper.escape(title, out);
        out.append("\" href=\"").append(path).append("/feed.").append(format).append("\">\n");
    }

    private LayoutFragments frame(Profile profile) {
        LayoutFragments known = layoutFragments;
        String theme = site.assets().theme();
        if (known == null || !known.profile().equals(profile) || !known.theme().equals(theme)) {
            known = LayoutFragments.of(profile, theme, css, icon);
            layoutFragments = known;
        }
        return known;
    }

    /** Collects what else a page has, then lays it. */
    final class Builder {

        private final Profile profile = site.profile().get();
        private final CharSequence main;
        private final String ownTitle;
        private final String title;
        private @Nullable Tag tag;
        private @Nullable String path;
        private @Nullable OpenGraph card;
        private String description = "";
        private String mainClass = "";

        private Builder(String title, CharSequence main) {
            this.ownTitle = title.isEmpty() ? profile.siteName() : title;
            this.title = title.isEmpty() ? profile.siteName() : title + " · " + profile.siteName();
            this.main = main;
        }

        /** The page's own address; a page without one is not for search engines. */
        Builder at(@Nullable String own) {
            path = own;
            return this;
        }

        /** Describes the page in a sentence. Without one, a page that has an address gets a general sentence. */
        Builder description(String text) {
            description = text;
            return this;
        }

        /** Other sites show this when they link the page. Without one, a page that has an address gets a card of the site. */
        Builder shared(OpenGraph shown) {
            card = shown;
            return this;
        }

        Builder mainClass(String names) {
            mainClass = names;
            return this;
        }

        /** Links the tag's own feeds before the site's. */
        Builder feedsOf(Tag shown) {
            tag = shown;
            return this;
        }

        /** The page, with a Link header that tells clients where the endpoints are. */
        RenderedPage render() {
            RequestTiming request = RequestTiming.current();
            long start = request == null ? 0 : System.nanoTime();
            LayoutFragments around = frame(profile);
            // Text that is not Latin takes two bytes a character in memory and is encoded slowly: it stays in pieces of
            // its own.
            byte[] head = head().getBytes(StandardCharsets.UTF_8);
            byte[] text = main.toString().getBytes(StandardCharsets.UTF_8);
            Buffer bytes = Buffer.buffer(around.length() + head.length + text.length + 16 + mainClass.length());
            bytes.appendBuffer(around.beforePage()).appendBytes(head).appendBuffer(around.beforeClass());
            if (!mainClass.isEmpty()) {
                bytes.appendString(" class=\"" + mainClass + '"');
            }
            bytes.appendBuffer(around.beforeMain()).appendBytes(text).appendBuffer(around.afterMain());
            if (request != null) {
                request.addRender(System.nanoTime() - start);
            }
            return RenderedPage.html(bytes).withLink(around.links());
        }

        private String head() {
            StringBuilder head = new StringBuilder(500);
            attribute("<title>", title, "</title>\n", head);
            String shortly = path == null || !description.isEmpty() ? description : general();
            attribute("<meta name=\"description\" content=\"", shortly, "\">\n", head);
            if (path == null) {
                head.append("<meta name=\"robots\" content=\"noindex\">\n");
            } else {
                attribute("<link rel=\"canonical\" href=\"", profile.absolute(path), "\">\n", head);
            }
            OpenGraph shown = card == null && path != null ? OpenGraph.ofSite(profile, path) : card;
            if (shown != null) {
                shown.write(profile, ownTitle, shortly, head);
            }
            if (tag != null) {
                feeds(tag.path(), profile.siteName() + ": " + tag.name(), head);
            }
            return head.toString();
        }

        private String general() {
            boolean named = profile.isSet();
            if (ownTitle.equals(profile.siteName())) {
                return profile.bio().isBlank() && named ? "Notes by " + profile.authorName() : profile.bio();
            }
            return named ? ownTitle + ": notes by " + profile.authorName() : "";
        }

        static void attribute(String before, String value, String after, StringBuilder page) {
            if (!value.isEmpty()) {
                page.append(before);
                HtmlEscaper.escape(value, page);
                page.append(after);
            }
        }
    }
}
