package org.starpunk.site;

import io.vertx.core.buffer.Buffer;
import org.starpunk.identity.Profile;
import org.starpunk.note.HtmlEscaper;

/**
 * What is the same on every page of a profile, made once, and kept as the bytes that are sent: it changes when the author changes
 * the profile or the theme. No template, for the first page after a start would have to wait until the engine for them is loaded.
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
     * @param theme the address of the author's style sheet; empty when there is none
     * @param css the address of the site's own
     * @param icon the address of the site's icon
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
