package org.starpunk.feed;

import java.util.List;
import java.util.function.Supplier;
import org.starpunk.identity.Profile;
import org.starpunk.note.Notes;
import org.starpunk.telemetry.Recorder;
import org.starpunk.view.KeptPages;

/**
 * What the feeds work with. One belongs to one HTTP verticle, as its recorder and its kept pages do.
 *
 * @param notes the notes
 * @param profile whose site it is, as of now
 * @param pages the feeds kept in memory
 * @param files the whole feeds kept in files
 * @param recorder takes the business events
 * @param hubs the WebSub hubs that are told of changes; empty for none
 */
public record FeedContext(
        Notes notes,
        Supplier<Profile> profile,
        KeptPages pages,
        FeedFiles files,
        Recorder recorder,
        List<String> hubs) {

    public FeedContext {
        hubs = List.copyOf(hubs);
    }
}
