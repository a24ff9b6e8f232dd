package org.starpunk.site;

import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.Html;
import org.starpunk.note.Tag;

/** What stands around every public page: head, feeds, discovery, header and footer. */
final class Layout {

    private final SiteContext site;
    private final String css;
    private final String icon;

    Layout(SiteContext site) {
        this.site = site;
        this.css = site.assets().link("css/site.css");
        this.icon = site.assets().link("icon.svg");
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

    /** The addresses at which clients find the endpoints, for the home page's Link header (Micropub 5.3, IndieAuth 4.1). */
    static String discovery(Profile profile) {
        String url = profile.siteUrl();
        return '<' + url + "/micropub>; rel=\"micropub\", <" + url
                + "/.well-known/oauth-authorization-server>; rel=\"indieauth-metadata\", <" + url
                + "/auth>; rel=\"authorization_endpoint\", <" + url + "/auth/token>; rel=\"token_endpoint\"";
    }

    /** The links to a list's three feeds. */
    private static void feeds(String path, String title, StringBuilder out) {
        feed(path, "rss", "application/rss+xml", title + " (RSS)", out);
        feed(path, "atom", "application/atom+xml", title + " (Atom)", out);
        feed(path, "json", "application/feed+json", title + " (JSON Feed)", out);
    }

    private static void feed(String path, String format, String type, String title, StringBuilder out) {
        out.append("<link rel=\"alternate\" type=\"").append(type).append("\" title=\"");
        Html.escape(title, out);
        out.append("\" href=\"").append(path).append("/feed.").append(format).append("\">\n");
    }

    /** Collects what else a page has, then lays it. */
    final class Builder {

        private final Map<String, Object> model = new HashMap<>(24);
        private final Profile profile = site.profile().get();
        private final String main;
        private final StringBuilder feeds = new StringBuilder(600);

        private Builder(String title, CharSequence main) {
            model.put("title", title.isEmpty() ? profile.siteName() : title + " · " + profile.siteName());
            this.main = main.toString();
        }

        /** The page's own address; a page without one is not for search engines. */
        Builder at(@Nullable String path) {
            if (path == null) {
                model.put("noindex", true);
            } else {
                model.put("canonical", profile.absolute(path));
            }
            return this;
        }

        Builder description(String text) {
            model.put("description", text);
            return this;
        }

        Builder mainClass(String names) {
            model.put("mainClass", names);
            return this;
        }

        /** Links the tag's own feeds before the site's. */
        Builder feedsOf(Tag tag) {
            feeds(tag.path(), profile.siteName() + ": " + tag.name(), feeds);
            return this;
        }

        Buffer render() {
            feeds("", profile.siteName(), feeds);
            model.put("feeds", feeds);
            model.put("language", profile.language());
            model.put("siteName", profile.siteName());
            model.put("url", profile.siteUrl());
            model.put("css", css);
            model.put("icon", icon);
            // The page's own part goes in between as it is: a template would copy it several times.
            return site.views()
                    .render("site/head", model)
                    .appendString(main)
                    .appendBuffer(site.views().render("site/foot", model));
        }
    }
}
