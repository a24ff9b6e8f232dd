package org.starpunk.site;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;
import java.util.function.Supplier;
import org.starpunk.identity.Profile;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.NoteSearch;
import org.starpunk.telemetry.Recorder;
import org.starpunk.view.CachedPageHandler;
import org.starpunk.view.StaticAssets;
import org.starpunk.view.Templates;

/**
 * What the public pages work with. One belongs to one HTTP verticle, as its recorder and its kept pages do.
 *
 * @param notes the notes
 * @param search finds notes by words
 * @param profile whose site it is, as of now
 * @param pages the pages kept in memory
 * @param views the templates
 * @param assets the files that pages link to
 * @param recorder takes the business events
 * @param isAuthor whether the author sent a request
 */
public record SiteDependencies(
        NoteRepository notes,
        NoteSearch search,
        Supplier<Profile> profile,
        CachedPageHandler pages,
        Templates views,
        StaticAssets assets,
        Recorder recorder,
        Function<RoutingContext, Future<Boolean>> isAuthor) {}
