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

/** Layout of the public pages: head, feed links, discovery links, header and footer. */
final class Layout {

    private static final String CSS = "css/site.css";
    private static final String ICON = "icon.svg";

    /** Assets that every page links. */
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

    /** Returns the time zone of the displayed times. */
    ZoneId zone() {
        return site.profile().get().zone();
    }

    /**
     * Starts a page.
     *
     * @param title title of the page; empty if the title is the site's name
     * @param main HTML of the main element
     */
    Builder page(String title, CharSequence main) {
        return new Builder(title, main);
    }

    /** Returns the endpoint links for the Link header (Micropub, section 5.3; IndieAuth, section 4.1). */
    static String discovery(Profile profile) {
        String url = profile.siteUrl();
        return '<' + url + "/micropub>; rel=\"micropub\", <" + url
                + "/.well-known/oauth-authorization-server>; rel=\"indieauth-metadata\", <" + url
                + "/auth>; rel=\"authorization_endpoint\", <" + url + "/auth/token>; rel=\"token_endpoint\"";
    }

    /** Appends the links to the three feeds of a list. */
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

    /** Collects the optional parts of a page and renders it. */
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

        /** Sets the path of the page. A page without a path is excluded from search engines. */
        Builder at(@Nullable String own) {
            path = own;
            return this;
        }

        /** Sets the description, one sentence. The default for a page with a path names the site's author. */
        Builder description(String text) {
            description = text;
            return this;
        }

        /** Sets the preview for links on other sites. The default for a page with a path is a preview of the site. */
        Builder shared(OpenGraph shown) {
            card = shown;
            return this;
        }

        Builder mainClass(String names) {
            mainClass = names;
            return this;
        }

        /** Adds links to the feeds of a tag, before those of the site. */
        Builder feedsOf(Tag shown) {
            tag = shown;
            return this;
        }

        /** Renders the page, with the Link header for endpoint discovery. */
        RenderedPage render() {
            RequestTiming request = RequestTiming.current();
            long start = request == null ? 0 : System.nanoTime();
            LayoutFragments around = frame(profile);
            // Text outside Latin-1 takes two bytes a character and is encoded slowly. Separate strings keep Latin-1
            // parts compact.
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
