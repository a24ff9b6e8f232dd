package org.starpunk.site;

import io.vertx.core.buffer.Buffer;
import org.starpunk.identity.Profile;
import org.starpunk.note.HtmlEscaper;

/**
 * HTML that is the same on all pages of a profile, as the bytes that are sent. It is rendered again when the author
 * changes the profile or the theme. It needs no template, because the first page after a start would wait until the
 * template engine is loaded.
 */
record LayoutFragments(
        Profile profile,
        String theme,
        String links,
        Buffer beforePage,
        Buffer beforeClass,
        Buffer beforeMain,
        Buffer afterMain) {

    /**
     * Renders the fragments.
     *
     * @param theme URL of the author's style sheet; empty for none
     * @param css URL of the site's own style sheet
     * @param icon URL of the site's icon
     */
    static LayoutFragments of(Profile profile, String theme, String css, String icon) {
        String url = HtmlEscaper.escape(profile.siteUrl());
        String name = HtmlEscaper.escape(profile.siteName());
        String beforePage = "<!doctype html>\n<html lang=\"" + HtmlEscaper.escape(profile.language()) + "\">\n" + """
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                """;
        StringBuilder feeds = new StringBuilder();
        Layout.feeds("", profile.siteName(), feeds);
        String beforeClass = feeds
                + stylesheet(css)
                + (theme.isEmpty() ? "" : stylesheet(theme))
                + "<link rel=\"icon\" type=\"image/svg+xml\" href=\"" + icon + "\">\n"
                + "<link rel=\"search\" href=\"/search\">\n"
                + "<link rel=\"micropub\" href=\"" + url + "/micropub\">\n"
                + "<link rel=\"indieauth-metadata\" href=\"" + url + "/.well-known/oauth-authorization-server\">\n"
                + "<link rel=\"authorization_endpoint\" href=\"" + url + "/auth\">\n"
                + "<link rel=\"token_endpoint\" href=\"" + url + "/auth/token\">\n"
                + """
                </head>
                <body>
                <a class="skip" href="#main">Skip to the content</a>
                <header class="site-header">
                <a class="site-name" href="/" dir="auto">"""
                + name
                + """
                </a>
                <nav aria-label="Site">
                <a href="/tags">Tags</a> <a href="/archive">Archive</a> <a href="/search">Search</a> <a href="/feed">Feed</a>
                </nav>
                </header>
                <main id="main\"""";
        String afterMain = """
                </main>
                <footer class="site-footer">
                <p>""" + name + """
                 · <a href="/feed.rss">RSS</a> · <a href="/feed.atom">Atom</a> · <a href="/feed.json">JSON Feed</a></p>
                </footer>
                </body>
                </html>
                """;
        return new LayoutFragments(
                profile,
                theme,
                Layout.discovery(profile),
                Buffer.buffer(beforePage),
                Buffer.buffer(beforeClass),
                Buffer.buffer(">\n"),
                Buffer.buffer(afterMain));
    }

    private static String stylesheet(String address) {
        return "<link rel=\"stylesheet\" href=\"" + address + "\">\n";
    }

    int length() {
        return beforePage.length() + beforeClass.length() + beforeMain.length() + afterMain.length();
    }
}
