package org.starpunk.site;

import org.starpunk.identity.Profile;
import org.starpunk.note.HtmlEscaper;
import org.starpunk.note.ServedImage;

/** Small h-card of the author: a link to the home page, with the author's picture. */
final class AuthorHCard {

    private AuthorHCard() {}

    /** Appends the card as the {@code p-author} of an h-entry or h-feed. */
    static void card(Profile author, StringBuilder out) {
        out.append("<a class=\"p-author h-card\" href=\"");
        HtmlEscaper.escape(author.me(), out);
        out.append("\">");
        if (!author.photo().isEmpty()) {
            out.append("<img class=\"u-photo\" src=\"");
            HtmlEscaper.escape(picture(author), out);
            out.append("\" alt=\"\" width=\"24\" height=\"24\"> ");
        }
        out.append("<span class=\"p-name\" dir=\"auto\">");
        HtmlEscaper.escape(author.authorName(), out);
        out.append("</span></a>");
    }

    /**
     * Returns the URL of the picture: that of the smallest copy for an uploaded picture. Empty if there is no picture.
     */
    static String picture(Profile author) {
        return ServedImage.of(author.photo())
                .flatMap(own -> own.copies().stream().findFirst().map(own::path))
                .orElse(author.photo());
    }

    /**
     * Returns the line that names the author of a list. An entry without an author inherits the author of its h-feed
     * (authorship algorithm, indieweb.org/authorship).
     *
     * @return an empty text before the site is set up
     */
    static String line(Profile author) {
        if (!author.isSet()) {
            return "";
        }
        StringBuilder line = new StringBuilder("<p class=\"byline\">By ");
        card(author, line);
        return line.append("</p>\n").toString();
    }
}
