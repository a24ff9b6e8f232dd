package org.starpunk.feed;

import io.vertx.core.buffer.Buffer;
import java.io.StringWriter;
import java.util.List;
import org.starpunk.identity.Profile;
import org.starpunk.note.Notes.TagCount;
import org.starpunk.view.Content;

/** The site's feeds as a subscription list (OPML 2.0). */
final class Opml {

    private Opml() {}

    static Content content(Profile profile, List<TagCount> tags) {
        StringWriter text = new StringWriter();
        Xml xml = new Xml(text);
        xml.declaration().open("opml", "version", "2.0");
        xml.open("head").element("title", profile.siteName()).close();
        xml.open("body");
        outline(xml, profile.siteName(), profile.absolute("/feed.rss"), profile.me());
        for (TagCount count : tags) {
            String page = profile.absolute(count.tag().path());
            outline(xml, profile.siteName() + ": " + count.tag().name(), page + "/feed.rss", page);
        }
        xml.end();
        return new Content("text/x-opml; charset=utf-8", Buffer.buffer(text.toString()), null, null);
    }

    private static void outline(Xml xml, String title, String feed, String page) {
        xml.empty("outline", "text", title, "title", title, "type", "rss", "xmlUrl", feed, "htmlUrl", page);
    }
}
