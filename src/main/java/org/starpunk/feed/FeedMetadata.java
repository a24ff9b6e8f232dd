package org.starpunk.feed;

import java.time.OffsetDateTime;
import java.util.List;
import org.starpunk.identity.Profile;

/**
 * Metadata of a feed.
 *
 * @param title title
 * @param id URI that never changes, even if the site moves to another host
 * @param home absolute URL of the page that shows the same notes
 * @param self absolute URL of the feed
 * @param updated time of the newest change
 * @param profile profile of the site
 * @param hubs WebSub hubs
 */
record FeedMetadata(
        String title, String id, String home, String self, OffsetDateTime updated, Profile profile, List<String> hubs) {

    /** Returns the author's name; the site's name before the author has set one. */
    String author() {
        return profile.authorName().isBlank() ? profile.siteName() : profile.authorName();
    }

    String description() {
        return profile.bio().isBlank() ? "Notes of " + author() : profile.bio();
    }

    /** Returns a copy with another time of the newest change. */
    FeedMetadata updated(OffsetDateTime time) {
        return new FeedMetadata(title, id, home, self, time, profile, hubs);
    }
}
