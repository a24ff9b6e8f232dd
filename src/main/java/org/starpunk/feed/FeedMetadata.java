package org.starpunk.feed;

import java.time.OffsetDateTime;
import java.util.List;
import org.starpunk.identity.Profile;

/**
 * What a feed says of itself.
 *
 * @param title its title
 * @param id its id, a URI that never changes, wherever the site moves
 * @param home the page that shows the same notes, absolute
 * @param self the address that it was fetched from, absolute
 * @param updated when the newest change was
 * @param profile whose site it is
 * @param hubs the WebSub hubs
 */
record FeedMetadata(
        String title, String id, String home, String self, OffsetDateTime updated, Profile profile, List<String> hubs) {

    /** The author's name; the site's where there is none yet. */
    String author() {
        return profile.authorName().isBlank() ? profile.siteName() : profile.authorName();
    }

    String description() {
        return profile.bio().isBlank() ? "Notes of " + author() : profile.bio();
    }

    /** The same, with another time of the newest change. */
    FeedMetadata updated(OffsetDateTime time) {
        return new FeedMetadata(title, id, home, self, time, profile, hubs);
    }
}
